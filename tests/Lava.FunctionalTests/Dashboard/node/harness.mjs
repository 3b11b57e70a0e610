// What every browser test of the dashboard needs: one browser, signed in people, calls through the gateway, and eyes: pictures, axe, and a
// test that fails on any message of the console, any failed request, and anything from another origin.
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";

export const lava = process.env.LAVA_TEST_URL;
export const key = process.env.LAVA_TEST_KEY;
export const output = process.env.LAVA_TEST_OUTPUT;

/** Of a whole test: what hangs must not take the others' time. */
export const timeout = 90_000;

const limit = 15_000;
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const everything = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };

// What may differ from the first window is looked at in the others: contrasts take most of axe's time, and a theme changes nothing else.
const windows = [
  { scheme: "light", width: 1280, rules: { runOnly: everything } },
  { scheme: "dark", width: 1280, rules: { runOnly: { type: "rule", values: ["color-contrast"] } } },
  { scheme: "light", width: 360, rules: { runOnly: everything, rules: { "color-contrast": { enabled: false } } } },
];

let browser;

/** Opens the browser of a file; close it after all of its tests. */
export async function openBrowser(options = {}) {
  const executablePath = process.env.LAVA_TEST_CHROMIUM ?? "/usr/bin/chromium";
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], ...options });
  return browser;
}

/**
 * A window of its own. At the end of the test it fails on whatever the browser complained of.
 * @param {import("node:test").TestContext} t
 * @param {{ width?: number, height?: number, scheme?: "light" | "dark", zone?: string, scripts?: boolean }} [options]
 */
export async function openPage(t, { width = 1280, height = 900, scheme = "light", zone = "Europe/Berlin", scripts = true } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, colorScheme: scheme, locale: "en-US", timezoneId: zone, javaScriptEnabled: scripts,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  context.setDefaultTimeout(limit);
  const page = await context.newPage();
  page.problems = [];
  page.expected = [];
  page.on("console", message => ["error", "warning"].includes(message.type()) && page.problems.push(message.text()));
  page.on("pageerror", error => page.problems.push(String(error)));
  page.on("request", request => request.url().startsWith(lava) || request.url().startsWith("data:")
    || page.problems.push(`a request to ${request.url()}`));
  t.after(async () => {
    const problems = page.problems.filter(problem => !page.expected.some(text => problem.includes(text)));
    await context.close();
    assert.deepEqual(problems, []);
  });
  return page;
}

/** Signs in with a secret key, and goes to a page. */
export async function signIn(page, to = "/dashboard/test/settings", secret = key) {
  page.expected.push("401");
  await page.goto(lava + to);
  await page.getByLabel("Secret key").fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(lava + to);
}

/** A picture of the whole page. */
export async function shot(page, name) {
  await mkdir(output, { recursive: true });
  await page.screenshot({ path: path.join(output, `${name}.png`), fullPage: true });
}

/** What is wrong for who can't see well, or at all. */
export async function assertAccessible(page, name = page.url(), rules = { runOnly: everything }) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(options => window.axe.run({ ...options, resultTypes: ["violations"] }), rules);
  assert.deepEqual(
    violations.map(({ id, nodes }) => [name, id, nodes.map(({ target, failureSummary }) => `${target}: ${failureSummary}`)]), []);
}

/** Nothing is wider than the window, once plots have taken its size. */
export async function assertFits(page) {
  await page.waitForFunction(
    () => document.documentElement.scrollWidth <= document.documentElement.clientWidth, null, { timeout: 5_000 }).catch(() => {});
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide <= window, `the page is ${wide} wide in a window of ${window}`);
}

/**
 * The table has a row for each day that the last 168 hours, and the one that goes on, are part of: 8, or 7 within a day's last hour.
 * @param {string} zone whose days; without scripts a page does not know the window's, and shows those of UTC
 */
export async function assertWeekOfRows(page, zone = "Europe/Berlin") {
  const days = () => {
    const day = new Intl.DateTimeFormat("en-CA", { timeZone: zone });
    const hours = Array.from({ length: 168 }, (_, i) => day.format(Date.now() - i * 3_600_000));
    return new Set(hours).size;
  };
  const before = days();
  const rows = await page.locator(".figures tbody tr").count();
  assert.ok([before, days()].includes(rows), `${rows} rows for ${before} days`);
}

/** Pictures of a page in both themes and on a telephone, each with its checks. */
export async function look(page, name) {
  for (const { scheme, width, rules } of windows) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await page.reload();
    await assertAccessible(page, page.url(), rules);
    await assertFits(page);
    await shot(page, `${name}-${scheme}-${width}`);
  }

  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** Asks the API with the secret key. */
export async function api(method, address, body) {
  const answer = await fetch(`${lava}/v1${address}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${address}: ${answer.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}

/** Calls the simulated provider through the gateway; with a customer's and a meter's id the customer pays. */
export async function call({ customer, meter, model = "gpt-4o-mini", body = {}, headers = {} } = {}) {
  const token = customer
    ? Buffer.from(JSON.stringify({ secret_key: key, customer_id: customer, meter_slug: meter })).toString("base64")
    : key;
  return fetch(`${lava}/v1/forward?u=${encodeURIComponent("https://api.openai.com/v1/chat/completions")}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }], max_tokens: 50, ...body }),
  });
}

/** Until PostgreSQL has all calls that were answered: a page waits for it a little only, and shows what there is. */
export const recorded = () => api("GET", "/requests?limit=1");
