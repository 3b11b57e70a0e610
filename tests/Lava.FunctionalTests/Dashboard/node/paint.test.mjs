// How soon each page of the menu is painted, those behind it and the largest views of them, and how much of it comes over the wire, in a
// browser that has nothing yet.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { lava, openBrowser, openPage, shot, signIn } from "./harness.mjs";

const rounds = 5;
const paintMax = 300;
const transferMax = 150 * 1024;
const htmlMax = 60 * 1024;
const timeout = 9 * 60_000;
let browser;

before(async () => { browser = await openBrowser(); });
after(() => browser.close());

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** One look at a page with an empty cache. */
async function visit(cookies, address) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, timezoneId: "Europe/Berlin" });
  await context.addCookies(cookies);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  const seen = new Map();
  session.on("Network.requestWillBeSent", ({ requestId, type }) => seen.set(requestId, type));
  let transferred = 0;
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    // What the page fetches for its plots comes after it was painted.
    transferred += ["Fetch", "XHR", "EventSource"].includes(seen.get(requestId)) ? 0 : encodedDataLength;
  });
  const answer = await page.goto(address, { waitUntil: "load" });
  const [paint, html] = await page.evaluate(() => new Promise(resolve => {
    new PerformanceObserver(list => {
      const first = list.getEntriesByName("first-contentful-paint")[0];
      if (first) {
        resolve([first.startTime, performance.getEntriesByType("navigation")[0].decodedBodySize]);
      }
    }).observe({ type: "paint", buffered: true });
  }));
  await context.close();
  return { status: answer.status(), paint, transferred, html };
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
  const found = [];
  for (const link of links) {
    await visit(cookies, link);
    const visits = [];
    for (let round = 0; round < rounds; round++) {
      visits.push(await visit(cookies, link));
    }

    const page = {
      page: link.slice(lava.length),
      status: visits[0].status,
      paint: Math.round(median(visits.map(one => one.paint))),
      worst: Math.round(Math.max(...visits.map(one => one.paint))),
      transferred: Math.max(...visits.map(one => one.transferred)),
      html: Math.max(...visits.map(one => one.html)),
    };
    found.push(page);
    t.diagnostic(JSON.stringify(page));
  }

  await shot(page, "paint-overview");
  assert.ok(found.length >= 20, "the menu has all pages");
  assert.deepEqual(found.filter(one => one.status !== 200), []);
  assert.deepEqual(found.filter(one => one.paint > paintMax), [], `painted after more than ${paintMax} ms`);
  assert.deepEqual(found.filter(one => one.transferred > transferMax), [], `more than ${transferMax} bytes`);
  assert.deepEqual(found.filter(one => one.html > htmlMax), [], `HTML of more than ${htmlMax} bytes`);
});
