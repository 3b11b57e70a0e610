// The same purchase where Stripe takes the cards (its stand-in, and the stand-in's frames in the place of Stripe's).
import assert from "node:assert/strict";
import { Checkout, goodCard, inBrowser, lava, on, openWidget, originsOf, sentBy, shop } from "./harness.mjs";
import { api, call, openBusiness, pass, payments, sdk, until } from "./merchant.mjs";

const stripe = new URL(process.env.LAVA_TEST_STRIPE).origin;
let business;
let phones = 300;

/** Buys from somebody's card on, in the widget. */
const atCard = (name, run) => on(name, {}, async page => {
  const session = await sdk.checkoutSessions.create({
    checkout_mode: "subscription", origin_url: shop.origin, plan_id: business.pro.plan_id,
  });
  const checkout = await openWidget(page, session.checkout_session_token);
  const phone = `(415) 555-0${phones++}`;
  await checkout.phone(phone);
  await checkout.code();
  await checkout.at("card");
  await run(page, checkout, session, phone);
});

const field = (checkout, kind) => checkout.root.frameLocator(`iframe[name="stub-${kind}"]`).locator("input");
const enter = async (checkout, number) => {
  await checkout.at("card");
  await field(checkout, "cardNumber").fill(number);
  await field(checkout, "cardExpiry").fill("1231");
  await field(checkout, "cardCvc").fill("123");
  await checkout.primary().click();
};
const bank = checkout => checkout.root.frameLocator('iframe[name="stub-challenge"]');

/** No request to Lava, by whatever frame, holds a card's number, date or code. */
const assertUnseen = (page, ...numbers) => {
  const seen = sentBy(page, lava);
  for (const number of numbers) {
    assert.ok(!seen.includes(number.slice(0, 12)), "a number came to Lava");
  }

  assert.doesNotMatch(seen, /"1231"|"123"/);
  assert.ok(sentBy(page, stripe).includes(numbers.at(-1)), "the number went to Stripe");
};

atCard("bought with 4242…: the number goes to Stripe alone, the next call is paid from the plan's credit", async (page, checkout) => {
  await field(checkout, "cardNumber").waitFor();
  await checkout.picture("light", "stripe", "card");
  await enter(checkout, goodCard);
  await checkout.at("confirm");
  await checkout.picture("light", "stripe", "confirm");
  await checkout.button("Pay $25.00").click();
  await checkout.at("done");
  const { how, connectionId } = await checkout.leaveBy("Done");
  assert.equal(how, "success");
  assert.deepEqual(await payments(connectionId), ["subscription 25 succeeded"]);
  assert.equal(await call(connectionId, "calls"), 200);
  const balance = () => api("GET", `customers/${connectionId}/balance`);
  await until(async () => Number((await balance()).cycle_remaining) === 19.5, "the charge");
  assertUnseen(page, goodCard);
  assert.deepEqual(page.problems, []);
  assert.deepEqual(originsOf(page), [new URL(lava).origin, shop.origin, stripe].sort());
});

atCard("declined at setup and at the charge, then another card", async (page, checkout) => {
  const entry = () => checkout.root.locator("form[data-client]").getAttribute("data-client");
  const first = await entry();
  await enter(checkout, "4000000000000002");
  assert.match(await checkout.error("card"), /declined/);
  const second = await entry();
  assert.notEqual(second, first, "the server heard of it and began another entry");

  // As it is where Stripe was away: the button asks for an entry, and nothing else.
  await checkout.root.locator("form[data-client]").evaluate(form => { form.dataset.client = ""; });
  await checkout.primary().click();
  await checkout.root.locator(`form[data-client="${second}"]`).waitFor();
  assert.equal(await checkout.root.locator("#card-error").count(), 0);
  await enter(checkout, "4000000000000341");
  await checkout.at("confirm");
  await checkout.primary().click();
  await checkout.root.getByText(/was declined/).first().waitFor();
  await checkout.button("Use another card").click();
  await enter(checkout, goodCard);
  await checkout.at("confirm");
  await checkout.primary().click();
  await checkout.at("done");
  const { connectionId } = await checkout.leaveBy("Done");
  assert.deepEqual(await payments(connectionId), ["subscription 25 failed", "subscription 25 succeeded"]);
  assertUnseen(page, "4000000000000002", "4000000000000341", goodCard);
});

atCard("the bank's question in Stripe's own frame: not shown, refused, then answered", async (page, checkout) => {
  await enter(checkout, "4000002760003184");
  await bank(checkout).getByRole("button", { name: "Complete" }).click();
  await checkout.at("confirm");

  // A question that can't be shown is not asked again by itself, for ever.
  await checkout.frame().evaluate(() => {
    const real = window.Stripe;
    window.asked = 0;
    window.Stripe = key => ({
      ...real(key),
      handleNextAction: async () => {
        window.asked++;
        window.Stripe = real;
        return { error: { type: "api_connection_error" } };
      },
    });
  });
  await checkout.primary().click();
  await checkout.root.getByText("not answered yet").waitFor();
  assert.deepEqual([await checkout.frame().evaluate(() => window.asked), await bank(checkout).locator("button").count()], [1, 0]);
  await checkout.button("Ask again").click();
  const own = checkout.root.locator("[data-own-tab] a");
  await own.waitFor();
  const address = await own.getAttribute("href");
  assert.deepEqual([address, await own.textContent()], [checkout.frame().url().replace("/embed/", "/"), address]);
  await bank(checkout).getByRole("button", { name: "Fail" }).click();
  await checkout.at("confirm");
  await checkout.root.getByText(/not confirmed/).first().waitFor();
  await checkout.primary().click();
  await bank(checkout).getByRole("button", { name: "Complete" }).click();
  await checkout.at("done");
  const { connectionId } = await checkout.leaveBy("Done");
  assert.deepEqual((await payments(connectionId)).filter(line => line.endsWith("succeeded")), ["subscription 25 succeeded"]);
  assertUnseen(page, "4000002760003184");
});

atCard("a bank's question that the frame does not show: answered in a tab", async (page, checkout, session, phone) => {
  await enter(checkout, "4000002760003184");
  await bank(checkout).getByRole("button", { name: "Complete" }).click();
  await checkout.at("confirm");
  await checkout.primary().click();
  const address = await checkout.root.locator("[data-own-tab] a[href]").getAttribute("href");
  await checkout.button("Pay another way").dispatchEvent("click");
  assert.match(await checkout.error("card"), /not confirmed/);

  const window = await page.context().newPage();
  await window.goto(address);
  const tab = new Checkout(window, window, () => window.mainFrame());
  await tab.phone(phone);
  await tab.code();
  await tab.at("card");
  await tab.root.getByRole("button", { name: /ending in 3184/ }).click();
  await tab.at("confirm");
  await tab.primary().click();
  await bank(tab).getByRole("button", { name: "Complete" }).click();
  await tab.at("done");
  const { customer_id: customer } = await api("GET", `checkout_sessions/${session.checkout_session_id}`);
  assert.deepEqual(await payments(customer), ["subscription 25 failed", "subscription 25 succeeded"]);
});

atCard("a renewal that the bank wants confirmed: declined alone, confirmed on the page, paid once", async (page, checkout, session) => {
  const pay = async () => {
    await enter(checkout, "4000002760003184");
    await bank(checkout).getByRole("button", { name: "Complete" }).click();
    await checkout.at("confirm");
    await checkout.primary().click();
  };
  await pay();
  await bank(checkout).getByRole("button", { name: "Complete" }).click();
  await checkout.at("done");
  const { connectionId } = await checkout.leaveBy("Done");
  await pass("end-cycle", session);
  await until(async () => (await payments(connectionId)).includes("renewal 25 waiting"), "the decline");

  const again = await sdk.checkoutSessions.create({
    checkout_mode: "subscription", origin_url: shop.origin, plan_id: business.pro.plan_id, customer_id: connectionId,
  });
  checkout = await openWidget(page, again.checkout_session_token);
  await checkout.at("phone");
  await checkout.primary().click();
  await checkout.code();
  await pay();
  await bank(checkout).getByRole("button", { name: "Fail" }).click();
  await checkout.at("confirm");
  assert.match(await checkout.error("card"), /not confirmed/);
  await checkout.primary().click();
  await bank(checkout).getByRole("button", { name: "Complete" }).click();
  await checkout.at("done");
  await checkout.leaveBy("Done");
  assert.deepEqual(await payments(connectionId), ["subscription 25 succeeded", "renewal 25 succeeded"]);
  assert.equal(Number((await api("GET", `customers/${connectionId}/balance`)).cycle_remaining), 20);
  assertUnseen(page, "4000002760003184");
});

inBrowser("buying with Stripe", async () => {
  business = await openBusiness();
});
