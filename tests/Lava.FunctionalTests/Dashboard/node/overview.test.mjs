// The overview: from an empty store to figures that follow the calls, each of them equal to what the API says.
import assert from "node:assert/strict";
import test from "node:test";
import {
  api, assertAccessible, assertWeekOfRows, call, lava, look, openBrowser, openPage, recorded, shot, signIn, timeout,
} from "./harness.mjs";

const browser = await openBrowser();
test.after(() => browser.close());

const overview = "/dashboard/test/overview";
const patience = 40_000;
const liveLimit = 5_000;
const refusalLimit = 20_000;

// What a figure with another digit may move beside it; from 0.1 on people are said to be disturbed (https://web.dev/articles/cls).
const shiftMax = 0.001;
const hostile = `<img src=x onerror="window.pwned=1">"'`;

let customer;
let poor;

/** A window; on a busy machine a page takes its time. */
async function open(t, options) {
  const page = await openPage(t, options);
  page.context().setDefaultTimeout(patience);
  return page;
}

async function callOnce(options) {
  const answer = await call(options);
  await answer.text();
  return answer.status;
}

const figure = (page, name) => page.locator(`[data-live="${name}"]`).first();

/** Until a text is another; a live page has it within seconds. */
async function becomes(page, name, text, limit = liveLimit) {
  await page.waitForFunction(
    ([selector, wanted]) => document.querySelector(selector)?.textContent === wanted, [`[data-live="${name}"]`, text], { timeout: limit });
}

test("an empty store says what to do, and fills by itself", { timeout }, async t => {
  const page = await open(t);
  await signIn(page, overview);
  await page.getByRole("heading", { name: "No calls yet" }).waitFor();
  assert.match(await page.locator("pre").textContent(), new RegExp(`${lava}/v1/forward.*LAVA_SECRET_KEY`, "s"));
  await look(page, "overview-empty");
  assert.equal(await callOnce(), 200);
  await page.getByRole("heading", { name: "Charged by model" }).waitFor();
  assert.equal(await figure(page, "requests").textContent(), "1");
});

test("figures are those of the API, of all models, meters, customers", { timeout }, async t => {
  await api("POST", "/meters", {
    name: hostile, meter_slug: "chat", rate_type: "percentage", tier_type: "tokens_1m", base_cost_payer: "wallet",
    tiers: [{ start: "0", rate: "0.2" }],
  });
  customer = (await api("POST", "/customers", { reference_id: "acme", name: `Acme ${hostile}` })).customer_id;
  poor = (await api("POST", "/customers", { reference_id: "poor" })).customer_id;
  await api("POST", `/customers/${customer}/credits`, { amount: "5" });
  for (const model of ["gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4o"]) {
    assert.equal(await callOnce({ customer, meter: "chat", model }), 200);
  }

  await recorded();
  const page = await open(t);
  await signIn(page, overview);
  await page.locator("canvas").first().waitFor();
  const start = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
  const { totals } = await api("GET", `/usage?start=${start}`);
  const units = text => BigInt(text.replace(".", ""));
  const shown = async name => units(await figure(page, name).locator("data").getAttribute("value"));
  assert.equal(await figure(page, "requests").textContent(), "5");
  assert.equal(await shown("margin"), await shown("charge") - await shown("cost"));
  assert.ok(await shown("charge") > 0n);
  assert.deepEqual([await shown("charge"), await shown("cost")], [units(totals.total_charge), units(totals.total_cost)]);
  assert.deepEqual(
    (await page.locator(".breakdown tbody tr td:first-child").allTextContents()).map(text => text.trim()).sort(),
    ["gpt-4.1", "gpt-4o", "gpt-4o-mini"]);
  const parts = await page.locator('.breakdown [data-live$="-charge"] data').evaluateAll(all => all.map(one => one.value));
  assert.equal(parts.reduce((total, part) => total + units(part), 0n), await shown("charge"));
  await page.getByRole("link", { name: "Meter", exact: true }).click();
  await page.getByRole("heading", { name: "By meter", exact: true }).waitFor();
  assert.ok((await page.locator(".breakdown tbody").textContent()).includes(hostile));
  await page.getByRole("link", { name: "Provider", exact: true }).click();
  await page.getByRole("heading", { name: "By provider", exact: true }).waitFor();
  assert.deepEqual(
    (await page.locator(".breakdown tbody td:first-child").allTextContents()).map(text => text.trim()), ["openai"]);
  assert.equal(units(await page.locator('[data-live="group-0-charge"] data').getAttribute("value")), await shown("charge"));
  await page.getByRole("link", { name: "Customer", exact: true }).click();
  await page.getByRole("heading", { name: "By customer", exact: true }).waitFor();

  // One call was the merchant's own.
  const sums = await page.locator('.breakdown [data-live$="-requests"]').allTextContents();
  assert.deepEqual(sums, ["4", "1"]);
  assert.equal((await page.locator(".breakdown tbody tr").last().locator("td").first().textContent()).trim(), "Others");
  await page.locator(".breakdown").getByRole("link", { name: /^Acme/ }).click();
  await page.waitForURL(/customer=con_test_/);
  assert.equal(await figure(page, "requests").textContent(), "4");
  assert.match(await page.locator(".chips").textContent(), /Customer: Acme/);
  await page.locator(".chips a").click();
  assert.equal(await figure(page, "requests").textContent(), "5");
  assert.equal(await page.evaluate(() => window.pwned), undefined);
});

test("plots have a legend, a table, a range to zoom to, and keys", { timeout }, async t => {
  const page = await open(t);
  await signIn(page, `${overview}?range=24h`);
  const plot = page.locator('[data-plot="groups"]');
  await plot.locator("canvas").waitFor();
  const legend = page.locator('[data-legend="groups"] button');
  await legend.first().click();
  assert.equal(await legend.first().getAttribute("aria-pressed"), "false");
  await legend.first().click();
  await page.getByText("Table", { exact: true }).click();
  assert.ok([24, 25].includes(await page.locator(".figures tbody tr").count()));
  const box = await plot.locator(".u-over").boundingBox();
  await page.mouse.move(box.x + box.width - 5, box.y + 50);
  await plot.locator(".tip strong").waitFor();
  await shot(page, "overview-table");
  await assertAccessible(page);
  await page.mouse.move(box.x + box.width / 2, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 2, box.y + 60, { steps: 5 });
  await page.mouse.up();
  await page.waitForURL(/from=.*to=/);
  await plot.locator("canvas").waitFor();
  assert.equal(await figure(page, "requests").textContent(), "5");
  await page.keyboard.press("3");
  await page.waitForURL(/range=30d/);
  await page.getByRole("link", { name: "Requests", exact: true }).last().click();
  await page.waitForURL(/measure=requests/);
  await page.getByRole("heading", { name: "Requests by model" }).waitFor();
});

test("calls appear by themselves, and nothing else moves", { timeout }, async t => {
  const page = await open(t);
  await signIn(page, `${overview}?range=7d`);
  await page.locator("canvas").nth(1).waitFor();
  await page.locator('[data-legend="groups"] button').first().focus();
  await page.evaluate(() => {
    window.moved = 0;
    window.added = [];
    new PerformanceObserver(list => list.getEntries().forEach(entry => { window.moved += entry.value; })).observe({ type: "layout-shift" });
    new MutationObserver(list => list.forEach(one => [...one.addedNodes, ...one.removedNodes].forEach(node =>
      node.nodeType === Node.ELEMENT_NODE && !one.target.closest?.("[data-legend], .tip") && window.added.push(node.outerHTML))))
      .observe(document.body, { childList: true, subtree: true });
  });
  const before = await figure(page, "charge").textContent();
  assert.equal(await callOnce({ customer, meter: "chat", model: "gpt-4o" }), 200);
  await becomes(page, "requests", "6");
  assert.notEqual(await figure(page, "charge").textContent(), before);
  const [moved, added] = await page.evaluate(() => [window.moved, window.added]);
  assert.deepEqual(added, []);
  assert.ok(moved < shiftMax, `the page moved by ${moved}`);
  const focused = () => page.evaluate(() => document.activeElement?.closest("[data-legend]")?.dataset.legend);
  assert.equal(await focused(), "groups");

  // A model that was not called before is a row more, on the same page: what is open stays open, what is switched off stays off.
  await page.keyboard.press("Enter");
  await page.getByText("Table", { exact: true }).click();
  await page.locator('[data-legend="groups"] button').first().focus();
  await page.evaluate(() => { window.isSame = true; });
  assert.equal(await callOnce({ customer, meter: "chat", model: "gpt-4.1-mini" }), 200);
  const row = page.locator(".breakdown tbody tr", { hasText: "gpt-4.1-mini" });
  await row.waitFor({ timeout: liveLimit });
  await becomes(page, "requests", "7");
  assert.equal(await page.evaluate(() => window.isSame), true, "without a reload");
  assert.equal(await focused(), "groups");
  assert.equal(await page.locator(".figures").getAttribute("open"), "");
  assert.deepEqual(
    await page.locator('[data-legend="groups"] button').evaluateAll(all => all.map(one => one.getAttribute("aria-pressed"))),
    ["false", "true", "true", "true"]);
  const coloursOf = all => all.map(one => [one.querySelector(".key").className, one.querySelector("bdi").textContent]);
  assert.deepEqual(
    await page.locator('[data-legend="groups"] button').evaluateAll(coloursOf),
    await page.locator(".breakdown [data-group]").evaluateAll(coloursOf));
  assert.equal(new URL(await row.getByRole("link").evaluate(link => link.href)).pathname, overview);
  await shot(page, "overview-new-model");
  const whole = await figure(page, "charge").locator("data").getAttribute("value");
  await page.reload();
  assert.equal(await figure(page, "charge").locator("data").getAttribute("value"), whole);
});

test("refused calls are counted, by code and customer", { timeout: 2 * timeout }, async t => {
  const page = await open(t);
  await signIn(page, overview);
  await page.locator("canvas").nth(1).waitFor();
  assert.equal(await callOnce({ customer: poor, meter: "chat" }), 402);
  assert.equal(await callOnce({ customer: poor, meter: "chat" }), 402);
  await becomes(page, "blocked", "2", refusalLimit);
  await page.reload();
  assert.match(await page.locator(".attention").textContent(), /poor: 2 refused since yesterday,\s+mostly insufficient_credit/);
  assert.match(await page.locator(".plot .facts").textContent(), /insufficient_credit\s*2 blocked/);
  await look(page, "overview");
  await page.goto(`${lava}${overview}?range=24h&measure=requests`);
  await page.locator("canvas").nth(1).waitFor();
  await look(page, "overview-24h");
});

test("who has used up its balance comes by itself, and credit is given from there and back", { timeout }, async t => {
  const page = await open(t);
  await signIn(page, overview);
  await page.locator("canvas").first().waitFor();
  const counted = async () => Number(await page.locator("[data-attention-count]").textContent());
  const before = await counted();

  // The menu says so on every page: at once where a stream is open.
  const watching = await open(t);
  await signIn(watching, "/dashboard/test/requests");
  await watching.evaluate(() => { window.isSame = true; });
  const menu = ".menu nav [data-menu-count] b";
  const told = (one, count) => one.waitForFunction(
    ([selector, text]) => document.querySelector(selector).textContent === text, [menu, String(count)]);
  await told(watching, before);
  await api("POST", "/meters", {
    name: "Fixed", meter_slug: "fixed", rate_type: "fixed", tier_type: "requests", tiers: [{ start: "0", rate: "0.5" }],
  });
  const spent = (await api("POST", "/customers", { reference_id: "spent", name: `Spent ${hostile}` })).customer_id;
  await api("POST", `/customers/${spent}/credits`, { amount: "0.5" });
  assert.equal(await callOnce({ customer: spent, meter: "fixed" }), 200);
  const line = page.locator("[data-attention] li", { hasText: /^\s*empty\s+Spent/ });
  await line.waitFor();
  assert.equal(await counted(), before + 1);
  await told(page, before + 1);
  await told(watching, before + 1);
  assert.equal(await watching.evaluate(() => window.isSame), true, "without a reload");
  await watching.goto(`${lava}/dashboard/test/pricing`);
  await watching.getByRole("link", { name: `Overview ${before + 1} need attention` }).waitFor();
  await look(watching, "menu-attention");
  await look(page, "overview-attention");
  await line.getByRole("link", { name: /^Give credit to Spent/ }).click();
  await page.getByRole("heading", { level: 1, name: "Give credit" }).waitFor();
  await page.locator(".trail").getByRole("link", { name: "Overview" }).waitFor();
  page.expected.push("400");
  await page.getByLabel("Amount, dollars").fill("much");
  await page.getByRole("button", { name: "Give it" }).click();
  await page.locator("#amount-error").waitFor();
  await page.getByLabel("Amount, dollars").fill("50");
  await page.getByRole("button", { name: "Give it" }).click();
  await page.waitForURL(/\/overview\?done=credit-given/);
  await line.waitFor({ state: "detached" });
  assert.equal((await api("GET", `/customers/${spent}/balance`)).available, "50.0000000000");
  assert.equal(await counted(), before);
  assert.equal(await page.evaluate(() => window.pwned), undefined);
});

test("a hidden page closes its stream", { timeout }, async t => {
  const page = await open(t);
  const ended = [];
  page.on("requestfailed", request => ended.push(request.url()));
  page.on("requestfinished", request => ended.push(request.url()));
  await signIn(page, overview);
  await page.locator("canvas").first().waitFor();
  const again = page.waitForRequest(/overview\/live/);
  const hide = hidden => page.evaluate(value => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
  await hide(true);
  for (let i = 0; i < 50 && !ended.some(url => url.includes("/overview/live")); i++) {
    await new Promise(resolve => setTimeout(resolve, 100));
  }

  assert.ok(ended.some(url => url.includes("/overview/live")));
  await hide(false);
  await again;
});

test("without scripts the figures are there", { timeout }, async t => {
  const page = await open(t, { scripts: false });
  await signIn(page, overview);
  assert.equal(await figure(page, "requests").textContent(), "8");
  await page.getByText("Table", { exact: true }).click();
  await assertWeekOfRows(page, "UTC");
  await page.getByLabel("From").fill("2026-01-01");
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForURL(/from=2026-01-01/);
  await shot(page, "overview-plain");
});

test("balances that have no line of their own are found by a list", { timeout }, async t => {
  const count = 11;
  for (let i = 0; i < count; i++) {
    const one = (await api("POST", "/customers", { reference_id: `spent_${i}` })).customer_id;
    await api("POST", `/customers/${one}/credits`, { amount: "0.5" });
    assert.equal(await callOnce({ customer: one, meter: "fixed" }), 200);
  }

  const page = await open(t);
  await signIn(page, overview);
  await page.locator("[data-attention]").getByRole("link", { name: "All whose balance is low or used up" }).click();
  await page.waitForURL(/state=alert/);

  // The billing worker looks at one after the other.
  while (await page.locator("tbody tr").count() < count) {
    await page.reload();
  }
});
