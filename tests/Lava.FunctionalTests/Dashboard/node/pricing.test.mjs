// Meters, plans and bundles: made in forms whose preview says what calls will cost, to the last digit.
import assert from "node:assert/strict";
import test from "node:test";
import { api, call, lava, look, openBrowser, openPage, shot, signIn, timeout } from "./harness.mjs";

const hostile = `<script>window.pwned=1</script>"'\u202e{{7*7}}`;
const browser = await openBrowser();
test.after(() => browser.close());

const figure = (page, name) => page.locator(`[data-figure="${name}"] data`);

test("nothing yet: the page says what to do", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, "/dashboard/test/pricing");
  await page.getByRole("heading", { name: "No meters yet" }).waitFor();
  assert.match(await page.locator(".empty pre").textContent(), /curl .*\/v1\/meters .* \\\n/);
  await look(page, "pricing-empty");
});

test("a meter's preview is what a call is charged afterwards", { timeout }, async t => {
  const first = await call();
  const { usage } = await first.json();
  const page = await openPage(t);
  page.expected.push("400");
  await signIn(page, "/dashboard/test/pricing/meters/new");
  await page.getByLabel("Name", { exact: true }).fill("Chat");
  await page.getByLabel("Slug").fill("chat");
  await page.getByLabel("Charges").selectOption("fixed");
  await page.locator("#tier_type").selectOption("tokens_1m");
  await page.getByLabel("Tier 1: rate").fill("-3");
  await page.getByRole("button", { name: "Create" }).click();
  await page.locator("#tiers_0_rate-error").waitFor();
  assert.equal(await page.getByLabel("Tier 1: rate").inputValue(), "-3");
  await shot(page, "meter-error");
  await page.getByLabel("Tier 1: rate").fill("12.3456789");
  await page.getByRole("button", { name: "Add a tier" }).click();
  await page.getByLabel("Tier 2: from").fill("1000000");
  await page.getByLabel("Tier 2: rate").fill("6");
  await page.getByLabel("Preview: requests").fill("1");
  await page.getByLabel("Input tokens of each").fill(String(usage.prompt_tokens));
  await page.getByLabel("Output tokens of each").fill(String(usage.completion_tokens));
  const tokens = usage.prompt_tokens + usage.completion_tokens;
  await page.getByText(`1 request of ${tokens} tokens cost the customer`).waitFor();
  const charge = await figure(page, "charge").getAttribute("value");
  const cost = await figure(page, "cost").getAttribute("value");
  await look(page, "meter-new");
  await page.getByLabel("Name", { exact: true }).fill("Chat");
  await page.getByLabel("Slug").fill("chat");
  await page.getByLabel("Charges").selectOption("fixed");
  await page.getByLabel("Tier 1: rate").fill("12.3456789");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("status").waitFor();
  assert.equal(await page.locator("#tier_type").isDisabled(), true);
  await look(page, "meter");

  const { customer_id: customer } = await api("POST", "/customers", { reference_id: "cus-1", name: "Ann" });
  await api("POST", `/customers/${customer}/credits`, { amount: "10", idempotency_key: "k1" });
  const { meter_id: meter } = await api("GET", "/meters/chat");
  const { plan_id: plan } = await api("POST", "/plans", { name: "Basic", period_amount: "0", billing_interval: "month", meter_ids: [meter] });
  await api("POST", "/subscriptions", { customer_id: customer, plan_id: plan });
  const answer = await call({ customer, meter: "chat" });
  assert.equal(answer.status, 200);
  const after = (await answer.json()).usage;
  assert.deepEqual([after.prompt_tokens, after.completion_tokens], [usage.prompt_tokens, usage.completion_tokens]);
  const [request] = (await api("GET", `/requests?customer_id=${customer}`)).data;
  assert.equal(request.charge.amount, charge);
  assert.equal(request.cost, cost);
});

test("a preview follows the tiers; more tiers are added as they are asked for", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, "/dashboard/test/pricing/meters/new");
  await page.getByLabel("Charges").selectOption("fixed");
  await page.locator("#tier_type").selectOption("requests");
  await page.getByLabel("Tier 1: rate").fill("0,02");
  for (let i = 2; i <= 7; i++) {
    await page.getByRole("button", { name: "Add a tier" }).click();
    await page.getByLabel(`Tier ${i}: from`).fill(String(100 * i));
    await page.getByLabel(`Tier ${i}: rate`).fill("0.01");
  }

  await page.getByLabel("Preview: requests").fill("1000");
  await page.waitForFunction(() => document.querySelector('[data-figure="charge"] data')?.getAttribute("value") === "12.0000000000");
  await page.getByLabel("Name", { exact: true }).fill(hostile);
  await page.getByLabel("Slug").fill("hostile");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("status").waitFor();
  assert.equal((await api("GET", "/meters/hostile")).tiers.length, 7);
  await page.getByLabel("Tier 7: rate").fill("");
  await page.getByLabel("Tier 7: from").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").waitFor();
  assert.equal((await api("GET", "/meters/hostile")).tiers.length, 6);
  assert.equal(await page.evaluate(() => window.pwned), undefined);
});

test("a plan is made of meters, with a bundle, and stands in the matrix", { timeout }, async t => {
  const page = await openPage(t);
  page.expected.push("400", "409");
  await signIn(page, "/dashboard/test/pricing/plans/new");
  await page.getByLabel("Name", { exact: true }).fill("Pro");
  await page.getByLabel("Price, dollars").fill("25");
  await page.getByLabel("Credit in it, dollars").fill("30");
  await page.getByLabel("Chat", { exact: true }).check();
  await page.getByRole("button", { name: "Create" }).click();
  await page.locator("#included_credit-error").waitFor();
  await page.getByLabel("Price, dollars").fill("2.5.0");
  await page.getByText("The price can't be read: write it as 12.50.").waitFor();
  await page.getByLabel("Price, dollars").fill("25");
  await page.getByLabel("Credit in it, dollars").fill("20,00");
  await page.getByLabel("What is left of it").selectOption("full");
  await page.getByLabel("Limit 1: at most").fill("5000");
  await page.getByText("$25.00 a month, includes $20.00 of credit; what is left rolls over.").waitFor();
  await page.getByLabel("Preview: calls on the meter").selectOption({ label: "Chat" });
  await page.getByText("of it is left").waitFor();
  await shot(page, "plan-new");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("status").waitFor();
  await page.getByLabel("Bundle 1: name").or(page.locator("#credit_bundles_0_name")).fill("Hundred");
  await page.locator("#credit_bundles_0_cost").fill("90");
  await page.locator("#credit_bundles_0_credit_amount").fill("100");
  await page.getByRole("button", { name: "Add bundle" }).click();
  await page.getByRole("link", { name: "Hundred" }).waitFor();
  await look(page, "plan");
  const [plan] = (await api("GET", "/plans")).data;
  assert.deepEqual(
    [plan.name, plan.period_amount, plan.included_credit, plan.rollover_type, plan.linked_meters.map(meter => meter.name), plan.limits],
    ["Pro", "25.0000000000", "20.0000000000", "full", ["Chat"], [{ unit: "requests", amount: 5000, cycle: "daily" }]]);
  await page.getByRole("link", { name: "Hundred" }).click();
  await page.locator("#credit_bundles_0_cost").fill("80");
  await look(page, "bundle");
  await page.locator("#credit_bundles_0_cost").fill("80");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").waitFor();
  assert.equal((await api("GET", "/plans")).data[0].credit_bundles[0].cost, "80.0000000000");

  // What is left empty is what its hint and the preview say, for a plan that is there as for a new one.
  await page.goto(`${lava}/dashboard/test/pricing/plans/${plan.plan_id}`);
  await page.getByLabel("When the credit is used up").selectOption("auto_charge");
  await page.getByLabel("Overage at most, dollars").fill("50");
  await page.getByLabel("Charged for each, dollars").fill("5");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").waitFor();
  await page.goto(`${lava}/dashboard/test/pricing/plans/${plan.plan_id}`);
  await page.getByLabel("Charged for each, dollars").fill("");
  await page.getByLabel("Credit in it, dollars").fill("");
  await page.getByText("$25.00 a month, includes $25.00 of credit").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").waitFor();
  const emptied = await api("GET", `/plans/${plan.plan_id}`);
  assert.deepEqual([emptied.included_credit, emptied.overage_increment], ["25.0000000000", "50.0000000000"]);
  await page.goto(`${lava}/dashboard/test/pricing/plans`);
  const row = page.locator(".matrix tbody tr", { hasText: "Chat" });
  const column = await page.locator(".matrix th").allTextContents();
  assert.equal(await row.locator("td").nth(column.indexOf("Pro")).textContent(), "yes");
  await look(page, "plans");
  await page.goto(`${lava}/dashboard/test/pricing`);
  await look(page, "meters");
  assert.equal(await page.evaluate(() => window.pwned), undefined);

  // One that customers have is refused, with the reason; another one goes, and is listed where archived ones are.
  await page.goto(`${lava}/dashboard/test/pricing/plans`);
  await page.getByRole("link", { name: "Basic", exact: true }).first().click();
  await page.getByText("Archive", { exact: true }).click();
  await page.getByRole("button", { name: "Archive this plan" }).click();
  await page.getByRole("alert").getByText("subscribed").waitFor();
  await page.goto(`${lava}/dashboard/test/pricing/plans/${plan.plan_id}`);
  await page.getByText("Archive", { exact: true }).click();
  await page.getByRole("button", { name: "Archive this plan" }).click();
  await page.getByRole("status").waitFor();
  await page.getByRole("link", { name: "Archived" }).click();
  await page.getByRole("cell", { name: "Pro" }).getByRole("link").click();
  await page.waitForURL(`**/pricing/plans/${plan.plan_id}`);
  await page.getByText(/^Archived since/).waitFor();
  assert.equal(await page.locator("main form").count(), 0, "nothing of it can be changed");
  assert.match(await page.locator("main").textContent(), /\$25\.00 a month.*Hundred: \$100\.00 for \$80\.00.*Customers on it\s*0/s);
  await page.getByRole("region", { name: "Calls" }).getByRole("link", { name: "Chat" }).waitFor();
  await look(page, "plan-archived");
  await page.getByRole("link", { name: "All that is archived" }).click();
  await look(page, "plans-archived");
});

test("a meter is archived; who is nobody's is the page of none", { timeout }, async t => {
  const page = await openPage(t);
  page.expected.push("404");
  await signIn(page, "/dashboard/test/pricing");
  await page.getByRole("link", { name: /script/ }).first().click();
  await page.getByText("Archive", { exact: true }).click();
  await page.getByRole("button", { name: "Archive this meter" }).click();
  await page.getByRole("status").waitFor();
  assert.equal(await page.getByRole("link", { name: /script/ }).count(), 0);
  await page.getByRole("link", { name: "Archived" }).click();
  await page.getByRole("cell", { name: /script/ }).getByRole("link").first().click();
  await page.getByText(/^Archived since/).waitFor();
  assert.equal(await page.locator("main form").count(), 0, "nothing of it can be changed");
  assert.equal(await page.evaluate(() => window.pwned), undefined);

  // One that was used: what still names it, and its calls.
  const { meter_id: chat } = await api("GET", "/meters/chat");
  await api("DELETE", `/meters/${chat}`);
  await page.goto(`${lava}/dashboard/test/pricing/meters/${chat}`);
  await page.getByRole("region", { name: "Still linked" }).getByRole("link", { name: "Basic" }).waitFor();
  assert.match(await page.getByRole("region", { name: "Calls" }).textContent(), /1 in the last 90 days/);
  await look(page, "meter-archived");
  await page.getByRole("link", { name: "All of its calls" }).click();
  await page.waitForURL(/requests\?meter=/);
  assert.equal(await page.getByRole("region", { name: "Requests" }).locator("tbody tr").count(), 1);
  for (const path of ["meters/prd_nothing", "plans/plan_nothing", "meters/%22%3E"]) {
    const answer = await page.goto(`${lava}/dashboard/test/pricing/${path}`);
    assert.equal(answer.status(), 404);
  }
});

test("without scripts a meter is previewed and made", { timeout }, async t => {
  const page = await openPage(t, { scripts: false });
  await signIn(page, "/dashboard/test/pricing/meters/new");
  await page.getByLabel("Name", { exact: true }).fill("Plain");
  await page.getByLabel("Charges").selectOption("fixed");
  await page.locator("#tier_type").selectOption("requests");
  await page.getByLabel("Tier 1: rate").fill("0,02");
  await page.getByRole("button", { name: "Reckon anew" }).click();
  assert.equal(await figure(page, "charge").getAttribute("value"), "20.0000000000");
  assert.equal(await page.getByLabel("Tier 5: rate").isVisible(), true);
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("status").waitFor();
});
