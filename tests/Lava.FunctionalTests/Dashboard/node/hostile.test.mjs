// Every page, reached as a person reaches it, in a store whose every text is an attack: shown as text, nothing of another merchant, small.
import assert from "node:assert/strict";
import test from "node:test";
import { api, assertAccessible, call, key, lava, openBrowser, openPage, shot, signIn } from "./harness.mjs";

const browser = await openBrowser();
test.after(() => browser.close());

const hostile = [
  "<script>window.pwned=1</script>", "\"><img src=x onerror=window.pwned=1>", "' onfocus=window.pwned=1 autofocus='",
  "</title></textarea></style><svg onload=window.pwned=1>", "javascript:window.pwned=1", "{{7*7}} ${7*7}", "\u202Egnp.exe\u2066",
  "=cmd|'/C calc'!A0", "👩‍👩‍👧 ́́́", "x".repeat(240),
];
const text = i => hostile[i % hostile.length];
const marker = "<script>window.pwned=1</script>";

/** Pages are alike where their addresses differ in ids and filters only: of each kind so many are opened, of each view of one fewer. */
const ofAKind = 4;
const ofAView = { tab: 2, by: 2, measure: 1 };
const pagesMax = 200;
const bytesMax = 150_000;
const id = /\b[a-z]{2,4}_(test_)?[0-9A-Za-z]{16,}/g;

function kindOf(address) {
  const { pathname, searchParams } = new URL(address, lava);
  const view = Object.keys(ofAView).find(name => searchParams.has(name));
  return { kind: pathname.replace(id, "id") + (view ? `?${view}=${searchParams.get(view)}` : ""), most: ofAView[view] ?? ofAKind };
}

async function seed() {
  await api("PATCH", "/settings", { unpriced_models: { input_rate: "1", output_rate: "2" } });
  const meters = [];
  for (let i = 0; i < 3; i++) {
    meters.push(await api("POST", "/meters", {
      name: text(i), rate_type: i === 0 ? "percentage" : "fixed", tier_type: "tokens_1m",
      tiers: [{ start: "0", rate: i === 0 ? "0.2" : "2" }],
    }));
  }

  const plan = await api("POST", "/plans", {
    name: marker, period_amount: "10", billing_interval: "month", included_credit: "10", linked_meters: [{ meter_id: meters[0].meter_id }],
  });
  for (let i = 0; i < hostile.length; i++) {
    const customer = await api("POST", "/customers", {
      reference_id: text(i), name: text(i + 1), email: `a${i}@example.com`, metadata: { [text(i)]: text(i + 2) },
    });
    await api("POST", `/customers/${customer.customer_id}/credits`, { amount: "5.00", reason: text(i + 3) });
    const answer = await call({
      customer: customer.customer_id, meter: meters[i % 3].meter_slug, model: text(i),
      headers: { "x-lava-metadata": JSON.stringify({ feature: [...text(i)].filter(c => c >= " " && c <= "~").join("") }) },
    });
    assert.equal(answer.status, 200, await answer.text());
    const own = await call({ model: text(i) });
    assert.equal(own.status, 200, await own.text());
  }

  await api("POST", "/webhooks", { name: marker, url: "http://127.0.0.1:9/%3Cscript%3E" });
  await api("POST", "/spend_keys", { name: marker });
  await api("POST", "/secret_keys", { name: marker });
  return { plan };
}

/** All pages that can be reached from the overview, with the addresses that were not opened because many are alike. */
async function* walk(page, start) {
  const waiting = [start];
  const known = new Set(waiting);
  const kinds = new Map();
  let opened = 0;
  while (waiting.length > 0 && opened < pagesMax) {
    const address = waiting.shift();
    const { kind, most } = kindOf(address);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    if (kinds.get(kind) > most) {
      continue;
    }

    opened++;
    const answer = await page.goto(lava + address, { waitUntil: "load" });
    yield { address, kind, isFirst: kinds.get(kind) === 1, answer };
    const found = await page.$$eval("a[href]", links => links.map(link => link.getAttribute("href")));
    for (const next of found.map(href => new URL(href, lava + address)).filter(url => url.href.startsWith(`${lava}/dashboard`))) {
      next.searchParams.delete("after");
      const relative = next.pathname + next.search;
      if (!known.has(relative) && !/\.csv|\/live$|sign-/.test(next.pathname) && !next.pathname.startsWith("/dashboard/live")) {
        known.add(relative);
        waiting.push(relative);
      }
    }
  }
}

test("what others wrote is text on every page; no page is large; nobody sees another merchant's", { timeout: 270_000 }, async t => {
  await seed();
  const live = (await api("POST", "/secret_keys", { name: "Live", mode: "live" })).secret_key;
  const page = await openPage(t);
  await signIn(page, "/dashboard/test/overview", key);
  const other = await openPage(t);
  await signIn(other, "/dashboard/live/overview", live);
  const cookie = (await other.context().cookies()).map(one => `${one.name}=${one.value}`).join("; ");
  const ids = new Set();
  const pages = [];
  for await (const { address, kind, isFirst, answer } of walk(page, "/dashboard/test/overview")) {
    pages.push(kind);
    assert.equal(answer.status(), 200, `${address}: ${answer.status() === 200 ? "" : await page.locator("main").innerText()}`);
    const html = await answer.text();
    assert.ok(Buffer.byteLength(html) < bytesMax, `${address} has ${Buffer.byteLength(html)} bytes`);
    assert.equal(await page.evaluate(() => window.pwned), undefined, address);
    assert.equal(await page.locator("h1").count(), 1, address);
    if (isFirst && !kind.includes("?measure=")) {
      await assertAccessible(page, address);
      await shot(page, `all-${kind.replace(/^\/dashboard\//, "").replace(/[^a-z]+/gi, "-")}`);
    }

    const found = (address.match(id) ?? []).length > 0;
    if (found) {
      const foreign = address.replace("/dashboard/test/", "/dashboard/live/");
      const refused = await fetch(lava + foreign, { headers: { cookie }, redirect: "manual" });
      if (new URL(lava + address).pathname.match(id)) {
        assert.equal(refused.status, 404, foreign);
      }

      const body = await refused.text();
      assert.ok(!body.includes("window.pwned"), foreign);
    }

    (html.match(id) ?? []).forEach(one => ids.add(one));
  }

  assert.ok(ids.size > 20, "ids were found");
  for (const area of ["overview", "requests", "customers", "pricing", "keys", "webhooks", "settings"]) {
    assert.ok(pages.some(kind => kind.startsWith(`/dashboard/test/${area}`)), `${area} is reached`);
    const answer = await fetch(`${lava}/dashboard/live/${area}`, { headers: { cookie }, redirect: "follow" });
    const body = await answer.text();
    assert.equal(answer.status, 200, area);
    assert.ok(![...ids].some(one => one.includes("_test_") && body.includes(one)), `${area} shows another merchant's`);
  }

  assert.ok(pages.includes("/dashboard/operations"));
  for (const view of ["overview?by=model", "overview?by=customer", "overview?measure=tokens", "customers/id?tab=ledger"]) {
    assert.ok(pages.includes(`/dashboard/test/${view}`), `${view} is reached`);
  }

  await page.goto(`${lava}/dashboard/test/overview?by=model&measure=requests`);
  const named = await page.locator(".breakdown tbody").textContent();
  assert.ok(hostile.filter(model => named.includes(model)).length >= 5, named);
  await page.goto(`${lava}/dashboard/test/requests?model=${encodeURIComponent(marker)}`);
  assert.equal(await page.locator("tbody tr").count(), 2);
  assert.ok((await page.locator("tbody tr").first().textContent()).includes(marker));
  assert.equal(await page.evaluate(() => window.pwned), undefined);
  t.diagnostic(`${pages.length} pages of ${new Set(pages).size} kinds`);
});
