// Webhooks: the secret that is shown once, what was sent, sending it once more, and the lines that verify it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { execFile } from "node:child_process";
import test from "node:test";
import { promisify } from "node:util";
import { api, look, lava, openBrowser, openPage, shot, signIn, timeout } from "./harness.mjs";

const hostile = `<script>window.pwned=1</script>"'\u202e`;
const browser = await openBrowser();
test.after(() => browser.close());

/** Somebody who is told; what came is given one by one. */
async function listen(t, status) {
  const came = [];
  const waiting = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) {
      body += part;
    }

    response.writeHead(status.now).end(`<b>${status.now}</b>`);
    const message = { headers: request.headers, body };
    waiting.length > 0 ? waiting.shift()(message) : came.push(message);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const next = () => came.length > 0 ? Promise.resolve(came.shift()) : new Promise(resolve => waiting.push(resolve));
  return { url: `http://127.0.0.1:${server.address().port}/${encodeURIComponent("<i>")}`, next };
}

test("a webhook is told, looked at, told once more, and verified by the page's lines", { timeout }, async t => {
  const status = { now: 200 };
  const target = await listen(t, status);
  const page = await openPage(t);
  page.expected.push("400");
  await signIn(page, "/dashboard/test/webhooks");
  await page.getByRole("heading", { name: "Nobody is told yet" }).waitFor();
  await look(page, "webhooks-empty");
  await page.getByLabel("Name").fill(hostile);
  await page.getByLabel("Address").fill("nowhere");
  await page.getByRole("button", { name: "Add webhook" }).click();
  await page.locator("#url-error").waitFor();
  await page.getByLabel("Address").fill(target.url);
  await page.getByRole("button", { name: "Add webhook" }).click();
  const secret = await page.locator("[data-once] code").textContent();
  assert.match(secret, /^whsec_/);
  await page.reload();
  await page.getByText("Nothing was sent").waitFor();
  assert.equal((await page.content()).includes(secret), false);

  await api("POST", "/customers", { reference_id: "cus-1", name: hostile });
  const message = await target.next();
  await settled(page, "delivered");
  await look(page, "webhook");
  await verifies(page, message, secret);

  await page.getByRole("link", { name: "customer.created" }).click();
  const shown = await page.locator("section pre code").last().textContent();
  assert.deepEqual(JSON.parse(shown.replaceAll("\ufffd", "\u202e")), JSON.parse(message.body));
  assert.match(shown, /^\{\n {2}"event"/);
  const { customer_id: about } = await api("GET", "/customers/cus-1");
  assert.equal(await page.getByRole("link", { name: about }).getAttribute("href"), `/dashboard/test/customers/${about}`);
  await look(page, "delivery");
  await page.getByRole("button", { name: "Send it once more" }).click();
  await page.getByText("The delivery is sent again.").waitFor();
  const again = await target.next();
  assert.deepEqual([again.body, again.headers["webhook-id"]], [message.body, message.headers["webhook-id"]]);
  await page.getByRole("link", { name: /^dlv_/ }).waitFor();
  assert.equal(await page.evaluate(() => window.pwned), undefined);

  // One that is refused: its answer is shown as text, and the filter finds it.
  status.now = 500;
  await api("POST", "/customers", { reference_id: "cus-2" });
  await target.next();
  await page.goto(`${lava}/dashboard/test/webhooks`);
  await page.getByRole("link", { name: /script/ }).click();
  await settled(page, "failing");
  await page.getByRole("link", { name: "waiting", exact: true }).click();
  assert.equal(await page.locator("tbody tr").count(), 1);
  await page.getByRole("link", { name: "customer.created" }).click();
  await page.getByText("<b>500</b>").waitFor();
  await shot(page, "delivery-failing");
});

test("a webhook is changed and deleted; nobody's is the page of none", { timeout }, async t => {
  const page = await openPage(t);
  page.expected.push("404");
  await signIn(page, "/dashboard/test/webhooks");
  await look(page, "webhooks");
  await page.getByRole("link", { name: /script/ }).click();
  const here = page.url();
  await page.getByLabel("Name").fill("Mine");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  assert.equal((await api("GET", "/webhooks")).data[0].name, "Mine");
  await page.getByText("Delete", { exact: true }).click();
  await page.getByRole("button", { name: "Delete this webhook" }).click();
  await page.getByText("Deleted.").waitFor();
  for (const address of [here, `${here}/deliveries/dlv_nothing`, `${lava}/dashboard/test/webhooks/wh_nothing`]) {
    assert.equal((await page.goto(address)).status(), 404);
  }
});

/** Asks until the newest delivery is in this state: the answer is noted after it was given. */
async function settled(page, state) {
  for (;;) {
    await page.reload();
    if (await page.locator("tbody tr").first().getByText(state).count() > 0) {
      return;
    }
  }
}

/** Runs the page's lines on what came. */
async function verifies(page, { headers, body }, secret) {
  const [node, python] = await page.locator(".columns pre code").allTextContents();
  const given = JSON.stringify([body, headers, secret]);
  const program = `${node}\nconst given = ${given};\nconsole.log(isGenuine(...given), isGenuine(given[0] + " ", given[1], given[2]));`;
  const run = promisify(execFile);
  assert.match((await run("node", ["--input-type=module", "-e", program])).stdout, /^true false/);
  try {
    const lines = `${python}\nimport json, sys\ngiven = json.loads(sys.argv[1])\nprint(is_genuine(given[0].encode(), given[1], given[2]), `
      + `is_genuine(given[0].encode() + b" ", given[1], given[2]))`;
    assert.match((await run("python3", ["-c", lines, given])).stdout, /^True False/);
  } catch (failure) {
    assert.equal(failure.code, "ENOENT", String(failure));
  }
}
