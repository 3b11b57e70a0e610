// Signing in and out, and what a session that has ended must not lose.
import assert from "node:assert/strict";
import test from "node:test";
import { api, assertAccessible, key, lava, look, openBrowser, openPage, shot, signIn, timeout } from "./harness.mjs";

const browser = await openBrowser();
test.after(() => browser.close());

test("a secret key opens the page that was asked for; a wrong one does not", { timeout }, async t => {
  const page = await openPage(t);
  page.expected.push("401");
  await page.goto(`${lava}/dashboard/test/settings`);
  await look(page, "sign-in");
  await page.getByLabel("Secret key").fill("aks_test_wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  assert.match(await page.getByRole("alert").textContent(), /no secret key that is known/);
  await page.getByLabel("Secret key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${lava}/dashboard/test/settings`);
  const policy = (await page.reload()).headers()["content-security-policy"];
  assert.match(policy, /(^|; )script-src 'self'(;|$)/);
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval/);
  const [cookie] = (await page.context().cookies()).filter(one => /^lava_[0-9a-f]{8}$/.test(one.name));
  assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, "Lax", "/"]);
  await look(page, "settings");
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.waitForURL(`${lava}/dashboard/sign-in`);
  await page.goto(`${lava}/dashboard/test/settings`);
  await page.getByLabel("Secret key").waitFor();
});

test("settings are changed, and what is wrong stands beside its field", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page);
  page.expected.push("400", "422");
  await page.getByLabel("Low balance, dollars").fill("lots");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator("#low_balance-error").waitFor();
  assert.equal(await page.getByLabel("Low balance, dollars").inputValue(), "lots");
  await shot(page, "settings-error");
  await page.getByLabel("Low balance, dollars").fill("2.50");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").waitFor();
  assert.equal((await api("GET", "/settings")).low_balance, "2.5000000000");
});

test("a form whose session has ended is kept, and sent by the person alone", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page);
  await page.getByLabel("Low balance, dollars").fill("7");
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByLabel("Secret key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Check and send again" }).waitFor();
  assert.notEqual((await api("GET", "/settings")).low_balance, "7.0000000000");
  await shot(page, "sign-in-kept");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("status").waitFor();
  assert.equal((await api("GET", "/settings")).low_balance, "7.0000000000");
});

test("a form of a session that another tab has replaced is kept, and sent by the person alone", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page);
  page.expected.push("403");
  await page.getByLabel("Low balance, dollars").fill("8,25");
  await page.context().clearCookies();
  const other = await page.context().newPage();
  other.expected = [];
  await signIn(other);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "Check and send again" }).waitFor();
  assert.equal(await page.getByLabel("low balance").inputValue(), "8,25");
  assert.equal((await api("GET", "/settings")).low_balance, "7.0000000000");
  await assertAccessible(page, "session-replaced");
  await shot(page, "session-replaced");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("status").waitFor();
  assert.equal((await api("GET", "/settings")).low_balance, "8.2500000000");
});

test("a download whose session has ended asks to sign in, and leads back to its list", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, "/dashboard/test/requests?model=gpt-4o");
  await page.context().clearCookies();
  await page.getByRole("link", { name: "CSV" }).click();
  await page.getByLabel("Secret key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${lava}/dashboard/test/requests?model=gpt-4o`);
  await page.getByRole("link", { name: "CSV" }).waitFor();
  const stream = await fetch(`${lava}/dashboard/test/overview/live`, { headers: { accept: "text/event-stream" } });
  assert.deepEqual([stream.status, await stream.text()], [401, ""]);
});

test("forms of other pages are refused, and change nothing", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page);
  const cookie = (await page.context().cookies()).map(one => `${one.name}=${one.value}`).join("; ");
  const token = await page.locator('input[name="_form"]').first().inputValue();
  const before = await api("GET", "/settings");
  const send = (headers, form) => fetch(`${lava}/dashboard/test/settings`, {
    method: "POST", redirect: "manual", headers: { cookie, ...headers }, body: new URLSearchParams({ low_balance: "9", ...form }),
  });
  assert.equal((await send({ origin: "https://elsewhere.example" }, { _form: token })).status, 403);
  assert.equal((await send({ origin: lava }, {})).status, 403);
  assert.equal((await send({ origin: lava }, { _form: "x" })).status, 403);
  assert.equal((await send({}, { _form: token })).status, 403);

  // Nobody but a page of ours is given a form to send.
  for (const headers of [{ origin: "https://elsewhere.example" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }, {}]) {
    const answer = await send(headers, { _form: "x" });
    assert.doesNotMatch(await answer.text(), /<form/, JSON.stringify(headers));

    // Browsers send no cookie along with the form of another site.
    const asked = await send({ ...headers, cookie: "" }, { _form: "x" });
    assert.equal(asked.status, 401);
    assert.doesNotMatch(await asked.text(), /kept\.|You filled|is kept/, JSON.stringify(headers));
  }

  const kept = await send({ origin: lava, cookie: "" }, { _form: "x" });
  assert.match(await kept.text(), /name="kept\.low_balance" value="9"/);

  assert.deepEqual(await api("GET", "/settings"), before);
  assert.equal((await send({ origin: lava }, { _form: token, unlinked_meters: "track" })).status, 303);
});

test("a session ends with the key that opened it", { timeout }, async t => {
  const made = await api("POST", "/secret_keys", { name: "Somebody's" });
  const page = await openPage(t);
  await signIn(page, "/dashboard/test/settings", made.secret_key);
  await api("DELETE", `/secret_keys/${made.secret_key_id}`);
  await page.goto(`${lava}/dashboard/test/settings`);
  await page.getByLabel("Secret key").waitFor();
});

test("pages work without scripts", { timeout }, async t => {
  const page = await openPage(t, { scripts: false });
  await signIn(page);
  await page.getByLabel("Low balance, dollars").fill("3");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").waitFor();
});

test("times are those of who looks; theme, digits and pages are a key or a button away", { timeout }, async t => {
  const stamp = page => page.locator("footer time").evaluate(one => [one.dateTime, one.textContent]);
  const shown = (iso, zone) => {
    const parts = Object.fromEntries(new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit",
      hourCycle: "h23",
    }).formatToParts(new Date(iso)).map(part => [part.type, part.value]));
    return `${parts.day} ${parts.month.slice(0, 3)} ${parts.year}, ${parts.hour}:${parts.minute}:${parts.second}`;
  };
  const page = await openPage(t, { zone: "Asia/Tokyo" });
  await signIn(page);
  await page.reload();
  const [iso, text] = await stamp(page);
  assert.equal(text, shown(iso, "Asia/Tokyo"));
  assert.notEqual(text, shown(iso, "UTC"));
  const plain = await openPage(t, { scripts: false, zone: "Asia/Tokyo" });
  await signIn(plain);
  const [at, told] = await stamp(plain);
  assert.equal(told, shown(at, "UTC"));

  const theme = () => page.locator("html").getAttribute("data-theme");
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: "Theme" }).click();
  assert.equal(await theme(), "dark");
  assert.notEqual(await ground(), light);
  await page.reload();
  assert.equal(await theme(), "dark");
  await page.getByRole("button", { name: "Theme" }).click();
  assert.equal(await theme(), "light");

  const customer = (await api("POST", "/customers", { reference_id: "digits" })).customer_id;
  await api("POST", `/customers/${customer}/credits`, { amount: "1.0000000001" });
  await page.goto(`${lava}/dashboard/test/customers/${customer}`);
  const money = page.getByRole("region", { name: "Balance" }).locator(".large data");
  assert.deepEqual([await money.textContent(), await money.getAttribute("title")], ["$1.00", "$1.0000000001"]);
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "All digits" }).click()]);
  assert.equal(await money.textContent(), "$1.0000000001");
  assert.equal(await page.getByRole("button", { name: "All digits" }).getAttribute("aria-pressed"), "true");
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.waitForURL(/\/dashboard\/test\/requests$/);
});
