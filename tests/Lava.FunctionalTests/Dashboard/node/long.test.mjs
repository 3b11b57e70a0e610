// Names, metadata and models of the greatest length that the API takes, without a blank where a line could break: no page scrolls sideways,
// and what stands beside them stays to be read and pressed.
import assert from "node:assert/strict";
import test from "node:test";
import { api, assertFits, call, lava, openBrowser, openPage, shot, signIn } from "./harness.mjs";

const browser = await openBrowser();
test.after(() => browser.close());

const name = "W".repeat(255);
const slug = "w".repeat(100);
const model = `gpt-4o-mini-${"m".repeat(256 - "gpt-4o-mini-".length)}`;
const hostPath = `/${"p".repeat(1_500)}`;

/** What people read and press first. */
const read = ["h1", "h2", "button", ".button", "data", "input", "time"].map(one => `main ${one}`).join();

async function seed() {
  await api("PATCH", "/settings", { unpriced_models: { input_rate: "1", output_rate: "2" } });
  const meter = await api("POST", "/meters", {
    name, meter_slug: slug, rate_type: "fixed", tier_type: "tokens_1m",
    tiers: Array.from({ length: 10 }, (_, i) => ({ start: String(i * 10_000_000_000), rate: `9${i}999.9999999999` })),
  });
  const archived = await api("POST", "/meters", {
    name, meter_slug: `${slug.slice(1)}a`, rate_type: "percentage", tier_type: "tokens_1m", tiers: [{ start: "0", rate: "0.1" }],
  });
  const plan = await api("POST", "/plans", {
    name, period_amount: "0", billing_interval: "month", meter_ids: [meter.meter_id, archived.meter_id],
    credit_bundles: [{ name, cost: "9999.99", credit_amount: "9999.9999999999" }],
    limits: [{ unit: "tokens", cycle: "total", amount: 1_000_000_000_000 }],
  });
  await api("DELETE", `/meters/${archived.meter_id}`);
  const gone = await api("POST", "/plans", { name, period_amount: "1", billing_interval: "day" });
  await api("DELETE", `/plans/${gone.plan_id}`);
  const customer = await api("POST", "/customers", {
    reference_id: "r".repeat(255), name, email: `${"e".repeat(200)}@example.com`, metadata: { ["k".repeat(1_000)]: "v".repeat(12_000) },
  });
  await api("POST", `/customers/${customer.customer_id}/payment_methods`, { token: "pm_card_visa" });
  await api("POST", "/subscriptions", { customer_id: customer.customer_id, plan_id: plan.plan_id });
  await api("POST", `/customers/${customer.customer_id}/credits`, { amount: "900000.9999999999", reason: name });
  await api("POST", `/customers/${customer.customer_id}/adjustments`, { kind: "correction", amount: "0.0000000001", reason: name });
  const answer = await call({
    customer: customer.customer_id, meter: slug, model, headers: { "x-lava-metadata": JSON.stringify({ ["k".repeat(255)]: "v".repeat(255) }) },
  });
  assert.equal(answer.status, 200, await answer.text());
  const own = await call({ model });
  assert.equal(own.status, 200, await own.text());
  const [request] = (await api("GET", `/requests?customer_id=${customer.customer_id}`)).data;
  const webhook = await api("POST", "/webhooks", { name, url: `http://127.0.0.1:9${hostPath}` });
  const key = await api("POST", "/spend_keys", { name, allowed_models: [model.slice(1)] });
  await api("POST", "/secret_keys", { name });
  const [payment] = (await api("GET", `/customers/${customer.customer_id}/payments`)).data;
  return { meter, archived, plan, gone, customer: customer.customer_id, request: request.request_id, webhook, key, payment };
}

/** What stands out of the window: the innermost elements. */
const widest = page => page.evaluate(() => [...document.querySelectorAll("body *")]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && one.checkVisibility() && !one.closest(".scroll, option, head"))
  .filter((one, _, all) => ![...one.children].some(child => all.includes(child)))
  .map(one => `${one.parentElement?.tagName}.${one.parentElement?.className}>${one.tagName}.${one.className}`).slice(0, 5).join(" "));

test("the longest names, values and models leave every page as wide as its window", { timeout: 200_000 }, async t => {
  const made = await seed();
  const customer = `customers/${made.customer}`;
  const pages = [
    "overview", "overview?by=model", "overview?by=meter", "overview?by=customer", "requests", `requests?customer=${made.customer}`,
    `requests?model=${model}`, `requests/${made.request}`, "customers", customer, `${customer}?tab=ledger`, `${customer}?tab=grants`,
    `${customer}?tab=payments`, `${customer}?tab=settings`, `${customer}/credit`, `${customer}/plan`, `${customer}/checkout`,
    `${customer}/bundle?bundle=${made.plan.credit_bundles[0].credit_bundle_id}`, "pricing", "pricing?archived=1", "pricing/plans",
    "pricing/plans?archived=1", `pricing/meters/${made.meter.meter_id}`, `pricing/meters/${made.archived.meter_id}`,
    `pricing/plans/${made.plan.plan_id}`, `pricing/plans/${made.gone.plan_id}`, "pricing/plans/new", "keys", "keys/spend",
    `keys/spend/${made.key.spend_key_id}`, "keys/token", "webhooks", `webhooks/${made.webhook.webhook_id}`,
  ];
  const page = await openPage(t);
  await signIn(page, "/dashboard/test/overview");
  const broken = [];
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of pages) {
      const answer = await page.goto(`${lava}/dashboard/test/${path}`);
      const told = `${path.slice(0, 60)} at ${width}`;
      if (answer.status() !== 200) {
        broken.push(`${told}: ${answer.status()}`);
      }

      await assertFits(page).catch(async error => broken.push(`${told}: ${error.message}: ${await widest(page)}`));
      const lost = await page.evaluate(read => [...document.querySelectorAll(read)]
        .filter(one => one.checkVisibility() && !one.closest(".scroll, pre, details:not([open]), [hidden]"))
        .map(one => [one.textContent || one.id, one.getBoundingClientRect()])
        .filter(([, box]) => box.left < -1 || box.right > innerWidth + 1).map(([text]) => text.slice(0, 40)), read);
      if (lost.length > 0) {
        broken.push(`${told}: out of the window: ${lost.join(" | ")}`);
      }

      const scrolled = await page.evaluate(() => [...document.querySelectorAll(".scroll")]
        .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.querySelector("caption")?.textContent));
      if (width === 360 && scrolled.length > 0) {
        broken.push(`${told}: a table is wider than the window: ${scrolled.join(" | ")}`);
      }

      await shot(page, `long-${width}-${path.replace(/[a-z]+_(test_)?[0-9A-Za-z]{16,}/g, "id").replace(/[^a-z]+/gi, "-").slice(0, 60)}`);
    }
  }

  assert.deepEqual(broken, []);
});

test("the longest values are whole where they are asked for", { timeout: 60_000 }, async t => {
  const page = await openPage(t);
  const [customer] = (await api("GET", "/customers?limit=1")).data;
  await signIn(page, `/dashboard/test/customers/${customer.customer_id}`);
  assert.equal(await page.getByRole("heading", { level: 1 }).locator("bdi").getAttribute("title"), name);
  await page.goto(`${lava}/dashboard/test/customers/${customer.customer_id}?tab=settings`);
  assert.deepEqual(JSON.parse(await page.getByLabel("Metadata").inputValue()), customer.metadata);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("status").waitFor();
  assert.deepEqual((await api("GET", `/customers/${customer.customer_id}`)).metadata, customer.metadata);
});
