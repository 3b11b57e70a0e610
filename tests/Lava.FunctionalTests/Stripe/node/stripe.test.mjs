// Stripe's own package against the stand-in, so that what our client is measured by is measured by the vendor's code; and its signatures
// against our endpoint.
import assert from "node:assert/strict";
import { test } from "node:test";
import Stripe from "stripe";

const url = new URL(process.env.LAVA_TEST_STRIPE);
const webhook = process.env.LAVA_TEST_WEBHOOK;
const secret = process.env.LAVA_TEST_WEBHOOK_SECRET;
const stripe = new Stripe(process.env.LAVA_TEST_STRIPE_KEY, {
  host: url.hostname, port: url.port, protocol: "http", maxNetworkRetries: 2, telemetry: false,
});

async function customerWithCard(token) {
  const customer = await stripe.customers.create({ phone: "+14155550100", metadata: { lava_customer: "con_test_1" } });
  const method = await stripe.paymentMethods.attach(token, { customer: customer.id });
  return { customer: customer.id, method: method.id };
}

async function intentOf(token, amount = 2500) {
  const { customer, method } = await customerWithCard(token);
  return stripe.paymentIntents.create({
    amount, currency: "usd", customer, payment_method: method, allowed_payment_method_types: ["card"], description: "Credit",
    metadata: { lava_payment: `pay_${token}`, lava_attempt: "1" },
  });
}

test("a charge: made, confirmed, read, listed", async () => {
  const made = await intentOf("pm_card_visa");
  assert.equal(made.status, "requires_confirmation");
  assert.equal(made.amount_received, 0);
  const paid = await stripe.paymentIntents.confirm(made.id, { off_session: true });
  assert.equal(paid.status, "succeeded");
  assert.equal((await stripe.paymentIntents.retrieve(made.id)).amount_received, 2500);
  const charge = await stripe.charges.retrieve(paid.latest_charge);
  assert.equal(charge.payment_intent, made.id);
  const listed = await stripe.paymentIntents.list({ customer: made.customer, created: { gte: made.created } });
  assert.deepEqual(listed.data.map(intent => intent.id), [made.id]);
});

test("lists are paged by themselves", async () => {
  const { customer, method } = await customerWithCard("pm_card_visa");
  for (let i = 0; i < 12; i++) {
    await stripe.paymentIntents.create({ amount: 100 + i, currency: "usd", customer, payment_method: method });
  }

  const amounts = [];
  for await (const intent of stripe.paymentIntents.list({ customer, limit: 5 })) {
    amounts.push(intent.amount);
  }

  assert.deepEqual(amounts, Array.from({ length: 12 }, (_, i) => 111 - i));
});

test("a decline is a card error with its reason and its charge", async () => {
  const made = await intentOf("pm_card_visa_chargeDeclinedInsufficientFunds");
  await assert.rejects(stripe.paymentIntents.confirm(made.id, { off_session: true }), error => {
    assert.ok(error instanceof Stripe.errors.StripeCardError);
    assert.equal(error.code, "card_declined");
    assert.equal(error.decline_code, "insufficient_funds");
    assert.equal(error.payment_intent.status, "requires_payment_method");
    return true;
  });
});

test("a bank that asks gets its answer on the page only", async () => {
  const unattended = await intentOf("pm_card_authenticationRequired");
  await assert.rejects(stripe.paymentIntents.confirm(unattended.id, { off_session: true }), { code: "authentication_required" });
  const attended = await intentOf("pm_card_authenticationRequired");
  const asked = await stripe.paymentIntents.confirm(attended.id, { use_stripe_sdk: true });
  assert.equal(asked.status, "requires_action");
  assert.equal(asked.next_action.type, "use_stripe_sdk");
  const canceled = await stripe.paymentIntents.cancel(attended.id, { cancellation_reason: "abandoned" });
  assert.equal(canceled.status, "canceled");
  await assert.rejects(stripe.paymentIntents.confirm(attended.id), { code: "payment_intent_unexpected_state" });
});

test("the same key does it once, with other parameters it is refused", async () => {
  const options = { idempotencyKey: "one key" };
  const first = await stripe.paymentIntents.create({ amount: 500, currency: "usd" }, options);
  const second = await stripe.paymentIntents.create({ amount: 500, currency: "usd" }, options);
  assert.equal(first.id, second.id);
  assert.equal(second.lastResponse.headers["idempotent-replayed"], "true");
  await assert.rejects(
    stripe.paymentIntents.create({ amount: 600, currency: "usd" }, options), Stripe.errors.StripeIdempotencyError);
});

test("wrong parameters and keys are refused as Stripe does", async () => {
  await assert.rejects(
    stripe.paymentIntents.create({ amount: 500, currency: "usd", colour: "red" }), { code: "parameter_unknown", param: "colour" });
  await assert.rejects(stripe.paymentIntents.create({ currency: "usd" }), { code: "parameter_missing", param: "amount" });
  await assert.rejects(stripe.paymentIntents.retrieve("pi_none"), { code: "resource_missing", statusCode: 404 });
  const other = new Stripe("sk_test_other", { host: url.hostname, port: url.port, protocol: "http" });
  await assert.rejects(other.customers.create({}), Stripe.errors.StripeAuthenticationError);
});

test("a card on file: entry, cancellation, removal", async () => {
  const { customer } = await customerWithCard("pm_card_visa");
  const setup = await stripe.setupIntents.create({ customer, usage: "off_session", allowed_payment_method_types: ["card"] });
  assert.equal(setup.status, "requires_payment_method");
  assert.match(setup.client_secret, new RegExp(`^${setup.id}_secret_`));
  const done = await stripe.setupIntents.confirm(setup.id, { payment_method: "pm_card_mastercard" });
  assert.equal(done.status, "succeeded");
  const whole = await stripe.setupIntents.retrieve(setup.id, { expand: ["payment_method"] });
  assert.equal(whole.payment_method.card.brand, "mastercard");
  assert.equal(whole.payment_method.customer, customer);
  const detached = await stripe.paymentMethods.detach(whole.payment_method.id);
  assert.equal(detached.customer, null);
});

test("refunds: part, rest, no more", async () => {
  const made = await intentOf("pm_card_visa");
  await stripe.paymentIntents.confirm(made.id, { off_session: true });
  const part = await stripe.refunds.create({ payment_intent: made.id, amount: 1000, metadata: { lava_refund: "re_1" } });
  const rest = await stripe.refunds.create({ payment_intent: made.id });
  assert.deepEqual([part.amount, rest.amount, rest.status], [1000, 1500, "succeeded"]);
  await assert.rejects(stripe.refunds.create({ payment_intent: made.id }), { code: "charge_already_refunded" });
  const listed = await stripe.refunds.list({ payment_intent: made.id });
  assert.deepEqual(listed.data.map(refund => refund.metadata.lava_refund), [undefined, "re_1"]);
});

test("a disputed charge has a dispute, and events tell of it", async () => {
  const made = await intentOf("pm_card_createDispute");
  await stripe.paymentIntents.confirm(made.id, { off_session: true });
  const events = await stripe.events.list({ types: ["charge.dispute.created", "payment_intent.succeeded"], limit: 100 });
  const opened = events.data.find(event => event.type === "charge.dispute.created" && event.data.object.payment_intent === made.id);
  const dispute = await stripe.disputes.retrieve(opened.data.object.id);
  assert.equal(dispute.status, "needs_response");
  assert.equal(dispute.amount, 2500);
});

test("a delivery of the stand-in is one by the vendor's code", async () => {
  const deliveries = JSON.parse(process.env.LAVA_TEST_DELIVERY);
  const event = await stripe.webhooks.constructEventAsync(deliveries.body, deliveries.signature, secret);
  assert.equal(event.type, "payment_intent.succeeded");
  await assert.rejects(stripe.webhooks.constructEventAsync(deliveries.body, deliveries.signature, "whsec_other"));
});

test("the vendor's signatures are right for our endpoint, and its tolerance is ours", async () => {
  const payload = JSON.stringify({
    id: "evt_vendor", object: "event", livemode: false, type: "refund.created", created: Math.floor(Date.now() / 1000),
    data: { object: { id: "re_vendor" } },
  });
  const now = Math.floor(Date.now() / 1000);
  const send = async (signature, body = payload) => (await fetch(webhook, {
    method: "POST", headers: { "content-type": "application/json", "stripe-signature": signature }, body,
  })).status;
  const sign = (timestamp, key = secret) => stripe.webhooks.generateTestHeaderString({ payload, secret: key, timestamp });
  assert.equal(await send(sign(now)), 200);
  assert.equal(await send(sign(now)), 200);
  assert.equal(await send(sign(now - 280)), 200);
  assert.equal(await send(sign(now - 320)), 400);
  assert.equal(await send(sign(now, "whsec_other")), 400);
  assert.equal(await send(sign(now), payload + " "), 400);
  assert.equal(await send(sign(now).replace("v1=", "v1=0")), 400);
});
