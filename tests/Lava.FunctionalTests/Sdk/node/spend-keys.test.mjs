// Spend keys as apps use them: Lava's own SDK makes them, the providers' SDKs call with them, their base URL being the gateway.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { Lava } from '@lavapayments/nodejs';
import OpenAI from 'openai';

const gateway = process.env.LAVA_TEST_GATEWAY;
const simulator = process.env.LAVA_TEST_SIMULATOR;
const lava = new Lava(process.env.LAVA_TEST_KEY, { baseUrl: `${gateway}/v1/` });
const messages = [{ role: 'user', content: 'Tell me of the sea.' }];

const collect = async (stream) => {
  const events = [];
  for await (const event of stream) {
    events.push(event);
  }
  return events;
};

const openai = (key) => new OpenAI({ apiKey: key, baseURL: `${gateway}/v1`, maxRetries: 0 });
const straightOpenai = new OpenAI({ apiKey: 'sk-x', baseURL: `${simulator}/v1` });
const refusal = (status, code) => (error) => error.status === status && JSON.stringify(error.error ?? error).includes(code);

test('spend keys: made, listed, changed, rotated, revoked', async () => {
  const made = await lava.spendKeys.create({
    name: 'CI',
    allowed_models: ['gpt-4o-mini'],
    allowed_providers: ['openai'],
    spend_limit: { amount: '5.00', cycle: 'monthly' },
    request_limit: { count: 1000, cycle: 'daily' },
    rate_limit: { rpm: 600 },
    expires_at: '2100-01-01T00:00:00Z',
  });
  assert.match(made.key, /^lava_sk_.{43}$/);
  assert.equal(made.key_preview, `${made.key.slice(0, 16)}****`);
  assert.equal(made.status, 'active');
  assert.deepEqual(made.spend_limit, { amount: '5.0000000000', cycle: 'monthly' });
  assert.deepEqual(made.rate_limit, { rpm: 600, burst: null });
  const { key, ...shown } = made;
  assert.deepEqual(await lava.spendKeys.retrieve(made.spend_key_id), shown);
  assert.ok((await lava.spendKeys.list({ limit: 100 })).data.some((item) => item.spend_key_id === made.spend_key_id));

  await openai(key).chat.completions.create({ model: 'gpt-4o-mini', max_tokens: 5, messages });
  const paused = await lava.spendKeys.update(made.spend_key_id, { status: 'paused', expires_at: null });
  assert.deepEqual([paused.status, paused.expires_at, paused.name], ['paused', null, 'CI']);
  await assert.rejects(openai(key).chat.completions.create({ model: 'gpt-4o-mini', messages }), refusal(403, 'spend_key_paused'));
  await lava.spendKeys.update(made.spend_key_id, { status: 'active' });

  const rotated = await lava.spendKeys.rotate(made.spend_key_id);
  assert.equal(rotated.spend_key_id, made.spend_key_id);
  await assert.rejects(openai(key).chat.completions.create({ model: 'gpt-4o-mini', messages }), refusal(401, 'invalid_credential'));
  await openai(rotated.key).chat.completions.create({ model: 'gpt-4o-mini', max_tokens: 5, messages });
  assert.deepEqual(await lava.spendKeys.revoke(made.spend_key_id), { success: true });
  await assert.rejects(openai(rotated.key).chat.completions.create({ model: 'gpt-4o-mini', messages }), refusal(401, 'invalid_credential'));
  await assert.rejects(lava.spendKeys.retrieve(made.spend_key_id), /404/);
});

test('openai: a spend key and the base URL are enough', async () => {
  const { key } = await lava.spendKeys.create({ name: 'openai' });
  const client = openai(key);
  const ask = { model: 'gpt-4o-mini', max_tokens: 20, messages };
  const direct = await straightOpenai.chat.completions.create(ask);
  assert.deepEqual(await client.chat.completions.create(ask), direct);
  assert.deepEqual(await client.chat.completions.create({ ...ask, model: 'openai/gpt-4o-mini' }), direct);
  const { data } = await lava.requests.list({ limit: 1 });
  assert.deepEqual([data[0].provider, data[0].model, data[0].billed, data[0].customer_id], ['openai', 'gpt-4o-mini', false, undefined]);
  assert.ok(Number(data[0].cost) > 0);
  assert.deepEqual(
    await collect(await client.chat.completions.create({ ...ask, model: 'openai/gpt-4o-mini', stream: true })),
    await collect(await straightOpenai.chat.completions.create({ ...ask, stream: true })),
  );
  const say = { model: 'gpt-4o-mini', max_output_tokens: 100, input: 'Say something.' };
  assert.deepEqual(await client.responses.create(say), await straightOpenai.responses.create(say));
  await assert.rejects(client.chat.completions.create({ ...ask, model: 'no-such-model' }), refusal(400, 'forward_model_not_supported'));
});

test('anthropic: a spend key of its shape and the base URL are enough', async () => {
  const { key } = await lava.spendKeys.create({ name: 'anthropic', request_shape: 'anthropic' });
  const client = new Anthropic({ apiKey: key, baseURL: gateway, maxRetries: 0 });
  const straight = new Anthropic({ apiKey: 'sk-x', baseURL: simulator });
  const ask = { model: 'claude-sonnet-4-6', max_tokens: 24, messages };
  assert.deepEqual(await client.messages.create(ask), await straight.messages.create(ask));
  assert.deepEqual(
    await collect(await client.messages.create({ ...ask, model: 'anthropic/claude-sonnet-4-6', stream: true })),
    await collect(await straight.messages.create({ ...ask, stream: true })),
  );
  await assert.rejects(
    openai(key).chat.completions.create({ model: 'gpt-4o-mini', messages }),
    refusal(403, 'request_shape_mismatch'),
  );
  const plain = await lava.spendKeys.create({ name: 'plain' });
  await assert.rejects(
    new Anthropic({ apiKey: plain.key, baseURL: gateway, maxRetries: 0 }).messages.create(ask),
    (error) => refusal(403, 'request_shape_mismatch')(error) && error.error.type === 'error',
  );
});

test('spend keys: what they may not do is refused', async () => {
  const { key } = await lava.spendKeys.create({ name: 'narrow', allowed_models: ['gpt-4o'], rate_limit: { rpm: 1, burst: 2 } });
  const client = openai(key);
  assert.deepEqual((await client.models.list()).data.map((model) => model.id), ['gpt-4o']);
  await assert.rejects(client.chat.completions.create({ model: 'gpt-4o-mini', messages }), refusal(403, 'model_not_allowed'));
  await client.chat.completions.create({ model: 'gpt-4o', max_tokens: 5, messages });
  await assert.rejects(
    client.chat.completions.create({ model: 'gpt-4o', messages }),
    (error) => refusal(429, 'rate_limited')(error) && Number(error.headers.get('retry-after')) > 0,
  );
});

test('lava: gateway() with a format that needs no translation', async () => {
  const body = { model: 'gpt-4o-mini', max_tokens: 8, messages };
  const direct = await straightOpenai.chat.completions.create(body);
  const through = await lava.gateway('https://api.openai.com/v1/chat/completions', { format: 'openai', body });
  assert.deepEqual(through, JSON.parse(JSON.stringify(direct)));
  await assert.rejects(
    lava.gateway('https://api.openai.com/v1/chat/completions', { format: 'anthropic', body }),
    /rewrite_not_supported/,
  );
});
