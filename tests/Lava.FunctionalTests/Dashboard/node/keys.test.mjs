// Keys: made and shown once, limited, rotated, and the lines that call with them.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import test from "node:test";
import { promisify } from "node:util";
import { api, key, lava, look, openBrowser, openPage, signIn, shot, timeout } from "./harness.mjs";

const run = promisify(execFile);
const hostile = `<script>window.pwned=1</script>"'\u202e`;
const browser = await openBrowser();
test.after(() => browser.close());

const chat = (token, model = "gpt-4o-mini") => fetch(`${lava}/v1/chat/completions`, {
  method: "POST",
  headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
  body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] }),
});

test("a secret key is shown once, works, and is deleted", { timeout }, async t => {
  const page = await openPage(t);
  page.expected.push("400");
  await signIn(page, "/dashboard/test/keys");
  await page.getByLabel("Name").fill(hostile);
  await page.getByRole("button", { name: "Create key" }).click();
  const made = await page.locator("[data-once] code").textContent();
  assert.match(made, /^aks_test_/);
  await look(page, "keys");
  assert.equal((await fetch(`${lava}/v1/customers`, { headers: { authorization: `Bearer ${made}` } })).status, 200);
  assert.equal((await page.content()).includes(made), false);
  assert.equal(await page.evaluate(() => window.pwned), undefined);
  const row = page.getByRole("row", { name: /script/ });
  await row.getByText("Delete", { exact: true }).click();
  await row.getByRole("button", { name: "Delete this key" }).click();
  await page.getByRole("status").waitFor();
  assert.equal((await fetch(`${lava}/v1/customers`, { headers: { authorization: `Bearer ${made}` } })).status, 401);

  // The last one stays.
  await page.locator("details.guard summary").first().click();
  await page.getByRole("button", { name: "Delete this key" }).first().click();
  await page.getByRole("alert").getByText("last secret key").waitFor();
});

test("a spend key is limited, paused, rotated and revoked", { timeout }, async t => {
  const page = await openPage(t);
  page.expected.push("400");
  await signIn(page, "/dashboard/test/keys/spend");
  await page.getByRole("heading", { name: "No spend keys yet" }).waitFor();
  await look(page, "spend-keys-empty");
  await page.getByRole("link", { name: "New spend key" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Agent");
  await page.getByLabel("Spend at most, dollars").fill("lots");
  await page.getByRole("button", { name: "Create key" }).click();
  await page.locator("#spend_amount-error").waitFor();
  await page.getByLabel("Spend at most, dollars").fill("20");
  await page.getByLabel("Spend: in").selectOption("monthly");
  await page.getByLabel("Requests at most").fill("4");
  await page.getByLabel("Models").fill("gpt-4o-mini\ngpt-4o");
  await page.getByLabel("Ends on").fill("2090-01-02");
  await shot(page, "spend-key-new");
  await page.getByRole("button", { name: "Create key" }).click();
  const made = await page.locator("[data-once] code").textContent();
  await shot(page, "spend-key-once");
  assert.match(made, /^lava_sk_/);
  assert.equal((await chat(made)).status, 200);
  assert.equal((await chat(made, "gpt-4.1")).status, 403);
  await page.reload();
  await page.getByText("1 of 4 daily").waitFor();
  assert.equal((await page.content()).includes(made), false);
  assert.equal(await page.getByLabel("Models").inputValue(), "gpt-4o-mini\ngpt-4o");
  await look(page, "spend-key");

  const [{ spend_key_id: id }] = (await api("GET", "/spend_keys")).data;
  await api("PUT", `/spend_keys/${id}`, { expires_at: "2090-01-02T15:30:00Z" });
  await page.reload();
  await page.getByLabel("Requests at most").fill("");
  await page.getByLabel("Name", { exact: true }).fill("Agent 2");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").waitFor();
  const saved = await api("GET", `/spend_keys/${id}`);
  assert.deepEqual(
    [saved.name, saved.request_limit, saved.spend_limit, saved.expires_at, saved.allowed_providers],
    ["Agent 2", null, { amount: "20.0000000000", cycle: "monthly" }, "2090-01-02T15:30:00Z", null]);

  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText("paused").waitFor();
  assert.equal((await chat(made)).status, 403);
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByText("active").waitFor();

  // A session that has ended leads back to the page with the button, which was not pressed for anybody.
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByLabel("Secret key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${lava}/dashboard/test/keys/spend/${id}`);
  await page.getByText("active").waitFor();
  assert.equal((await api("GET", `/spend_keys/${id}`)).status, "active");
  await page.getByText("Rotate", { exact: true }).click();
  await page.getByRole("button", { name: "Rotate this key" }).click();
  const rotated = await page.locator("[data-once] code").textContent();
  assert.notEqual(rotated, made);
  assert.deepEqual([(await chat(made)).status, (await chat(rotated)).status], [401, 200]);
  await page.getByRole("link", { name: "Go on" }).click();
  await page.getByText("Revoke", { exact: true }).click();
  await page.getByRole("button", { name: "Revoke this key" }).click();
  await page.getByRole("status").waitFor();
  assert.equal((await chat(rotated)).status, 401);
});

test("a provider's key is written, never shown", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, "/dashboard/test/keys/providers");
  await page.getByLabel("Provider").selectOption("anthropic");
  await page.getByLabel("Key", { exact: true }).fill("sk-ant-this-is-a-secret-abcd");
  await page.getByRole("button", { name: "Set key" }).click();
  await page.getByRole("status").waitFor();
  assert.equal((await page.content()).includes("this-is-a-secret"), false);
  await page.getByText("...abcd").waitFor();
  await look(page, "provider-keys");
  await page.getByText("Delete", { exact: true }).click();
  await page.getByRole("button", { name: "Delete this key" }).click();
  await page.getByRole("heading", { name: "No keys of your own" }).waitFor();
});

test("forward tokens are made in the page, and their lines run", { timeout }, async t => {
  const { meter_id: meter } = await api("POST", "/meters", {
    name: "Token", meter_slug: "token", rate_type: "fixed", tier_type: "requests", tiers: [{ start: "0", rate: "0.02" }],
  });
  const { customer_id: customer } = await api("POST", "/customers", { reference_id: "it's", name: "Ann" });
  await api("POST", `/customers/${customer}/credits`, { amount: "10", idempotency_key: "k1" });
  const { plan_id } = await api("POST", "/plans", { name: "Basic", period_amount: "0", billing_interval: "month", meter_ids: [meter] });
  await api("POST", "/subscriptions", { customer_id: customer, plan_id });

  const page = await openPage(t);
  await signIn(page, "/dashboard/test/keys/token?customer=it%27s&meter=token");
  const sent = [];
  page.on("request", request => sent.push(`${request.url()} ${request.postData() ?? ""}`));
  const line = name => page.locator(`[data-line="${name}"] code`).textContent();
  const environment = { ...process.env, LAVA_SECRET_KEY: key };
  const commands = () => [["curl", "bash", "-c"], ["node", "node", "--input-type=module", "-e"], ["python", "python3", "-c"]];
  const plain = await openPage(t, { scripts: false });
  await signIn(plain, "/dashboard/test/keys/token?customer=it%27s&meter=token");
  for (const [name, ...command] of commands()) {
    assert.equal(await plain.locator(`[data-line="${name}"] code`).textContent(), await line(name));
    await runs(command, await line(name), environment);
  }

  await look(page, "token");
  await page.getByLabel("Secret key").fill(key);
  await page.getByLabel("Do not charge the customer").check();
  await page.locator("[data-token-made] code").waitFor();
  const token = JSON.parse(Buffer.from(await page.locator("[data-token-made] code").textContent(), "base64").toString());
  assert.deepEqual(token, { secret_key: key, customer_id: "it's", meter_slug: "token", disable_billing: true });
  await shot(page, "token-made");
  for (const [name, ...command] of commands()) {
    await runs(command, await line(name), { ...process.env, LAVA_SECRET_KEY: "" });
  }

  assert.equal(await page.locator("form [data-token-secret]").count(), 0);
  assert.deepEqual(sent.filter(one => one.includes(key)), []);
  const charged = (await api("GET", `/requests?customer_id=${customer}`)).data;
  assert.equal(charged.length >= 2, true, JSON.stringify(charged));
});

/** Runs a line as somebody does who copied it. */
async function runs([program, ...rest], line, env) {
  try {
    const { stdout } = await run(program, [...rest, line], { env, timeout: 20_000 });
    assert.match(stdout, /choices/);
  } catch (failure) {
    assert.equal(failure.code, "ENOENT", `${program}: ${failure.stdout} ${failure.stderr} ${failure}`);
    assert.equal(program, "python3");
  }
}
