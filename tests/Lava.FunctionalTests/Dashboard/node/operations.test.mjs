// The operator's page: what it says of the node, that it follows it, and that nobody else sees it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, assertFits, call, look, lava, openBrowser, openPage, shot, signIn, timeout } from "./harness.mjs";

const page = "/dashboard/operations";
let browser;

before(async () => { browser = await openBrowser(); });
after(() => browser.close());

/** Waits until a live figure reads as it should. */
async function reads(tab, name, pattern) {
  await tab.waitForFunction(
    ([selector, source]) => new RegExp(source).test(document.querySelector(selector)?.textContent ?? ""),
    [`[data-live="${name}"]`, pattern.source]);
}

test("the figures of calls appear while the page is open, and nothing else of it moves", { timeout }, async t => {
  const tab = await openPage(t);
  await signIn(tab, page);
  await tab.waitForSelector("[data-plot='requests'] canvas");
  await tab.evaluate(() => {
    window.moved = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => { window.moved += entry.value; }))
      .observe({ type: "layout-shift" });
  });
  const calling = (async () => {
    for (let i = 0; i < 40; i++) {
      const answer = await call();
      assert.equal(answer.status, 200);
      await answer.text();
    }
  })();
  await reads(tab, "requests", /[1-9]/);
  await reads(tab, "added50", /[µm]s$/);
  await calling;
  await reads(tab, "inflight", /^0$/);
  assert.ok(await tab.evaluate(() => window.moved) < 0.01, "the page moved under who looks at it");
  await shot(tab, "operations-live");
});

test("a stream counts as open while it lasts", { timeout }, async t => {
  const tab = await openPage(t);
  await signIn(tab, page);
  const stop = new AbortController();
  const answer = await call({
    body: { stream: true, max_tokens: 400 }, headers: { "x-sim-tokens": "400", "x-sim-tokens-per-second": "40" },
  });
  const reader = answer.body.getReader();
  await reader.read();
  await reads(tab, "streams", /^1$/);
  await reader.cancel();
  stop.abort();
  await reads(tab, "streams", /^0$/);
});

test("health says how each part is and what to do", { timeout }, async t => {
  const tab = await openPage(t);
  await signIn(tab, page);
  const lines = await tab.$$eval("[data-health]", rows => rows.map(row => row.textContent.replace(/\s+/g, " ")));
  assert.equal(lines.length, 7);
  assert.ok(lines.some(line => /Journal ?has room/.test(line)), lines.join("\n"));
  assert.ok(lines.some(line => /PostgreSQL ?up/.test(line)), lines.join("\n"));
  assert.ok(lines.some(line => line.includes("lava verify")), lines.join("\n"));
  assert.ok(lines.some(line => /Flush ?keeps up ?\d+\.\d s behind, records: \d+/.test(line)), lines.join("\n"));
  assert.ok(lines.some(line => /Wallets ?have room ?[\d,]+ of [\d,]+/.test(line)), lines.join("\n"));
  const loaded = Object.fromEntries(await tab.locator("section", { hasText: "Loaded" }).locator(".facts div").evaluateAll(
    all => all.map(one => [one.querySelector("dt").textContent, one.querySelector("dd").textContent.trim()])));
  assert.match(loaded.Version, /^\d+\.\d+/);
  assert.match(loaded["Up for"], /\d/);
  assert.match(loaded.Prices, /^version \d+, [\d,]+ rows; newest in force: \d{4}-\d\d-\d\d$/);
  assert.match(loaded.Providers, /^\d+, \d+ with a key of the server's$/);
  const text = await tab.textContent("main");
  assert.doesNotMatch(text, /Password=|aks_(test|live)_/, "a secret on the page");
});

test("six hours, dark and light, wide and narrow", { timeout }, async t => {
  const tab = await openPage(t);
  await signIn(tab, page);
  await tab.getByRole("link", { name: "6 hours" }).click();
  await tab.waitForURL(/span=6h/);
  await tab.goto(lava + page);
  await look(tab, "operations");
});

test("without scripts the page has its figures and its table", { timeout }, async t => {
  const tab = await openPage(t, { scripts: false });
  await signIn(tab, page);
  await tab.locator("summary", { hasText: "as a table" }).click();
  await assertFits(tab);
  assert.match(await tab.textContent("[data-live='requests']"), /\d/);
});

test("who is not signed in is asked to, and the way leads back", { timeout }, async t => {
  const tab = await openPage(t);
  tab.expected.push("401");
  const answer = await tab.goto(lava + page);
  assert.equal(answer.status(), 401);
  await assertAccessible(tab);
});
