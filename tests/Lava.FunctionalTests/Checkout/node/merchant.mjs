// The merchant's server: sells with Lava's own SDK, spends what was bought, is told by a webhook, and looks at the books.
import { createServer } from "node:http";
import { Lava } from "@lavapayments/nodejs";
import { lava as base } from "./harness.mjs";

const key = process.env.LAVA_TEST_KEY;
const clock = process.env.LAVA_TEST_TIMES;
export const sdk = new Lava(key, { baseUrl: `${base}v1/` });

/** Anything of the API. */
export async function api(method, path, body) {
  const answer = await fetch(`${base}v1/${path}`, {
    method, body: body && JSON.stringify(body), headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
  });
  const told = await answer.json();
  if (!answer.ok) {
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(told)}`);
  }

  return told;
}

/** A meter at half a dollar a call, three plans that use it, and the first one's bundle. */
export async function openBusiness() {
  const meter = await sdk.meters.create({
    name: "Calls", meter_slug: "calls", rate_type: "fixed", tier_type: "requests", tiers: [{ start: "0", rate: "0.5" }],
  });
  const plan = (name, price, credit) => sdk.subscriptions.createPlan({
    name, period_amount: price, billing_interval: "month", included_credit: credit, meter_ids: [meter.meter_id], rollover_type: "none",
    credit_bundles: [{ name: "Small pack", cost: "5", credit_amount: "6" }],
  });
  return { meter, pro: await plan("Pro", "25", "20"), team: await plan("Team", "49", "45"), basic: await plan("Basic", "0", "0") };
}

/** What becomes of a session: expire, expire-code, let-resend, expire-quote, expire-visit; its first cycle: end-cycle. */
export async function pass(what, session) {
  const answer = await fetch(`${clock}/${what}/${session.checkout_session_id}`, { method: "POST" });
  if (answer.status !== 204) {
    throw new Error(`${what}: ${answer.status}`);
  }
}

export const secretOf = session => JSON.parse(atob(session.checkout_session_token)).secret;

/** The status of a call that a customer pays for. */
export async function call(customer_id, meter_slug) {
  const token = sdk.generateForwardToken({ customer_id, meter_slug });
  const answer = await fetch(`${base}v1/forward?u=https://api.openai.com/v1/chat/completions`, {
    method: "POST", headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-4o-mini", max_tokens: 20, messages: [{ role: "user", content: "Hello" }] }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** "subscription 25 succeeded", oldest first. */
export const payments = async customer => (await api("GET", `customers/${customer}/payments?limit=100`)).data
  .map(({ kind, amount, status }) => `${kind} ${Number(amount)} ${status}`).reverse();

/** Waits until something is so; what it was at last. */
export async function until(isSo, what = "it") {
  for (const end = Date.now() + 15_000; Date.now() < end; await new Promise(done => setTimeout(done, 50))) {
    const found = await isSo();
    if (found) {
      return found;
    }
  }

  throw new Error(`${what} did not come about`);
}

/** A webhook's target: what it was told, each event once. */
export async function listen() {
  const told = new Map();
  const server = createServer(async (request, response) => {
    const body = await request.reduce((text, part) => text + part, "");
    told.set(request.headers["webhook-id"], JSON.parse(body));
    response.end();
  });
  await new Promise(done => server.listen(0, "127.0.0.1", done));
  await api("POST", "webhooks", { name: "books", url: `http://127.0.0.1:${server.address().port}/` });
  return { of: (event, customer) => [...told.values()].filter(({ event: name, data }) =>
    name === event && JSON.stringify(data).includes(customer)), close: () => server.close() };
}
