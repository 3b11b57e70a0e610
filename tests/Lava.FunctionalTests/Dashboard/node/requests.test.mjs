// Requests: found by filters that live in the address, read figure by figure, saved as a file; hostile words stay words.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import {
  api, assertAccessible, assertFits, call, lava, look, openBrowser, openPage, recorded, shot, signIn, timeout,
} from "./harness.mjs";

const browser = await openBrowser();
test.after(() => browser.close());

const list = "/dashboard/test/requests";
const hostile = [
  "<script>window.pwned=1</script>", '"><img src=x onerror=window.pwned=1>', "' onfocus=window.pwned=1 autofocus='", "javascript:window.pwned=1",
  "</title></textarea></style>", "{{7*7}}", "=cmd|' /C calc'!A0", "a\u202Eb", "👩‍👩‍👧", "x".repeat(1000),
];

let customer;
let other;

/** Microseconds as the pages say them: further digits are cut off. */
const duration = us =>
  us < 1_000 ? `${us} µs` : us < 10_000 ? `${(Math.floor(us / 100) / 10).toFixed(1)} ms` : `${Math.floor(us / 1_000)} ms`;
const micros = text => parseFloat(text) * (text.endsWith("µs") ? 1 : 1_000);

test("a list without calls says what to do", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, list);
  await page.getByRole("heading", { name: "No calls yet" }).waitFor();
  assert.match(await page.locator("pre").textContent(), /^curl .*\/v1\/forward\?u=/);
  await look(page, "requests-none");
});

test("calls are made", { timeout }, async () => {
  customer = await api("POST", "/customers", { reference_id: "ada" });
  other = await api("POST", "/customers", { reference_id: "grace <b>" });
  for (const { customer_id: id } of [customer, other]) {
    await api("POST", `/customers/${id}/credits`, { amount: "25" });
  }

  await api("POST", "/meters", {
    name: "Chat", meter_slug: "chat", rate_type: "fixed", tier_type: "tokens_1m",
    tiers: [{ start: "0", rate: "3.3333333333" }, { start: "100", rate: "2" }],
  });
  for (let i = 0; i < 60; i++) {
    const metadata = JSON.stringify({ feature: i % 2 ? "chat" : "search", n: String(i) });
    const answer = await call({
      customer: (i % 3 ? customer : other).customer_id, meter: "chat", model: i % 4 ? "gpt-4o-mini" : "gpt-4o",
      headers: { "x-lava-metadata": metadata },
    });
    assert.equal(answer.status, 200, await answer.text());
  }

  await (await call({ model: "gpt-4.1" })).text();
  await recorded();
});

test("filters live in the address", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, list);
  const rows = page.locator("tbody tr");
  assert.equal(await rows.count(), 25);
  await look(page, "requests");
  const html = await (await page.context().request.get(lava + list)).body();
  assert.ok(html.length <= 60_000, `the page has ${html.length} bytes`);
  await page.getByRole("link", { name: "Older" }).click();
  await page.waitForURL(/after=/);
  const second = new URL(page.url()).searchParams.get("after");
  assert.equal(await rows.count(), 25);
  await page.getByRole("link", { name: "Older" }).click();
  await page.waitForURL(url => url.searchParams.get("after") !== second);
  assert.equal(await rows.count(), 11);

  await page.goto(lava + list);
  await page.getByLabel("Customer").fill("ada");
  await page.getByLabel("Model").selectOption("gpt-4o");
  await page.getByLabel("Metadata").fill("feature:search");
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForURL(/customer=ada/);
  const found = await api(
    "GET", `/requests?limit=100&customer_id=ada&model=gpt-4o&metadata_filters=${encodeURIComponent('[["feature","search"]]')}`);
  assert.ok(found.data.length > 5);
  const links = await rows.locator("td:first-child a").evaluateAll(all => all.map(link => link.href.split("/").at(-1)));
  assert.deepEqual(links, found.data.map(one => one.request_id));
  await page.reload();
  assert.equal(await rows.count(), found.data.length);
  assert.equal(await page.locator("#model").inputValue(), "gpt-4o");
  await shot(page, "requests-filtered");

  await page.getByRole("link", { name: "Take away: Model, gpt-4o" }).click();
  await page.waitForURL(url => !url.searchParams.get("model"));
  assert.ok(await rows.count() > found.data.length);
  await page.goBack();
  assert.equal(await rows.count(), found.data.length);
  await page.getByRole("link", { name: "Clear all" }).click();
  await page.waitForURL(lava + list);

  await page.goto(`${lava}${list}?customer=nobody&status=error`);
  await page.getByRole("heading", { name: "No request matches" }).waitFor();
  await look(page, "requests-no-match");
  await page.goto(`${lava}${list}?from=yesterday&after=x`);
  assert.match(await page.getByRole("alert").textContent(), /From: must be a day/);
});

test("a request's figures are the API's, and its lines sum to its cost", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, `${list}?customer=ada`);
  const cells = await page.locator("tbody tr").first().locator("td").evaluateAll(
    all => all.map(cell => cell.querySelector("data")?.value ?? cell.textContent.trim()));
  await page.locator("tbody tr td:first-child a").first().click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  const id = page.url().split("/").at(-1);
  const told = await api("GET", `/requests/${id}`);
  const { input_tokens: input, output_tokens: output } = told.model_usage;
  assert.deepEqual(cells.slice(4, 8), [`${input} → ${output}`, told.cost, told.charge.amount, told.status]);
  assert.deepEqual(cells.slice(8), [duration(Math.round(told.timing.total_ms * 1_000)), duration(told.timing.added_us)]);
  assert.deepEqual(JSON.parse(await page.locator("details pre code").textContent()), told);

  const amounts = name => page.getByRole("region", { name }).locator("tbody tr").evaluateAll(
    rows => rows.map(row => row.lastElementChild.textContent.replace(/[$,]/g, "")));
  const units = text => BigInt(text.replace(".", "").padEnd(text.indexOf(".") + 16, "0"));
  const cost = await amounts("Cost");
  assert.equal(cost.at(-1), told.cost);
  assert.equal(cost.slice(0, -1).reduce((sum, line) => sum + units(line), 0n), units(cost.at(-1)));
  const charge = await amounts("Charge");
  assert.equal(charge.at(-1), told.charge.amount);
  assert.deepEqual(charge.slice(0, -1), told.charge.breakdown.map(slice => slice.cost));
  assert.equal(await page.getByText("proven").count(), 2);
  const booked = (await amounts("Money")).map(text => text.replace("−", "-"));
  assert.deepEqual(booked.sort(), [`-${told.charge.amount}`, told.charge.amount].sort());
  const money = await page.getByRole("region", { name: "Money" }).textContent();
  assert.match(money, /The customer's wallet/);
  const fact = (name, region) => page.getByRole("region", { name: region }).locator(".facts div", { hasText: name }).locator("dd");
  const sum = async name => units(await fact(name, "Money").locator("data").getAttribute("value"));
  assert.equal(await sum("Settled"), units(told.charge.amount));
  assert.ok(await sum("Given back") > 0n, "more was reserved than was needed");
  assert.equal(await sum("Reserved before the call"), await sum("Settled") + await sum("Given back"));
  assert.match(await page.getByRole("region", { name: "Cost" }).textContent(), /Price file version \d+, a row since .*Tier standard/s);
  const sure = page.locator("section", { hasText: "How sure this is" });
  assert.equal(await sure.locator(".badge").textContent(), told.usage_certainty);
  const times = (await page.getByRole("region", { name: "Timing" }).locator(".facts dd").allTextContents()).map(text => text.trim());
  const [own, wait, rest, whole] = times.map(micros);
  assert.deepEqual([times[0], times[3]], [duration(told.timing.added_us), duration(Math.round(told.timing.total_ms * 1_000))]);
  assert.ok(Math.abs(own + wait + rest - whole) <= 3_000, `${times}: parts of milliseconds are cut off`);
  await look(page, "request");
  await page.getByRole("link", { name: "Earlier" }).click();
  await page.waitForURL(url => !url.href.endsWith(id));
  await page.getByRole("link", { name: "Later" }).click();
  await page.waitForURL(url => url.href.endsWith(id));
});

test("a call that nobody is charged for, and a report, say so", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, `${list}?model=gpt-4.1`);
  await page.locator("tbody tr td:first-child a").first().click();
  assert.match(await page.locator("main").textContent(), /No customer was charged. No customer: the cost is the merchant's\./);
  await shot(page, "request-unbilled");

  await api("POST", "/requests", {
    request_id: "run 1/2 <b>?%2F", customer_id: customer.customer_id, meter_slug: "chat", input_tokens: 1000, output_tokens: 50,
  });
  await page.goto(`${lava}${list}?customer=ada`);
  await page.locator("tbody tr td:first-child a").first().click();
  await page.getByRole("heading", { level: 1, name: "run 1/2 <b>?%2F" }).waitFor();
  assert.match(await page.getByRole("region", { name: "Cost" }).textContent(), /Reported/);
  await shot(page, "request-reported");
});

test("the file has the list's rows", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, `${list}?customer=ada&model=gpt-4o`);
  const rows = await page.locator("tbody tr td:first-child a").evaluateAll(all => all.map(link => link.href.split("/").at(-1)));
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "CSV" }).click()]);
  assert.match(download.suggestedFilename(), /^requests-\d{4}-\d\d-\d\d\.csv$/);
  const lines = (await readFile(await download.path(), "utf8")).split("\r\n");
  assert.equal(lines.pop(), "");
  const names = lines[0].split(",");
  assert.deepEqual(lines.slice(1).map(line => line.split(",")[0]), rows);
  const told = await api("GET", `/requests/${rows[0]}`);
  const cells = lines[1].split(",");
  assert.deepEqual(
    ["cost", "charge", "input_tokens", "model", "customer_reference"].map(name => cells[names.indexOf(name)]),
    [told.cost, told.charge.amount, String(told.model_usage.input_tokens), "gpt-4o", "ada"]);
});

test("hostile words are shown as words, and run nowhere", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, list);
  for (const [i, word] of hostile.entries()) {
    const evil = await api("POST", "/customers", { reference_id: word.slice(0, 255) });
    await api("POST", "/requests", {
      request_id: `${word.slice(0, 200)} ${i}`, customer_id: evil.customer_id, meter_slug: "chat", input_tokens: 1, output_tokens: 1,
      metadata: { word: word.slice(0, 250) },
    });
  }

  await page.goto(lava + list);
  const links = await page.locator("tbody tr td:first-child a").evaluateAll(all => all.map(link => link.href));
  for (const link of links.slice(0, hostile.length)) {
    await page.goto(link);
    await page.locator("main").waitFor();
  }

  await shot(page, "request-hostile");
  for (const word of hostile.filter(one => one.length <= 200)) {
    await page.goto(`${lava}${list}?customer=${encodeURIComponent(word)}&model=${encodeURIComponent(word)}&meta=${encodeURIComponent(`a:${word}`)}`);
    await page.locator(".chips").waitFor();
    assert.equal(await page.evaluate(() => window.pwned), undefined);
  }

  await page.goto(`${lava}${list}?customer=${encodeURIComponent(hostile[0])}`);
  assert.equal(await page.locator("tbody tr").count(), 1);
  assert.match(await page.locator("tbody tr").textContent(), /<script>window\.pwned=1<\/script>/);
  await page.goto(lava + list);
  await assertAccessible(page);
  await assertFits(page);
  const text = await (await page.context().request.get(`${lava}/dashboard/test/requests.csv`)).text();
  assert.doesNotMatch(text, /(^|[,\r\n])"?=cmd/);
  assert.match(text, /'=cmd/);
});

test("another merchant's requests are not there", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, list);
  page.expected.push("404");
  const missing = await page.goto(`${lava}${list}/req_test_01ARZ3NDEKTSV4RRFFQ69G5FAV`);
  assert.equal(missing.status(), 404);
  const live = await page.goto(`${lava}/dashboard/live/requests`);
  assert.equal(live.status(), 404);
});

test("a call appears in the open list, at its place, and nothing moves under a pointer", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, `${list}?customer=ada`);
  const rows = page.locator("tbody tr");
  const before = await rows.count();
  const first = await rows.first().getAttribute("id");
  await page.mouse.move(1, 1);
  await page.evaluate(() => {
    window.kept = [...document.querySelectorAll("tbody tr")];
    window.moved = 0;
    new MutationObserver(changes => { window.moved += changes.filter(change => !change.target.closest("tbody")).length; })
      .observe(document.querySelector("main section"), { childList: true, subtree: true, characterData: true });
  });
  const started = Date.now();
  assert.equal((await call({ customer: customer.customer_id, meter: "chat" })).status, 200);
  await page.waitForFunction(id => document.querySelector("tbody tr").id !== id, first);
  assert.ok(Date.now() - started < 5_000, `it took ${Date.now() - started} ms`);
  assert.equal(await rows.count(), Math.min(before + 1, 25));
  const { data: [newest] } = await api("GET", "/requests?limit=1&customer_id=ada");
  assert.equal(await rows.first().getAttribute("id"), newest.request_id);
  assert.deepEqual(await page.evaluate(() => [window.moved, window.kept.slice(0, 24).every(row => row.isConnected)]), [0, true]);
  assert.equal(await page.locator("p.voice").textContent(), "1 new request");

  // Of another customer: not of this list. Then one while a row is looked at.
  await rows.nth(2).hover();
  const second = await rows.first().getAttribute("id");
  await call({ customer: other.customer_id, meter: "chat" });
  await call({ customer: customer.customer_id, meter: "chat" });
  const button = page.getByRole("button", { name: "1 new request" });
  const top = await rows.nth(2).boundingBox();
  await button.waitFor();
  assert.equal(await rows.first().getAttribute("id"), second);
  assert.deepEqual(await rows.nth(2).boundingBox(), top);
  await shot(page, "requests-new");
  await page.mouse.move(1, 1);
  await page.waitForFunction(id => document.querySelector("tbody tr").id !== id, second);
  await button.waitFor({ state: "hidden" });

  // One who goes through the rows by keyboard asks for them.
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("j");
  const third = await rows.first().getAttribute("id");
  await call({ customer: customer.customer_id, meter: "chat" });
  await button.waitFor();
  assert.equal(await rows.first().getAttribute("id"), third);
  await button.focus();
  await page.waitForFunction(id => document.querySelector("tbody tr").id !== id, third);

  // What has left the first page is on the next one.
  const ids = () => rows.evaluateAll(all => all.map(row => row.id));
  const newer = await ids();
  await page.getByRole("link", { name: "Older" }).click();
  await page.waitForURL(/after=/);
  const both = [...newer, ...await ids()];
  const all = (await api("GET", "/requests?limit=100&customer_id=ada")).data;
  assert.deepEqual([both.length, new Set(both).size], [all.length, all.length]);
});

test("an empty list fills by itself", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, `${list}?model=gpt-4.1-mini`);
  await page.getByRole("heading", { name: "No request matches" }).waitFor();
  await call({ model: "gpt-4.1-mini" });
  await page.locator("tbody tr").waitFor();
  assert.equal(await page.locator("tbody tr").count(), 1);
});
