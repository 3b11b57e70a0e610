// How soon each page of the menu is painted, those behind it and the largest views of them, and how much of it comes over the wire, in a
// browser that has nothing of it yet. The pages are driven by the DevTools protocol alone: what a driver of browsers puts into each page,
// worlds for its own scripts, takes 20 to 90 ms before the page's first byte is read, which nobody waits for who looks at it.
// The window is there: "cross-origin-opener-policy" gives the first page of the dashboard a process of its own, 60 to 130 ms that no later
// page takes; they are told beside it ("first"), and so is how soon a page of one word is painted.
// Each round looks at every page once: a machine's bad minute is one look of each, not all looks of one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openDevtoolsPage } from "./devtools.mjs";
import { lava, openBrowser, openPage, shot, signIn } from "./harness.mjs";

const rounds = 9;
const paintMax = 300;
const transferMax = 150 * 1024;
const htmlMax = 60 * 1024;
const timeout = 14 * 60_000;
const painted = `new Promise(resolve => new PerformanceObserver(list => {
  const paint = list.getEntriesByName("first-contentful-paint")[0];
  const [page] = performance.getEntriesByType("navigation");
  paint && resolve({ paint: paint.startTime, html: page.decodedBodySize, status: page.responseStatus });
}).observe({ type: "paint", buffered: true }))`;
const plain = Buffer.from("<title>-</title>A page").toString("base64");
let browser;

before(async () => { browser = await openBrowser(); });
after(() => browser.close());

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** A page of the dashboard's process that has none of its assets. */
async function enter(page) {
  page.on("Fetch.requestPaused", ({ requestId }) => page.send("Fetch.fulfillRequest", {
    requestId,
    responseCode: 200,
    responseHeaders: [
      { name: "content-type", value: "text/html" }, { name: "cross-origin-opener-policy", value: "same-origin" },
    ],
    body: plain,
  }));
  await page.send("Fetch.enable");
  await page.goto(`${lava}/before`);
  await page.send("Fetch.disable");
}

/** One look at a page with an empty cache, in the window of a dashboard or in a new one. */
async function visit(cookies, address, isFirst = false) {
  const page = await openDevtoolsPage(browser, cookies, { width: 1280, height: 900 });
  if (!isFirst) {
    await enter(page);
  }

  const types = new Map();
  let transferred = 0;
  page.on("Network.requestWillBeSent", ({ requestId, type }) => types.set(requestId, type));
  page.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    // What the page fetches for its plots comes after it was painted.
    transferred += ["Fetch", "XHR", "EventSource"].includes(types.get(requestId)) ? 0 : encodedDataLength;
  });
  await page.send("Network.enable");
  await page.goto(address);
  const found = await page.evaluate(painted);
  await page.close();
  return { ...found, transferred };
}

/** Single things, by the first rows of their lists, and what lists show of them. */
async function behind(page) {
  const of = async (list, link) => {
    await page.goto(`${lava}/dashboard/test/${list}`);
    return page.locator(link).first().getAttribute("href");
  };
  const customer = await of("customers?order=used", "tbody .who a");
  const id = customer.split("/").at(-1);
  const request = await of(`requests?customer=${id}`, "tbody tr td:first-child a");
  const model = await page.locator("tbody tr td:nth-child(4) bdi").first().textContent();
  return [
    request, customer, ...["ledger", "grants", "payments", "settings"].map(tab => `${customer}?tab=${tab}`),
    ...[
      "overview?by=customer", "overview?range=30d&by=customer", "overview?range=90d", "overview?range=90d&by=customer",
      `requests?customer=${id}&model=${encodeURIComponent(model)}`, "customers?order=used", "pricing/plans",
    ].map(path => `/dashboard/test/${path}`),
  ].map(path => lava + path);
}

test("each page is painted in time, and small", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, "/dashboard/test/overview");
  const links = await page.$$eval("nav[aria-label='Pages'] a", all => all.map(link => link.href));
  links.push(...await behind(page));
  const cookies = await page.context().cookies();
  links.unshift(`${lava}/healthz`);
  const looks = links.map(() => []);
  const firsts = links.map(() => []);

  // The first round warms the server, which has just begun.
  for (let round = 0; round <= rounds; round++) {
    for (const [i, link] of links.entries()) {
      looks[i].push(await visit(cookies, link));
      firsts[i].push(await visit(cookies, link, true));
    }
  }

  const found = links.map((link, i) => {
    const [, ...visits] = looks[i];
    const [, ...first] = firsts[i];
    const paints = (of, pick) => Math.round(pick(of.map(one => one.paint)));
    return {
      page: link.slice(lava.length),
      status: visits[0].status,
      paint: paints(visits, median),
      worst: paints(visits, all => Math.max(...all)),
      first: paints(first, median),
      transferred: Math.max(...visits.map(one => one.transferred)),
      html: Math.max(...visits.map(one => one.html)),
    };
  });
  found.forEach(one => t.diagnostic(JSON.stringify(one)));

  await shot(page, "paint-overview");
  assert.ok(found.length >= 20, "the menu has all pages");
  assert.deepEqual(found.filter(one => one.status !== 200), []);
  assert.deepEqual(found.filter(one => one.paint > paintMax), [], `painted after more than ${paintMax} ms`);
  assert.deepEqual(found.filter(one => one.transferred > transferMax), [], `more than ${transferMax} bytes`);
  assert.deepEqual(found.filter(one => one.html > htmlMax), [], `HTML of more than ${htmlMax} bytes`);
});
