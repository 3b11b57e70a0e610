// PostgreSQL away while pages are asked for and forms are sent: the page says so, the form is kept, and what was sent twice is booked once.
import assert from "node:assert/strict";
import test from "node:test";
import { api, assertAccessible, assertFits, call, lava, openBrowser, openPage, shot, signIn } from "./harness.mjs";

const browser = await openBrowser();
test.after(() => browser.close());

const timeout = 120_000;
const postgres = async what => assert.equal((await fetch(`${process.env.LAVA_TEST_FAULTS}/${what}`)).status, 200, what);
const ready = async text => {
  while (!(await (await fetch(`${lava}/readyz`)).text()).includes(text)) {
    await new Promise(resolve => setTimeout(resolve, 50));
  }
};

let ada;

/** Every page of a list says that it is away, and none is a fault of the server. */
const pages = id => [
  "overview", "requests", "customers", `customers/${id}`, `customers/${id}?tab=ledger`, "pricing", "pricing/plans", "keys", "keys/spend",
  "webhooks", "settings",
];

test("a page that is asked for says so, and is there again when PostgreSQL is", { timeout }, async t => {
  ada = (await api("POST", "/customers", { reference_id: "ada", name: "Ada" })).customer_id;
  const page = await openPage(t);
  page.expected.push("503");
  await signIn(page, "/dashboard/test/requests");
  await postgres("stall");

  // While nobody knows of it yet, and then while everybody does.
  const first = await page.goto(`${lava}/dashboard/test/customers/${ada}?tab=ledger`, { timeout: 60_000 });
  assert.equal(first.status(), 503);
  await page.getByText("PostgreSQL is away").waitFor();
  await ready("postgres: away");
  for (const path of pages(ada)) {
    const answer = await page.goto(`${lava}/dashboard/test/${path}`, { timeout: 60_000 });
    assert.ok([200, 503].includes(answer.status()), `${path}: ${answer.status()}`);
    assert.match(await page.locator("main").innerText(), /PostgreSQL is away/, path);
    await assertFits(page);
  }

  assert.equal((await page.goto(`${lava}/dashboard/operations`)).status(), 200, "operations are told from memory");
  await page.getByText("PostgreSQL is away").first().waitFor();
  await page.goto(`${lava}/dashboard/test/customers/${ada}?tab=ledger`);
  await assertAccessible(page);
  await shot(page, "away");
  assert.equal((await call()).status, 200, "calls go on");
  await postgres("flow");
  await ready("postgres: up");
  await page.getByRole("link", { name: "Try again" }).click();
  await page.getByRole("heading", { level: 1, name: "Ada" }).waitFor();
  for (const path of pages(ada)) {
    assert.equal((await page.goto(`${lava}/dashboard/test/${path}`)).status(), 200, path);
  }
});

for (const [what, fault] of [["is away", "stall"], ["has committed, and its answer is lost", "cut-commit"]]) {
  test(`a form that is sent while PostgreSQL ${what} is kept, and books once`, { timeout }, async t => {
    const before = (await api("GET", `/customers/${ada}/credits`)).data.length;
    const page = await openPage(t);
    page.expected.push("503");
    page.setDefaultTimeout(60_000);
    await signIn(page, `/dashboard/test/customers/${ada}/credit`);
    await page.getByLabel("Amount, dollars").fill("12.50");
    await page.getByLabel("Reason").fill(`welcome <b>"${fault}"`);
    await postgres(fault);
    await page.getByRole("button", { name: "Give it" }).click();
    if (fault === "stall") {
      await page.getByRole("alert").getByText("What you filled in is kept").waitFor();
      assert.equal(await page.getByLabel("amount").inputValue(), "12.50");
      assert.equal(await page.getByLabel("reason").inputValue(), `welcome <b>"${fault}"`);
      await assertAccessible(page);
      await assertFits(page);
      await shot(page, "away-form");
      await page.getByRole("button", { name: "Send again" }).click();
      await page.getByRole("alert").getByText("What you filled in is kept").waitFor();
      await postgres("flow");
      await ready("postgres: up");
      await page.getByRole("button", { name: "Send again" }).click();
    } else {
      // What became of it is found out by asking, or told and sent again: either way it is booked once.
      await page.waitForLoadState();
      await page.waitForURL(/tab=grants/, { timeout: 5_000 }).catch(() => page.getByRole("button", { name: /Send again|Give it/ }).click());
    }

    await page.waitForURL(/tab=grants/);
    const credits = (await api("GET", `/customers/${ada}/credits`)).data;
    assert.equal(credits.length, before + 1);
    assert.deepEqual([credits[0].amount, credits[0].reason], ["12.5000000000", `welcome <b>"${fault}"`]);
  });
}
