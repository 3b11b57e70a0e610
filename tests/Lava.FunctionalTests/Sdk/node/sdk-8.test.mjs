// Version 8.1.0, unmodified, on data that 11.2.0 made: connections, subscription configs, fees.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Lava } from '@lavapayments/nodejs';
import { Lava as Lava8 } from 'lava-8';
import { SdkTypes, readAll, refusal, watched } from './types.mjs';

const paid = 'of a plan that costs money, which the SDK can\'t subscribe to';
const unseen = {
  'RestCheckoutSession.completed_at': 'bought in a browser',
  'RestPendingChange.effective_at': paid,
  'RestPendingChange.included_credit': paid,
  'RestPendingChange.name': paid,
  'RestPendingChange.period_amount': paid,
  'RestPendingChange.subscription_config_id': paid,
  'RestPendingChange.type': paid,
  'RestSubscription.cycle_end_at': paid,
  'RestSubscription.cycle_start_at': paid,
  'RestSubscription.pending_change': paid,
  'RestSubscriptionBase.cancelled_at': 'shown of the active one alone',
  'RestSubscriptionBase.cycle_end_at': paid,
  'RestSubscriptionBase.cycle_start_at': paid,
  'RestSubscriptionBase.pending_change': paid,
};

const baseUrl = `${process.env.LAVA_TEST_GATEWAY}/v1/`;
const today = new Lava(process.env.LAVA_TEST_KEY, { baseUrl });
const lava = watched(new Lava8(process.env.LAVA_TEST_KEY, { baseUrl }), new SdkTypes('lava-8'));
const origin_url = 'https://shop.example';

const meter = await today.meters.create({
  name: 'Eight', rate_type: 'percentage', tier_type: 'tokens_1m', meter_slug: 'sdk-8', tiers: [{ start: '0', rate: '0.20' }],
});
const plan = await today.subscriptions.createPlan({
  name: 'Eight', period_amount: '0', billing_interval: 'month', meter_ids: [meter.meter_id],
  credit_bundles: [{ name: 'Eight', cost: '5', credit_amount: '5' }],
});
const ada = await today.customers.create({ reference_id: 'sdk-8-ada', name: 'Ada L', email: 'ada@example.com', phone: '+15551234567' });
const { subscription } = await today.subscriptions.create({ customer_id: ada.customer_id, plan_id: plan.plan_id });
await today.request('POST', `customers/${ada.customer_id}/credits`, { data: { amount: '5.00' } });

test('connections', async () => {
  const one = await lava.connections.retrieve(ada.customer_id);
  assert.deepEqual([one.connection_id, one.has_lava_credit_balance, one.customer], [ada.customer_id, true, ada.contact]);
  assert.equal(one.subscription.subscription_config_id, plan.plan_id);
  assert.deepEqual((await readAll(lava.connections.list, {}, 'connection_id', 3)).find((row) => row.connection_id === ada.customer_id), one);
  const found = await lava.connections.getSubscription(ada.customer_id);
  assert.deepEqual([found.subscription.subscription_id, found.subscription.subscription_config_id], [subscription.subscription_id, plan.plan_id]);
  const bob = await today.customers.create({});
  assert.deepEqual(await lava.connections.delete(bob.customer_id), { success: true });
  await assert.rejects(lava.connections.retrieve(bob.customer_id), refusal(404, 'Not Found', 'not_found'));
});

test('requests and usage', async () => {
  const body = { model: 'gpt-4o-mini', max_tokens: 8, messages: [{ role: 'user', content: 'Hi.' }] };
  const token = lava.client.generateForwardToken({ connection_id: ada.customer_id, meter_slug: meter.meter_slug });
  const answer = await fetch(`${baseUrl}forward?u=https://api.openai.com/v1/chat/completions`, {
    method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, await answer.text());
  const report = { request_id: 'sdk-8-1', connection_id: ada.customer_id, meter_slug: meter.meter_slug, input_tokens: 10, metadata: { sdk: '8' } };
  const reported = await lava.requests.create(report);
  assert.deepEqual(await lava.requests.retrieve('sdk-8-1'), reported);
  const mine = await readAll(lava.requests.list, { connection_id: ada.customer_id, meter_id: meter.meter_id }, 'request_id', 1);
  assert.equal(mine.length, 2);
  const call = mine[1];
  const [cost, fee] = [call.model_usage.total_cost, call.fee.amount].map(Number);
  assert.ok(cost > 0 && Math.abs(fee - (cost * 1.2)) < 1e-9, 'the meter\'s percentage comes on top of the cost');
  assert.deepEqual([call.model_usage.payer, call.total_wallet_cost, call.total_merchant_cost], ['wallet', call.fee.amount, '0.0000000000']);
  assert.deepEqual([call.connection_id, call.fee.token_basis], [ada.customer_id, 'input+output']);
  assert.deepEqual((await lava.requests.list({ metadata_filters: { sdk: '8' } })).data, [reported]);
  const usage = await lava.usage.retrieve({ start: new Date(Date.now() - 3_600_000).toISOString(), connection_id: ada.customer_id });
  assert.deepEqual([usage.totals.total_requests, usage.totals.total_fee_amount], [2, call.fee.amount]);
  const none = await lava.usage.retrieve({ start: new Date().toISOString(), connection_id: 'con_test_none' });
  assert.equal(none.totals.total_requests, 0);
});

test('meters, configs, bundles, subscriptions', async () => {
  const one = await lava.meters.retrieve(meter.meter_id);
  assert.deepEqual([one.token_basis, one.base_cost_payer], ['input+output', 'wallet']);
  assert.ok((await readAll(lava.meters.list, {}, 'meter_id', 3)).some((row) => row.meter_id === meter.meter_id));
  const config = await lava.subscriptions.retrieveConfig(plan.plan_id);
  assert.ok((await readAll(lava.subscriptions.listConfigs, {}, 'subscription_config_id', 3)).some(
    (row) => row.subscription_config_id === config.subscription_config_id));
  const bundles = (await lava.creditBundles.list({ subscription_config_id: plan.plan_id })).data;
  assert.deepEqual([bundles.length, bundles[0].subscription_config_id], [1, plan.plan_id]);
  assert.deepEqual(await lava.creditBundles.retrieve(bundles[0].credit_bundle_id), bundles[0]);
  const listed = (await lava.subscriptions.list({ connection_id: ada.customer_id })).data;
  assert.deepEqual(listed.map((row) => [row.subscription_id, row.connection_id]), [[subscription.subscription_id, ada.customer_id]]);
});

test('checkout sessions', async () => {
  const create = (mode, fields) => lava.checkoutSessions.create({ checkout_mode: mode, origin_url, ...fields });
  const bundle = plan.credit_bundles[0].credit_bundle_id;
  const sessions = [
    await create('onboarding', {}),
    await create('topup', { connection_id: ada.customer_id }),
    await create('subscription', { subscription_config_id: plan.plan_id }),
    await create('credit_bundle', { connection_id: ada.customer_id, credit_bundle_id: bundle }),
  ];
  assert.deepEqual(sessions.map((one) => one.subscription_config_id), [undefined, undefined, plan.plan_id, undefined]);
  assert.deepEqual(sessions.map((one) => one.connection_id), [undefined, ada.customer_id, undefined, ada.customer_id]);
  await assert.rejects(create('topup', {}), refusal(400, 'Bad Request', 'invalid_parameter'));
});

test('cancelling', async () => {
  assert.deepEqual(await lava.subscriptions.cancel(subscription.subscription_id), { success: true });
  const ended = (await lava.subscriptions.list({ connection_id: ada.customer_id, status: 'cancelled' })).data;
  assert.equal(ended[0].status, 'cancelled');
  assert.deepEqual(await lava.connections.getSubscription(ada.customer_id), { subscription: null });
});

after(() => {
  assert.deepEqual(lava.uncalled(), [], 'methods that nobody called');
  assert.deepEqual(lava.unseen(), Object.keys(unseen).sort(), 'fields that never had a value');
});
