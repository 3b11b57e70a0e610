// Version 2.5.0, unmodified, on data that 11.2.0 made: secrets instead of ids, products, the wallet inside the connection.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Lava } from '@lavapayments/nodejs';
import { Lava as Lava2 } from 'lava-2';
import { SdkTypes, readAll, refusal, watched } from './types.mjs';

// Its answer is one object; this version declares an array of them by mistake.
const overrides = { 'usage.retrieve': 'UsageData' };
const unseen = {
  'CheckoutSession.completed_at': 'bought in a browser',
  'RequestsListResponse.next_cursor': 'pages are read without the types',
};

const baseUrl = `${process.env.LAVA_TEST_GATEWAY}/v1/`;
const today = new Lava(process.env.LAVA_TEST_KEY, { baseUrl });
const lava = watched(new Lava2(process.env.LAVA_TEST_KEY, { apiVersion: '2025-03-27.v1', baseUrl }), new SdkTypes('lava-2', overrides));
const meter = await today.meters.create({
  name: 'Two', rate_type: 'fixed', tier_type: 'tokens_1m', meter_slug: 'sdk-2', tiers: [{ start: '0', rate: '3' }],
});
const ada = await today.customers.create({ reference_id: 'sdk-2-ada', name: 'Ada L', email: 'ada@example.com', phone: '+15551234567' });
await today.request('POST', `customers/${ada.customer_id}/credits`, { data: { amount: '5.00' } });

test('connections', async () => {
  const found = await lava.connections.list({ reference_id: 'sdk-2-ada' });
  assert.deepEqual([found.data.length, found.has_more], [1, false]);
  const [one] = found.data;
  assert.deepEqual([one.connection_id, one.reference_id, one.wallet.balance], [ada.customer_id, 'sdk-2-ada', '5.0000000000']);
  assert.match(one.connection_secret, /^cons_test_/);
  assert.ok(new Date(one.previous_usage_reset) <= new Date() && new Date() < new Date(one.next_usage_reset));
  assert.deepEqual(await lava.connections.retrieve(ada.customer_id), one);
  assert.deepEqual((await lava.connections.list({ reference_id: 'sdk-2-nobody' })).data, []);
  assert.ok((await readAll(lava.connections.list, {}, 'connection_id', 3)).length > 1);
  const bob = await today.customers.create({});
  assert.deepEqual(await lava.connections.delete(bob.customer_id), { success: true });
  await assert.rejects(lava.connections.retrieve(bob.customer_id), refusal(404, 'Not Found', 'not_found'));
});

test('requests by secrets, and usage', async () => {
  const { connection_secret } = await lava.connections.retrieve(ada.customer_id);
  const { product_secret } = await today.meters.retrieve(meter.meter_id);
  const token = lava.client.generateForwardToken({ connection_secret, product_secret });
  const answer = await fetch(`${lava.client.openaiUrl}/chat/completions`, {
    method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-lava-metadata': '{"sdk":"2"}' },
    body: JSON.stringify({ model: 'gpt-4o-mini', max_tokens: 8, messages: [{ role: 'user', content: 'Hi.' }] }),
  });
  assert.equal(answer.status, 200, await answer.text());
  const { data } = await lava.requests.list({ connection_id: ada.customer_id, product_id: meter.meter_id, metadata_filters: { sdk: '2' } });
  assert.deepEqual(data.map((one) => [one.connection_id, one.product_id]), [[ada.customer_id, meter.meter_id]]);
  const [request] = data;
  await today.requests.create({ request_id: 'sdk-2-1', customer_id: ada.customer_id, meter_slug: meter.meter_slug });
  const list = (params) => lava.client.requests.list(params); // without the types: a report names no model, which this version expects
  const mine = await readAll(list, { connection_id: ada.customer_id }, 'request_id', 1);
  assert.deepEqual(mine.map((one) => one.request_id), ['sdk-2-1', request.request_id]);
  assert.deepEqual(await lava.requests.retrieve(request.request_id), request);
  const sum = Number(request.model_usage.total_cost) + Number(request.fee.amount);
  assert.ok(sum > 0 && Math.abs(Number(request.total_request_cost) - sum) < 1e-9, 'what the provider costs and what the customer pays');
  const usage = await lava.usage.retrieve({ start: new Date(Date.now() - 3_600_000).toISOString(), product_id: meter.meter_id });
  assert.deepEqual([usage.totals.total_requests, usage.totals.total_fee_amount], [2, request.fee.amount]);
});

test('checkout', async () => {
  const session = await lava.checkout.create({ checkout_mode: 'onboarding', origin_url: 'https://shop.example', reference_id: 'sdk-2-new' });
  assert.deepEqual(await lava.checkout.retrieve(session.checkout_session_id), session);
  const topup = await lava.checkout.create({ checkout_mode: 'topup', origin_url: 'https://shop.example', connection_id: ada.customer_id });
  assert.equal(topup.connection_id, ada.customer_id);
  const page = await today.request('GET', 'checkout_sessions', { query: { reference_id: 'sdk-2-new' } });
  assert.deepEqual(page.data, [session]);
  await assert.rejects(lava.checkout.retrieve('cs_none'), refusal(404, 'Not Found', 'not_found'));
});

after(() => {
  assert.deepEqual(lava.uncalled(), [], 'methods that nobody called');
  assert.deepEqual(lava.unseen(), Object.keys(unseen).sort(), 'fields that never had a value');
});
