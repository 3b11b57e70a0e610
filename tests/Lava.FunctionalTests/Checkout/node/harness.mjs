// What every browser test needs: a merchant's page with the real widget on another site than Lava's, one browser, a person who fills in
// the steps, and eyes: screenshots, axe, requests, messages of the console.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";

/** Where Lava is: another site than the shop's localhost. Ends with a slash. */
export const lava = process.env.LAVA_TEST_CHECKOUT;
export const output = process.env.LAVA_TEST_OUTPUT;
export const goodCard = "4242424242424242";

const windows = [[1280, 900], [390, 844], [320, 640]];
const schemes = ["light", "dark"];

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The rules whose outcome follows from colours and sizes: between the first window and the last the others find nothing new. */
const rulesOfLooks = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block", "css-orientation-lock"];
const limit = 15_000;

/** Of a whole test: what hangs must not take the others' time. */
const timeout = 90_000;

/** One browser and one shop for all tests of a file. */
let browser;
export let shop;

const scenes = [];

/** A test with a page of its own. @param options Those of a window: see newPage. @param run Given the page. */
export const on = (name, options, run) => scenes.push({ name, options, run });

/**
 * Passes all of them, two at a time: a browser waits as often as it works. The last line of a file.
 * @param open Makes what else must be there first; its answer is closed at the end.
 */
export function inBrowser(name, open) {
  describe(name, { concurrency: 2 }, () => {
    let opened;
    before(async () => {
      [browser, shop, opened] = await Promise.all([chromium.launch(launch), openShop(), open?.()]);
    }, { timeout });
    after(async () => {
      await browser?.close();
      shop?.close();
      opened?.close();
    }, { timeout });
    scenes.forEach(scene => test(scene.name, { timeout }, () => play(scene)));
  });
}

async function play({ options, run }) {
  const page = await newPage(options);
  try {
    await run(page);
  } finally {
    await page.context().close();
  }
}

/** The shop at http://localhost:port (and http://127.0.0.1:port, which is another origin). */
async function openShop() {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, "app/app.jsx")],
    bundle: true, write: false, format: "esm", jsx: "automatic", define: { "process.env.NODE_ENV": '"production"' },
  });
  const html = '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>A shop</title>'
    + '<div id="root"></div><script type="module" src="/app.js"></script></html>';
  const server = createServer((request, response) => {
    const isScript = request.url === "/app.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8");
    response.end(isScript ? outputFiles[0].text : html);
  });
  await new Promise(done => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  return { origin: `http://localhost:${port}`, wrongOrigin: `http://127.0.0.1:${port}`, close: () => server.close() };
}

const launch = {
  executablePath: process.env.LAVA_TEST_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--host-resolver-rules=MAP localhost 127.0.0.1"],
};

/**
 * A window of its own: nothing is left of others. It is a private one, where the widget's frame may store nothing (the hardest case),
 * unless a person's everyday window is asked for. Close its context at the end.
 */
export async function newPage({ width = 1280, height = 900, scheme = "light", isEveryday = false } = {}) {
  const options = { viewport: { width, height }, colorScheme: scheme, locale: "en-US" };
  const context = isEveryday ? await openEveryday(options) : await browser.newContext(options);
  context.setDefaultTimeout(limit);
  await context.addInitScript(hearMessagesFirst);

  // An everyday window has one already, and asking it for another was seen to hang.
  const page = context.pages()[0] ?? await context.newPage();
  page.requests = [];
  page.problems = [];
  page.on("request", request => page.requests.push(request));
  page.on("console", message => message.type() === "error" && page.problems.push(message.text()));
  page.on("pageerror", error => page.problems.push(String(error)));
  return page;
}

// A window's listeners are called in the order in which they came, capturing or not: this one must be there before the widget's.
function hearMessagesFirst() {
  window.addEventListener("message", event => {
    if (window.heldMessages) {
      event.stopImmediatePropagation();
      window.heldMessages.push(event);
    }
  });
}

/** The shop's page hears nothing until the answer is called: it would take a frame away that is still looked at. */
export async function holdMessages(page) {
  await page.evaluate(() => { window.heldMessages = []; });
  return () => page.evaluate(() => {
    const held = window.heldMessages;
    delete window.heldMessages;
    held.forEach(({ data, origin, source }) => window.dispatchEvent(new MessageEvent("message", { data, origin, source })));
  });
}

/**
 * Leaves the widget; what the shop's page heard. It hears it when the act is over: Chromium never answers a key or a click whose frame goes
 * meanwhile.
 * @param act What the person does.
 */
export async function leave(page, act) {
  const pass = await holdMessages(page);
  await act();
  await pass();
  return ended(page);
}

/** Leaves the widget with a key; what the shop's page heard. */
export const leaveByKey = (page, key = "Escape") => leave(page, () => page.keyboard.press(key));

async function openEveryday(options) {
  const profile = await mkdtemp(path.join(tmpdir(), "lava-profile-"));
  await mkdir(path.join(profile, "Default"));

  // Other sites' frames may store something: what most people's browsers do, and Debian's does not unasked.
  await writeFile(path.join(profile, "Default", "Preferences"), JSON.stringify({ profile: { cookie_controls_mode: 0 } }));
  const context = await chromium.launchPersistentContext(profile, { ...launch, ...options });
  context.on("close", () => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  return context;
}

/** The widget's frame over the shop's page. */
export async function openWidget(page, token, origin = shop.origin) {
  await page.goto(`${origin}/?token=${encodeURIComponent(token)}`);
  await page.getByRole("button", { name: "Buy" }).click();
  return new Checkout(page, page.frameLocator("iframe"), () => page.frames().find(frame => frame.url().includes("/embed/checkout/")));
}

/** The page of a link. */
export async function openLink(page, secret) {
  await page.goto(`${lava}checkout/${secret}`);
  return new Checkout(page, page, () => page.mainFrame());
}

/** Every address and body that the page has sent, without the blanks and dashes in which numbers may be written. */
export const sentBy = (page, origin = "") => page.requests.filter(request => request.url().startsWith(origin))
  .map(request => `${request.url()} ${request.postData() ?? ""}`).join("\n").replace(/[ -]/g, "");

/** The origins that the page has asked for anything. */
export const originsOf = page => [...new Set(page.requests.map(request => new URL(request.url()).origin))].sort();

/** What the shop's page heard. */
export const ended = async page => {
  await page.waitForFunction(() => document.querySelector("#end")?.textContent);
  return JSON.parse(await page.locator("#end").textContent());
};

/** A person at the checkout. */
export class Checkout {
  constructor(page, root, frame) {
    Object.assign(this, { page, root, frame });
  }

  get main() { return this.root.locator("main"); }

  button(name) { return this.root.getByRole("button", { name }); }

  field(name) { return this.root.getByRole("textbox", { name, exact: true }); }

  primary() { return this.root.locator(".primary"); }

  /** Leaves the widget by a button, the last one of this name; what the shop's page heard. */
  leaveBy(name) { return leave(this.page, () => this.button(name).last().click()); }

  /** Waits for a step that is ready to be used. */
  async at(step) {
    await this.root.locator(`main[data-step="${step}"]:not([aria-busy])`).waitFor();
  }

  async phone(number = "(415) 555-2671", country) {
    await this.at("phone");
    if (country) {
      await this.root.getByRole("combobox", { name: "Country" }).selectOption(country);
    }

    await this.field("Phone number").fill(number);
    await this.primary().click();
  }

  async code(code) {
    await this.at("code");
    await this.field("Code").fill(code ?? await this.root.locator("output").textContent());
    await this.primary().click();
  }

  async card(number = goodCard) {
    await this.at("card");
    await this.field("Card number").fill(number);
    await this.field("Expires").pressSequentially("1231");
    await this.field("Security code").fill(/^3[47]/.test(number) ? "1234" : "123");
    await this.primary().click();
  }

  async toCard() {
    await this.phone();
    await this.code();
    await this.at("card");
  }

  async toConfirm(number) {
    await this.toCard();
    await this.card(number);
    await this.at("confirm");
  }

  /** The text below a field. */
  async error(field) {
    const text = this.root.locator(`#${field}-error`);
    await text.waitFor();
    return text.textContent();
  }

  /** Nothing for axe to find, nothing beyond the edge. */
  async assertUsable(runOnly = { type: "tag", values: tags }) {
    const frame = this.frame();
    await frame.evaluate("!!window.axe") || await frame.evaluate(`${axe}; 0`);
    const { violations } = await frame.evaluate(only => window.axe.run(document, { runOnly: only, resultTypes: ["violations"] }), runOnly);
    assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(node => node.html + " " + node.failureSummary)]), []);
    const [inner, outer] = await frame.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(inner <= outer, `scrolls sideways: ${inner} in ${outer}`);
  }

  /** The whole step: in a frame, as far as it can be scrolled to. */
  async picture(...names) {
    const file = path.join(output, ...names) + ".png";
    await mkdir(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file, fullPage: true, animations: "disabled" });
  }

  /**
   * Usable in windows of every kind and both schemes, and a picture of each; the last window, the narrowest, stays.
   * @param nameOf A picture's folders and name, by scheme and width.
   */
  async assertSeen(nameOf, sizes = windows) {
    const all = schemes.flatMap(scheme => sizes.map(([width, height]) => ({ scheme, width, height })));
    for (const { scheme, width, height } of all) {
      await this.page.emulateMedia({ colorScheme: scheme });
      await this.page.setViewportSize({ width, height });
      const isEnd = [all.at(0), all.at(-1)].some(end => end.scheme === scheme && end.width === width);
      await this.assertUsable(isEnd ? undefined : { type: "rule", values: rulesOfLooks });
      await this.picture(...nameOf(scheme, `${width}`));
    }
  }
}
