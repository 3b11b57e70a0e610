// Signing in and out, and what a session that has ended must not lose.
import assert from "node:assert/strict";
import test from "node:test";
import { api, key, lava, look, openBrowser, openPage, shot, signIn, timeout } from "./harness.mjs";

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
