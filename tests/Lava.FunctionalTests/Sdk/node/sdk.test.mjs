// The SDKs that apps already use, unmodified, against the gateway with the simulator behind it.
// Each answer is compared with the one that the simulator gives directly: the gateway must not be noticed.
import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import tls from 'node:tls';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { Lava } from '@lavapayments/nodejs';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';

const gateway = process.env.LAVA_TEST_GATEWAY;
const simulator = process.env.LAVA_TEST_SIMULATOR;
const lava = new Lava(process.env.LAVA_TEST_KEY, { baseUrl: `${gateway}/v1/` });

const customer = await lava.customers.create({ reference_id: 'sdk-user', name: 'Ada' });
const meter = await lava.meters.create({
  name: 'Markup',
  rate_type: 'percentage',
  tier_type: 'tokens_1m',
  tiers: [{ start: '0', rate: '0.20' }],
  meter_slug: 'sdk-markup',
});
await fetch(`${gateway}/v1/customers/${customer.customer_id}/credits`, {
  method: 'POST',
  headers: { authorization: `Bearer ${process.env.LAVA_TEST_KEY}`, 'content-type': 'application/json' },
  body: JSON.stringify({ amount: '50.00', reason: 'test' }),
}).then(async (response) => assert.equal(response.status, 200, await response.text()));
const token = lava.generateForwardToken({ customer_id: customer.customer_id, meter_slug: meter.meter_slug });
const forward = (target) => `${gateway}/v1/forward?u=${target}`;

const collect = async (stream) => {
  const events = [];
  for await (const event of stream) {
    events.push(event);
  }
  return events;
};

const charged = async (model) => {
  const page = await lava.requests.list({ customer_id: customer.customer_id, limit: 1 });
  const request = page.data[0];
  assert.equal(request.model, model);
  assert.equal(request.status, 'completed');
  assert.ok(request.model_usage.total_tokens > 0);
  assert.ok(Number(request.charge.amount) > 0);
  return request;
};

test('openai: chat', async () => {
  const ask = { model: 'gpt-4o-mini', max_tokens: 20, messages: [{ role: 'user', content: 'Tell me of the sea.' }] };
  const through = await new OpenAI({ apiKey: token, baseURL: forward(lavaless('openai')) }).chat.completions.create(ask);
  const direct = await new OpenAI({ apiKey: 'sk-x', baseURL: `${simulator}/v1` }).chat.completions.create(ask);
  assert.deepEqual(through, direct);
  const request = await charged('gpt-4o-mini');
  assert.equal(request.model_usage.input_tokens, direct.usage.prompt_tokens);
  assert.equal(request.model_usage.output_tokens, direct.usage.completion_tokens);
});

test('openai: chat stream, usage not asked for', async () => {
  const ask = { model: 'gpt-4o-mini', stream: true, max_tokens: 12, messages: [{ role: 'user', content: 'Count.' }] };
  const through = await collect(await new OpenAI({ apiKey: token, baseURL: forward(lavaless('openai')) }).chat.completions.create(ask));
  const direct = await collect(await new OpenAI({ apiKey: 'sk-x', baseURL: `${simulator}/v1` }).chat.completions.create(ask));
  assert.deepEqual(through, direct);
  assert.ok(through.every((chunk) => chunk.usage === undefined), 'the usage that the gateway asked for must not show');
  assert.equal((await charged('gpt-4o-mini')).usage_certainty, 'exact');
});

test('openai: chat stream, usage asked for', async () => {
  const ask = {
    model: 'gpt-4o-mini', stream: true, stream_options: { include_usage: true }, max_tokens: 12, messages: [{ role: 'user', content: 'Count.' }],
  };
  const through = await collect(await new OpenAI({ apiKey: token, baseURL: forward(lavaless('openai')) }).chat.completions.create(ask));
  const direct = await collect(await new OpenAI({ apiKey: 'sk-x', baseURL: `${simulator}/v1` }).chat.completions.create(ask));
  assert.deepEqual(through, direct);
  assert.ok(through.at(-1).usage.total_tokens > 0);
});

test('openai: responses, whole and streamed', async () => {
  const ask = { model: 'gpt-4o-mini', max_output_tokens: 100, input: 'Say something.' };
  const client = new OpenAI({ apiKey: token, baseURL: forward(lavaless('openai')) });
  const straight = new OpenAI({ apiKey: 'sk-x', baseURL: `${simulator}/v1` });
  assert.deepEqual(await client.responses.create(ask), await straight.responses.create(ask));
  await charged('gpt-4o-mini');
  const through = await collect(await client.responses.create({ ...ask, stream: true }));
  assert.deepEqual(through, await collect(await straight.responses.create({ ...ask, stream: true })));
  assert.equal(through.at(-1).type, 'response.completed');
  await charged('gpt-4o-mini');
});

test('anthropic: messages, whole and streamed', async () => {
  const ask = { model: 'claude-sonnet-4-6', max_tokens: 24, messages: [{ role: 'user', content: 'Hello there, Claude.' }] };
  const client = new Anthropic({ apiKey: token, baseURL: forward('https://api.anthropic.com') });
  const straight = new Anthropic({ apiKey: 'sk-x', baseURL: simulator });
  const whole = await client.messages.create(ask);
  assert.deepEqual(whole, await straight.messages.create(ask));
  const request = await charged('claude-sonnet-4-6');
  assert.equal(request.model_usage.output_tokens, whole.usage.output_tokens);
  const through = await collect(await client.messages.create({ ...ask, stream: true }));
  assert.deepEqual(through, await collect(await straight.messages.create({ ...ask, stream: true })));
  await charged('claude-sonnet-4-6');
});

test('google: generateContent, whole and streamed', async () => {
  const ask = { model: 'gemini-2.5-flash', contents: 'Name three rivers.', config: { maxOutputTokens: 16 } };
  const client = new GoogleGenAI({ apiKey: token, httpOptions: { baseUrl: forward('https://generativelanguage.googleapis.com') } });
  const straight = new GoogleGenAI({ apiKey: 'AIza', httpOptions: { baseUrl: simulator } });
  const whole = await client.models.generateContent(ask);
  assert.equal(whole.text, (await straight.models.generateContent(ask)).text);
  assert.ok(whole.usageMetadata.totalTokenCount > 0);
  await charged('gemini-2.5-flash');
  const through = (await collect(await client.models.generateContentStream(ask))).map((chunk) => chunk.text);
  assert.deepEqual(through, (await collect(await straight.models.generateContentStream(ask))).map((chunk) => chunk.text));
  await charged('gemini-2.5-flash');
});

test('lava: gateway(), with a customer, with a meter alone, with neither', async () => {
  const body = { model: 'gpt-4o-mini', max_tokens: 8, messages: [{ role: 'user', content: 'Hi.' }] };
  const url = 'https://api.openai.com/v1/chat/completions';
  const direct = await new OpenAI({ apiKey: 'sk-x', baseURL: `${simulator}/v1` }).chat.completions.create(body);
  for (const options of [
    { customer_id: customer.customer_id, meter_slug: meter.meter_slug },
    { customer_id: 'sdk-user', meter_slug: meter.meter_slug, disable_billing: true },
    { meter_slug: meter.meter_slug, provider_key: 'sk-own' },
    {},
  ]) {
    const answer = await lava.gateway(url, { ...options, body });
    assert.deepEqual(answer, JSON.parse(JSON.stringify(direct)));
    const { data } = await lava.requests.list({ limit: 1 });
    assert.equal(data[0].billed, options.customer_id !== undefined && !options.disable_billing);
    assert.equal(data[0].provider_key_type, options.provider_key ? 'unmanaged' : 'managed');
  }
});

test('lava: raw fetch on providers.*', async () => {
  const response = await fetch(`${lava.providers.openai}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-lava-metadata': '{"feature":"chat"}' },
    body: JSON.stringify({ model: 'gpt-4o-mini', max_tokens: 8, messages: [{ role: 'user', content: 'Hi.' }] }),
  });
  assert.equal(response.status, 200);
  await response.json();
  const request = await lava.requests.retrieve(response.headers.get('x-lava-request-id'));
  assert.deepEqual(request.metadata, { feature: 'chat' });
  const { data } = await lava.requests.list({ metadata_filters: { feature: 'chat' } });
  assert.equal(data[0].request_id, request.request_id);
});

test('lava: an empty wallet is told so by every SDK', async () => {
  const poor = await lava.customers.create({ reference_id: 'sdk-poor' });
  const empty = lava.generateForwardToken({ customer_id: poor.customer_id, meter_slug: meter.meter_slug });
  const messages = [{ role: 'user', content: 'Hi.' }];
  await assert.rejects(
    new OpenAI({ apiKey: empty, baseURL: forward(lavaless('openai')) }).chat.completions.create({ model: 'gpt-4o-mini', messages }),
    (error) => error.status === 402 && /credit/.test(error.message),
  );
  await assert.rejects(
    new Anthropic({ apiKey: empty, baseURL: forward('https://api.anthropic.com') }).messages.create({
      model: 'claude-sonnet-4-6', max_tokens: 8, messages,
    }),
    (error) => error.status === 402 && /credit/.test(error.message),
  );
  await assert.rejects(
    lava.gateway('https://api.openai.com/v1/chat/completions', {
      customer_id: poor.customer_id, meter_slug: meter.meter_slug, body: { model: 'gpt-4o-mini', messages },
    }),
    /402 Payment Required.*insufficient_credit/,
  );
});

test('openai: realtime, each response charged', async () => {
  const port = Number(new URL(gateway).port);
  const front = tls.createServer(
    { cert: process.env.LAVA_TEST_CERTIFICATE, key: process.env.LAVA_TEST_CERTIFICATE_KEY },
    (client) => {
      const inner = net.connect(port, '127.0.0.1');
      client.pipe(inner).pipe(client);
      client.on('error', () => inner.destroy());
      inner.on('error', () => client.destroy());
    },
  );
  await new Promise((done) => front.listen(0, '127.0.0.1', done));
  const baseURL = `https://127.0.0.1:${front.address().port}/v1/forward?u=${lavaless('openai')}`;
  const session = new OpenAIRealtimeWS(
    { model: 'gpt-realtime', options: { rejectUnauthorized: false } }, new OpenAI({ apiKey: token, baseURL }),
  );
  session.on('error', (error) => assert.fail(error));
  await new Promise((done) => session.on('session.created', done));
  for (const text of ['Hello.', 'And again.']) {
    const done = new Promise((resolve) => session.once('response.done', resolve));
    session.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } });
    session.send({ type: 'response.create' });
    const { response } = await done;
    const request = await charged('gpt-realtime');
    assert.equal(request.response_id, response.id);
    assert.equal(request.model_usage.input_tokens, response.usage.input_tokens);
    assert.equal(request.model_usage.output_tokens, response.usage.output_tokens);
  }
  const closed = new Promise((done) => session.socket.on('close', done));
  session.close();
  await closed;
  front.close();
});

test('lava: reports, usage, lists to their end', async () => {
  const report = { request_id: 'job-1', customer_id: 'sdk-user', meter_slug: meter.meter_slug, input_tokens: 100, output_tokens: 50 };
  const first = await lava.requests.create(report);
  assert.deepEqual(await lava.requests.create(report), first);
  await assert.rejects(lava.requests.create({ ...report, input_tokens: 101 }), /409/);
  const usage = await lava.usage.retrieve({ start: new Date(Date.now() - 3_600_000).toISOString() });
  assert.ok(usage.totals.total_requests > 10);
  const seen = new Set();
  let cursor;
  do {
    const page = await lava.requests.list({ limit: 3, cursor });
    page.data.forEach((request) => seen.add(request.request_id));
    cursor = page.next_cursor;
  } while (cursor);
  assert.equal(seen.size, usage.totals.total_requests);
});

// The provider's base URL as Lava's SDK knows it.
function lavaless(provider) {
  return lava.providers[provider].split('u=')[1];
}
