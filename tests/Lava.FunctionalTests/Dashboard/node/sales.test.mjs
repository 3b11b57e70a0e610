// What is sold to a customer by hand: cards on file, and bundles that are bought once however often the button is pressed.
import assert from "node:assert/strict";
import test from "node:test";
import { api, lava, look, openBrowser, openPage, shot, signIn, timeout } from "./harness.mjs";

const browser = await openBrowser();
test.after(() => browser.close());

const list = "/dashboard/test/customers";
const address = id => `${list}/${id}`;
const listed = async id => (await api("GET", `/customers/${id}/payment_methods`)).data.map(
  card => `${card.brand} ${card.last4}${card.is_default ? "!" : ""}`);
const paid = async id => (await api("GET", `/customers/${id}/payments`)).data.filter(payment => payment.kind === "bundle");

let ada;
let plan;

/** The page's own form, sent by hand: what the browser would send. */
async function send(page, action) {
  const form = page.locator(`form[action$="${action}"]`);
  const fields = await form.evaluate(one => Object.fromEntries(new FormData(one)));
  const target = await form.getAttribute("action");
  return page.context().request.post(lava + target, { headers: { origin: lava }, form: fields, maxRedirects: 0 });
}

test("who has no plan, no bundle or no card is told what to do", { timeout }, async t => {
  ada = (await api("POST", "/customers", { reference_id: "ada", name: "Ada" })).customer_id;
  const page = await openPage(t);
  await signIn(page, `${address(ada)}/bundle`);
  await page.getByRole("link", { name: "Choose a plan" }).waitFor();
  plan = await api("POST", "/plans", { name: "Free", period_amount: "0", billing_interval: "month" });
  await api("POST", "/subscriptions", { customer_id: ada, plan_id: plan.plan_id });
  await page.reload();
  await page.getByRole("link", { name: "Make one" }).click();
  await page.waitForURL(`**/pricing/plans/${plan.plan_id}`);
  plan = await api("PATCH", `/plans/${plan.plan_id}`, { credit_bundles: [
    { name: "Ten", cost: "9.994", credit_amount: "11" }, { name: "<script>window.pwned=1</script>", cost: "90", credit_amount: "110" },
  ] });
  await page.goto(`${lava}${address(ada)}/bundle`);
  await page.getByRole("link", { name: "Sell Ten" }).click();
  await page.getByText("Without a card nothing can be charged.").click();
  await page.waitForURL(/tab=payments/);
  assert.equal(await page.getByRole("region", { name: "Cards" }).getByText("No card").count(), 1);
});

test("a test card is chosen from a list, made the default, and forgotten", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, `${address(ada)}?tab=payments`);
  const cards = page.getByRole("region", { name: "Cards" });
  assert.equal(await cards.locator('input:not([type="hidden"]):not([type="checkbox"])').count(), 0, "no field takes a number");
  const add = async label => {
    await cards.getByLabel("Test card").selectOption({ label });
    await cards.getByRole("button", { name: "Put it on file" }).click();
    await page.waitForURL(/done=card-added/);
    await page.getByRole("status").waitFor();
  };
  await add("visa ···· 4242: pays");
  await page.goto(`${lava}${address(ada)}?tab=payments`);
  await add("visa ···· 0341: The bank declined");
  assert.deepEqual(await listed(ada), ["visa 0341", "visa 4242!"]);
  await look(page, "customer-cards");
  await cards.getByRole("button", { name: "Charge this one" }).click();
  await page.waitForURL(/done=card-default/);
  assert.deepEqual(await listed(ada), ["visa 0341!", "visa 4242"]);
  await cards.locator("tbody tr", { hasText: "4242" }).getByText("Remove", { exact: true }).click();
  await shot(page, "customer-card-remove");

  // Sent by hand with a card that is another customer's, or nobody's.
  const other = (await api("POST", "/customers", { reference_id: "eve" })).customer_id;
  const theirs = (await api("POST", `/customers/${other}/payment_methods`, { token: "pm_card_visa" })).payment_method_id;
  const form = await cards.locator("form").first().evaluate(one => Object.fromEntries(new FormData(one)));
  for (const card of [theirs, "pm_test_01ARZ3NDEKTSV4RRFFQ69G5FAV", "%2E%2E"]) {
    for (const act of ["default", "remove"]) {
      const answer = await page.context().request.post(
        `${lava}${address(ada)}/cards/${card}/${act}`, { headers: { origin: lava }, form, maxRedirects: 0 });
      assert.equal(answer.status(), 404, `${card} ${act}`);
    }
  }

  assert.deepEqual([await listed(ada), await listed(other)], [["visa 0341!", "visa 4242"], ["visa 4242!"]]);
});

test("a declined card is told in words, and another card buys", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, `${address(ada)}/bundle`);
  page.expected.push("402");
  await page.getByRole("link", { name: "Sell Ten" }).click();
  const purchase = page.getByRole("region", { name: "The purchase" });
  assert.match(
    await purchase.textContent(),
    /Charged now\s*\$10\.00: \$9\.9940000000, in whole cents\s*Credit now\s*\$11\.0000000000\s*Card\s*visa ···· 0341/,
  );
  await page.getByRole("button", { name: "Charge $10.00 now" }).click();
  await page.getByRole("alert").waitFor();
  assert.match(await page.getByRole("alert").textContent(), /The card was not charged\. The bank declined\./);
  assert.deepEqual((await paid(ada)).map(payment => payment.status), ["failed"]);
  await shot(page, "customer-bundle-declined");
  await page.goto(`${lava}${address(ada)}?tab=payments`);
  await page.getByRole("region", { name: "Cards" }).locator("tbody tr", { hasText: "4242" })
    .getByRole("button", { name: "Charge this one" }).click();
  await page.waitForURL(/done=card-default/);
});

test("a bundle is bought once, however often it is sent", { timeout }, async t => {
  const page = await openPage(t);
  await signIn(page, address(ada));
  await page.getByRole("link", { name: "Sell a bundle" }).click();
  await page.getByRole("link", { name: "Sell Ten" }).click();
  await look(page, "customer-bundle");
  const [first, second] = await Promise.all([send(page, "/bundle"), send(page, "/bundle")]);
  assert.deepEqual([first.status(), second.status()], [303, 303]);
  await page.getByRole("button", { name: "Charge $10.00 now" }).dblclick();
  await page.waitForURL(/done=bundle-sold/);
  assert.deepEqual(
    (await paid(ada)).map(payment => [payment.status, payment.amount]), [["succeeded", "10.0000000000"], ["failed", "10.0000000000"]]);
  assert.match(await page.getByRole("region", { name: "Balance" }).textContent(), /Available now\s*\$11\.00/);

  // Another price than the one that was shown charges nobody.
  page.expected.push("400");
  await page.goto(`${lava}${address(ada)}/bundle`);
  await page.getByRole("link", { name: "Sell Ten" }).click();
  const [ten, other] = plan.credit_bundles;
  await api("PATCH", `/plans/${plan.plan_id}`, { credit_bundles: [{ ...ten, cost: "12" }, other] });
  await page.getByRole("button", { name: "Charge $10.00 now" }).click();
  await page.getByRole("alert").getByText("changed in the meantime").waitFor();
  assert.equal((await paid(ada)).length, 2);
  await page.getByRole("button", { name: "Charge $12.00 now" }).click();
  await page.waitForURL(/done=bundle-sold/);
  assert.equal((await paid(ada)).length, 3);
  assert.equal(await page.evaluate(() => window.pwned), undefined);
});

test("without scripts cards and bundles work", { timeout }, async t => {
  const page = await openPage(t, { scripts: false });
  await signIn(page, `${address(ada)}?tab=payments`);
  await page.getByRole("region", { name: "Cards" }).locator("tbody tr", { hasText: "0341" }).getByText("Remove", { exact: true }).click();
  await page.getByRole("region", { name: "Cards" }).locator("tbody tr", { hasText: "0341" })
    .getByRole("button", { name: "Forget this card" }).click();
  await page.waitForURL(/done=card-removed/);
  assert.deepEqual(await listed(ada), ["visa 4242!"]);
  await page.goto(`${lava}${address(ada)}/bundle`);
  await page.getByRole("link", { name: "Sell Ten" }).click();
  await page.getByRole("button", { name: "Charge $12.00 now" }).click();
  await page.waitForURL(/done=bundle-sold/);
});
