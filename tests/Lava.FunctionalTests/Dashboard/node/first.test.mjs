// Fresh eyes: a merchant's first hour with the lines that the pages give to copy, and what people do that no page expects: the browser's way
// back, a page loaded anew, a server that is gone while somebody looks, a browser without a clipboard.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import net from "node:net";
import test from "node:test";
import { promisify } from "node:util";
import { api, assertAccessible, call, key, lava, look, openBrowser, openPage, shot, signIn, timeout } from "./harness.mjs";

// As people's browsers: a page that was left is kept as it was, for the way back.
const browser = await openBrowser({ ignoreDefaultArgs: ["--disable-back-forward-cache"] });
test.after(() => browser.close());

const dashboard = "/dashboard/test";
const run = promisify(execFile);

/** Runs a line as somebody does who copied it into a terminal. */
async function paste(line) {
  const { stdout } = await run("bash", ["-c", line], { env: { ...process.env, LAVA_SECRET_KEY: key, ANTHROPIC_API_KEY: "sk-ant-own-0001" }, timeout: 20_000 });
  const answer = JSON.parse(stdout);
  assert.equal(answer.error, undefined, `${line}\n${stdout}`);
  return answer;
}

/** The line of an empty page. */
async function lineOf(page, path) {
  await page.goto(lava + dashboard + path);
  const empty = page.locator(".empty").filter({ has: page.locator("pre") }).first();
  await empty.waitFor({ timeout: 5_000 }).catch(async () => assert.fail(`${path}: ${await page.locator("main").innerText()}`));
  assert.match(await empty.textContent(), /LAVA_SECRET_KEY is a secret key/, path);
  return empty.locator("pre code").textContent();
}

/** A merchant begins with one. */
async function removePlans() {
  for (const plan of (await api("GET", "/plans")).data) {
    await api("DELETE", `/plans/${plan.plan_id}`);
  }
}

let ada;

test("an empty store leads from nothing to a call that a customer pays", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, `${dashboard}/overview`);
  const steps = page.getByRole("region", { name: "First steps" }).getByRole("listitem");
  assert.equal(await steps.count(), 5);
  assert.doesNotMatch(await steps.filter({ hasText: "Make a meter" }).textContent(), /done/);
  await look(page, "first-steps");
  const { meter_id: meter } = await api("POST", "/meters", {
    name: "Step", rate_type: "fixed", tier_type: "requests", tiers: [{ start: "0", rate: "1" }],
  });
  await page.reload();
  assert.match(await steps.filter({ hasText: "Make a meter" }).textContent(), /done/);
  await api("DELETE", `/meters/${meter}`);
  for (let i = 0; i < await steps.count(); i++) {
    await steps.nth(i).getByRole("link").click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    assert.doesNotMatch(await page.getByRole("heading", { level: 1 }).textContent(), /no such page|Overview/);
    await page.goto(`${lava}${dashboard}/overview`);
  }
});

test("each line of an empty page works as it is, and the page has what it made", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, `${dashboard}/overview`);
  const calls = [await lineOf(page, "/overview"), await lineOf(page, "/requests")];
  await removePlans();
  for (const [path, name] of [["/customers", "Ada Lovelace"], ["/pricing/plans", "Pro"], ["/pricing", "Chat"], ["/keys/spend", "Agent"]]) {
    await paste(await lineOf(page, path));
    await page.reload();
    await page.locator("tbody").getByRole("link", { name }).first().waitFor();
  }

  const webhook = await paste(await lineOf(page, "/webhooks"));
  await paste(await lineOf(page, `/webhooks/${webhook.webhook_id}`));
  const told = page.locator("tbody").getByRole("link", { name: "customer.created" });
  while (await told.count() === 0) {
    await page.reload();
  }

  await api("DELETE", `/webhooks/${webhook.webhook_id}`);
  await paste(await lineOf(page, "/keys/providers"));
  await page.reload();
  await page.locator("tbody").getByText("anthropic").waitFor();

  for (const line of calls) {
    assert.ok((await paste(line)).choices, line);
  }

  ada = (await api("GET", "/customers/user_42")).customer_id;
  const credit = await paste(await lineOf(page, `/customers/${ada}?tab=grants`));
  assert.equal(credit.amount, "10.0000000000");
  const first = await lineOf(page, `/customers/${ada}`);
  await look(page, "first-customer");
  assert.ok((await paste(first)).choices, first);
  await page.locator('[data-figure="usage-total-requests"]').getByText("1", { exact: true }).waitFor();
  const { data: [request] } = await api("GET", `/requests?customer_id=${ada}`);
  const meter = await api("GET", "/meters/chat");
  assert.deepEqual([request.billed, request.meter_id], [true, meter.meter_id], JSON.stringify(request));
});

test("a plan's line names the newest meter", { timeout }, async t => {
  await removePlans();
  const page = await openPage(t);
  await signIn(page, `${dashboard}/pricing/plans`);
  const plan = await paste(await lineOf(page, "/pricing/plans"));
  assert.deepEqual(plan.linked_meters.map(meter => meter.name), ["Chat"]);
});

test("a form that the browser's way back brings again books what it says then, once", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, `${dashboard}/customers/${ada}`);
  const given = async () => (await api("GET", `/customers/${ada}/credits`)).data.map(grant => Number(grant.amount));
  const give = async amount => {
    await page.getByLabel("Amount, dollars").fill(amount);
    await page.getByRole("button", { name: "Give it" }).click();
  };
  const field = page.locator('input[name="idempotency_key"]');
  await page.getByRole("link", { name: "Give credit" }).click();
  const sent = await field.inputValue();
  await give("5");
  await page.getByText("The credit is booked.").waitFor();
  await page.evaluate(() => history.back());
  await page.waitForFunction(([selector, before]) => {
    const now = document.querySelector(selector)?.value;
    return document.readyState === "complete" && now !== undefined && now !== before;
  }, ['input[name="idempotency_key"]', sent]);
  await give("5");
  await page.getByText("The credit is booked.").waitFor();
  assert.deepEqual(await given(), [5, 5, 10]);

  // Without scripts the form is the old one.
  page.expected.push("409");
  await page.goto(`${lava}${dashboard}/customers/${ada}/credit`);
  const old = await field.inputValue();
  await give("6");
  await page.getByText("The credit is booked.").waitFor();
  await page.goto(`${lava}${dashboard}/customers/${ada}/credit`);
  await field.evaluate((hidden, value) => { hidden.value = value; }, old);
  await give("7");
  await page.getByRole("alert").getByText("sent before, with other content").waitFor();
  await shot(page, "first-sent-before");
  assert.deepEqual(await given(), [6, 5, 5, 10]);
  assert.equal(await page.getByLabel("Amount, dollars").inputValue(), "7");
  await page.getByRole("button", { name: "Give it" }).click();
  await page.getByText("The credit is booked.").waitFor();
  assert.deepEqual(await given(), [7, 6, 5, 5, 10]);
});

test("what was done is said once: not again when the page is loaded anew", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, `${dashboard}/settings`);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  await page.getByRole("button", { name: "Keyboard" }).waitFor();
  assert.equal(await page.getByText("Saved.").count(), 0);
});

test("lines are copied where the browser gives no clipboard to pages", { timeout }, async t => {
  const page = await openPage(t);

  // As for a page that came over plain HTTP from another machine.
  await page.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await signIn(page, `${dashboard}/keys/token`);
  const copy = page.locator('[data-line="curl"] + button');
  await copy.click();
  await copy.getByText("Copied").waitFor();
  assert.equal(await copy.evaluate(button => button === document.activeElement), true, "the focus stays");
  const field = page.getByRole("textbox", { name: "Customer" });
  await field.focus();
  await page.keyboard.press("Control+V");
  assert.match(await field.inputValue(), /^TOKEN=\$\(printf/);
  await copy.getByText("Copy", { exact: true }).waitFor();

  // Nor that: the lines are marked, and the person is told.
  await page.evaluate(() => { document.execCommand = () => false; });
  await copy.click();
  await copy.getByText("Ctrl+C").waitFor();
  assert.equal(await page.evaluate(() => getSelection().toString().trim()), await page.locator('[data-line="curl"]').innerText());
});

test("an address says what is filtered, and the other mode has the same page", { timeout }, async t => {
  await api("POST", "/secret_keys", { name: "Live", mode: "live" });
  const live = (await api("POST", "/secret_keys", { name: "Live too", mode: "live" })).secret_key;
  const page = await openPage(t);
  await signIn(page, `${dashboard}/requests`, live);
  await page.getByLabel("Meter").selectOption("chat");
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForURL(/\?/);
  assert.equal(new URL(page.url()).search, "?meter=chat");
  await page.locator("tbody tr").first().getByRole("link").first().click();
  await page.getByRole("link", { name: "chat", exact: true }).first().click();
  await page.getByRole("heading", { level: 1, name: "Chat" }).waitFor();
  await page.getByRole("link", { name: "Live", exact: true }).click();
  await page.waitForURL(`${lava}/dashboard/live/pricing`);
});

test("keys are told by a button, too", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, `${dashboard}/requests`);
  await page.getByRole("button", { name: "Keyboard" }).click();
  const dialog = page.getByRole("dialog", { name: "Keys" });
  await dialog.getByText("next, last row").waitFor();
  await assertAccessible(page, "keys");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

test("a preview is of what is filled in, or none", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, `${dashboard}/pricing/plans/new`);
  const preview = page.locator("[data-preview-target]");

  // A plan charges by its own meters alone.
  await preview.getByText("Calls on that meter charge nobody").waitFor();
  await page.getByLabel("Chat", { exact: true }).check();
  await preview.getByText("1,000 requests of 700 tokens a month cost").waitFor();
  page.expected.push("ERR_FAILED");
  await page.route(/\/preview/, route => route.abort());
  await page.getByLabel("Preview: requests").fill("2000");
  await preview.getByText("There is no preview now").waitFor();
  await page.unroute(/\/preview/);
  await page.getByLabel("Preview: requests").fill("3000");
  await preview.getByText("3,000 requests of 700 tokens a month cost").waitFor();
});

test("words of a cell stay together where the screen is narrow", { timeout }, async t => {
  const page = await openPage(t, { width: 360 });
  await signIn(page, `${dashboard}/keys/spend`);
  const cell = page.locator('tbody tr', { hasText: "Agent" }).locator('td[data-label="Spend"]');
  const { height } = await cell.boundingBox();
  assert.ok(height < 70, `the cell is ${height} high`);
  await shot(page, "first-narrow");
});

/** A way to the server that can be cut, and that can fall silent. */
async function openWay(t) {
  const ends = new Set();
  const way = net.createServer(socket => {
    const server = net.connect(Number(new URL(lava).port), "127.0.0.1");
    for (const [from, to] of [[socket, server], [server, socket]]) {
      ends.add(from);
      from.on("data", data => way.isSilent || to.write(data));
      from.on("close", () => to.destroy());
      from.on("error", () => to.destroy());
    }
  });
  const open = port => new Promise(resolve => way.listen(port, "127.0.0.1", resolve));
  await open(0);
  const { port } = way.address();
  const cut = () => {
    way.close();
    ends.forEach(end => end.destroy());
    ends.clear();
  };
  t.after(cut);
  return { address: `http://127.0.0.1:${port}`, cut, mend: () => open(port), silence: isSilent => { way.isSilent = isSilent; } };
}

test("who looks is told when no news come, and when they come again", { timeout }, async t => {
  const way = await openWay(t);
  const page = await openPage(t);
  page.expected.push(`a request to ${way.address}`, "ERR_");
  await page.clock.install();
  await signIn(page, "/dashboard/operations");
  await page.goto(`${way.address}/dashboard/operations`);
  await page.waitForSelector("[data-plot='requests'] canvas");
  const note = page.locator(".lost");
  assert.equal(await note.textContent(), "");

  way.cut();
  await note.getByText(/^No news since .*stands still/).waitFor({ timeout: 20_000 });
  await assertAccessible(page, "lost");
  await shot(page, "first-lost");
  await page.setViewportSize({ width: 360, height: 700 });
  await shot(page, "first-lost-360");
  await way.mend();
  await page.waitForFunction(() => document.querySelector(".lost").textContent === "", null, { timeout: 20_000 });

  // A machine that is gone closes no connection.
  way.silence(true);
  await page.clock.fastForward(41_000);
  await page.clock.fastForward(7_000);
  await note.getByText(/^No news since/).waitFor();
  way.silence(false);
  way.cut();
  await way.mend();
  await page.waitForFunction(() => document.querySelector(".lost").textContent === "", null, { timeout: 20_000 });
  const rate = page.locator("[data-live='requests']");
  await (await call()).text();
  await rate.filter({ hasText: /[1-9]/ }).waitFor();
});

test("the first figures of a stream are rates already", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, "/dashboard/operations");
  const cookie = (await page.context().cookies()).map(one => `${one.name}=${one.value}`).join("; ");
  let isCalling = true;
  const calling = (async () => {
    while (isCalling) {
      await (await call()).text();
    }
  })();
  await page.locator("[data-live='requests']").filter({ hasText: /[1-9]/ }).waitFor();
  const stop = new AbortController();
  const stream = await fetch(`${lava}/dashboard/operations/live`, { headers: { cookie }, signal: stop.signal });
  const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  // The menu's news may come first.
  while (!/data: .*"texts".*\n/.test(text)) {
    text += (await reader.read()).value;
  }

  isCalling = false;
  await calling;
  stop.abort();
  const [figures] = /data: .*"texts".*\n/.exec(text);
  assert.match(figures, /"texts":\{"requests":"[0-9.]*[1-9]/);
  assert.match(figures, /"key":"verify"/);
});

test("a payment that fails is named where it needs attention, with the way to it", { timeout }, async t => {
  const eve = (await api("POST", "/customers", { reference_id: "eve", name: "Eve <b>" })).customer_id;
  const plan = await api("POST", "/plans", { name: "Small", period_amount: "20.00", billing_interval: "month" });
  await api("POST", `/customers/${eve}/payment_methods`, { token: "pm_card_visa" });
  await api("POST", "/subscriptions", { customer_id: eve, plan_id: plan.plan_id });
  await api("POST", `/customers/${eve}/payment_methods`, { token: "pm_card_chargeCustomerFail", is_default: true });
  await api("POST", "/test_clock/advance", { to: new Date(Date.now() + 32 * 24 * 3600 * 1000).toISOString() });
  const page = await openPage(t);
  await signIn(page, `${dashboard}/overview`);
  const line = page.locator(".attention li", { hasText: "Eve <b>" }).filter({ hasText: "declined" });
  assert.match(await line.textContent(), /\$20\.00 was not paid, again \d/);
  await look(page, "first-attention");
  await line.getByRole("link", { name: "The payment of Eve <b>" }).click();
  await page.getByRole("button", { name: "Try again now" }).waitFor();
});
