// The checkout's page over the scripted checkout: every step, as people of every kind see and use it. What it takes for a purchase to be
// one is the real server's to show (checkout.test.mjs).
import assert from "node:assert/strict";
import {
  ended, goodCard, holdMessages, inBrowser, lava, leave, leaveByKey, on, openLink, openWidget, originsOf, sentBy, shop,
} from "./harness.mjs";
import { look, session, setAway } from "./scripted.mjs";

/** A promise, and what keeps it. */
const later = () => {
  let keep;
  const promise = new Promise(kept => { keep = kept; });
  return [promise, keep];
};

const widget = async (page, fields) => {
  const made = await session({ origin: shop.origin, ...fields });
  return [await openWidget(page, made.token), made];
};

on("every step, light and dark, at three widths: accessible, within the edges, photographed", { width: 320, height: 640 }, async page => {
  const [checkout, made] = await widget(page, { polls: 1 });
  let number = 1;
  const see = name => {
    const file = `${String(number++).padStart(2, "0")}-${name}`;
    return checkout.assertSeen((scheme, width) => [scheme, width, file]);
  };
  await checkout.at("phone");
  await see("phone");
  await checkout.phone("123");
  await checkout.error("phone");
  await see("phone-error");
  await checkout.phone();
  await checkout.at("code");
  await see("code");
  await checkout.code("000000");
  await checkout.error("code");
  await see("code-error");
  await checkout.code();
  await checkout.at("card");
  await see("card");
  await checkout.card("4000000000000002");
  await checkout.error("card");
  await see("card-declined");
  await checkout.card("4000002500003155");
  await checkout.root.locator("dialog").waitFor();
  await see("card-bank");
  await checkout.button("Confirm").click();
  await checkout.at("confirm");
  await see("confirm");
  const [held, release] = later();
  await page.route("**/state", async route => {
    await held;
    await route.continue();
  });
  await checkout.primary().click();
  await checkout.at("processing");
  await see("processing");
  const pass = await holdMessages(page);
  release();
  await checkout.at("done");
  await see("done");
  await pass();
  assert.equal((await ended(page)).how, "success");
  assert.equal((await look(made)).payments, 1);
});

on("other pages, light and dark: a top-up, signing up, expired, not offered, in review, declined, the bank, a link", {}, async page => {
  const see = (checkout, name) => checkout.assertSeen(scheme => [scheme, "others", name], [[390, 844]]);
  let [checkout] = await widget(page, { mode: "TopUp" });
  await checkout.phone();
  await checkout.code();
  await checkout.root.getByText("Another amount").click();
  await checkout.field("Amount in US dollars").fill("abc");
  await checkout.primary().click();
  await checkout.error("amount");
  await see(checkout, "amount");
  [checkout] = await widget(page, { mode: "Onboarding", masked: "•••• 2671" });
  await checkout.at("phone");
  await see(checkout, "onboarding");
  await checkout.primary().click();
  const pass = await holdMessages(page);
  await checkout.code();
  await checkout.at("done");
  await see(checkout, "onboarding-done");
  await pass();
  assert.equal((await ended(page)).how, "success");
  for (const [name, fields, step] of [
    ["expired", { isExpired: true }, "expired"],
    ...["OfferGone", "AlreadySubscribed", "NoProvider", "InReview"].map(problem => [problem, { problem }, "unavailable"]),
  ]) {
    [checkout] = await widget(page, fields);
    await checkout.at(step);
    await see(checkout, name);
  }

  assert.equal((await checkout.leaveBy("Close")).how, "cancel");
  [checkout] = await widget(page, { mode: "CreditBundle" });
  await checkout.toConfirm("4000000000000341");
  await checkout.primary().click();
  await checkout.error("card");
  await see(checkout, "charge-declined");
  await checkout.button("Use another card").click();
  await checkout.card("4000002760003184");
  await checkout.button("Confirm").click();
  await checkout.at("confirm");
  await checkout.primary().click();
  await checkout.at("authenticate");
  await see(checkout, "authenticate");
  const made = await session({});
  checkout = await openLink(page, made.secret);
  await checkout.at("phone");
  await see(checkout, "link");
  await page.goto(`${lava}checkout/${made.secret.replace(/.$/, "~")}`);
  await see(checkout, "no-such-checkout");
});

on("in the widget's frame of an everyday window: what it needs is allowed; left in any way it goes on where it was; bought",
  { isEveryday: true }, async page => {
    let [checkout, made] = await widget(page);
    const leaves = async how => {
      const end = await how();
      assert.deepEqual([Object.keys(end), end.how], [["how", "checkoutSessionId"], "cancel"]);
      checkout = await openWidget(page, made.token);
    };
    await checkout.at("phone");
    const frame = page.locator("iframe");
    assert.equal(await frame.getAttribute("sandbox"), "allow-forms allow-scripts allow-same-origin");
    assert.equal(await frame.getAttribute("referrerpolicy"), "no-referrer");
    await leaves(() => leaveByKey(page));
    await checkout.phone();
    await checkout.at("code");
    for (const how of [() => checkout.leaveBy("Cancel"), () => checkout.leaveBy("Close checkout"), () => leaveByKey(page)]) {
      await leaves(how);
      await checkout.at("code");
    }

    await checkout.code();
    await checkout.card();
    await checkout.at("confirm");
    assert.equal((await checkout.frame().evaluate(() => Object.keys(sessionStorage))).length, 1);
    await checkout.primary().click();
    await checkout.at("done");

    // What the shop's page is told is looked at first: whom it is for, and all that it says.
    await checkout.frame().evaluate(() => {
      window.told = [];
      window.shop = window.parent;
      window.parent = { postMessage: (...message) => window.told.push(message) };
    });
    await checkout.button("Done").click();
    const told = await checkout.frame().evaluate(() => window.told);
    // The frame goes with the message: behind the answer to us, which Chromium would owe for ever.
    await checkout.frame().evaluate(() => { setTimeout(() => window.told.forEach(message => window.shop.postMessage(...message))); });
    const end = await ended(page);
    assert.equal(end.how, "success");
    assert.match(end.checkoutSessionId, /^cs_test_/);
    assert.match(end.connectionId, /^con_test_/);
    assert.deepEqual(told, [[
      {
        type: "lava_checkout_success", checkoutSessionId: end.checkoutSessionId, connectionId: end.connectionId,
        customerId: end.connectionId,
      },
      shop.origin,
    ]]);
    assert.equal(await frame.count(), 0);
    const known = await look(made);
    assert.deepEqual([known.phone, known.country, known.payments], ["+14155552671", "US", 1]);

    const acts = page.requests.filter(request => request.method() === "POST");
    const names = acts.map(request => request.url().split("/").pop());
    assert.deepEqual(names.filter(name => name !== "state"), ["phone", "code", "card", "pay"]);
    for (const act of acts) {
      const headers = await act.allHeaders();
      assert.equal(headers.origin, new URL(lava).origin);
      assert.equal(headers.referer, undefined);
    }

    assert.deepEqual(page.problems, []);
    assert.deepEqual(originsOf(page), [new URL(lava).origin, shop.origin].sort());
  });

on("cards that are none, or are declined, and a bank that is not answered: words by the card; then one pays once", {}, async page => {
  const [checkout, made] = await widget(page);
  await checkout.toCard();
  for (const [number, words] of [
    ["4111111111111111", /test cards only/], ["4242424242424241", /not complete or not right/], ["4000000000000002", /declined/],
  ]) {
    await checkout.card(number);
    await checkout.root.locator("#card-error").getByText(words).waitFor();
  }

  assert.equal(await checkout.field("Card number").inputValue(), "");
  await checkout.card("4000002760003184");
  await checkout.button("Refuse").click();
  await checkout.root.locator("#card-error").getByText(/did not confirm/).waitFor();
  await checkout.card("4000002760003184");
  await checkout.button("Confirm").click();
  await checkout.at("confirm");
  await checkout.primary().click();
  await checkout.at("authenticate");
  await checkout.button("Refuse").click();
  assert.match(await checkout.error("card"), /did not confirm/);
  await checkout.primary().click();
  await checkout.at("authenticate");
  await checkout.button("Refuse").click();
  await checkout.button("Use another card").click();
  await checkout.card("4000000000000341");
  await checkout.at("confirm");
  await checkout.primary().click();
  assert.match(await checkout.error("card"), /declined/);
  await checkout.root.getByText("Use another card", { exact: true }).click();
  await checkout.button("Enter a new card").click();
  await checkout.card(goodCard);
  await checkout.at("confirm");
  await checkout.primary().click();
  await checkout.at("done");
  const known = await look(made);
  assert.deepEqual([known.payments, known.cards], [1, ["3184", "0341", "4242"]]);
  assert.doesNotMatch(sentBy(page), /4242424242|4111111111|4000000000|4000002760|1231\b/);
});

on("phones and codes: what is wrong is told beside its field, which has the focus; another code helps", {}, async page => {
  const [checkout, made] = await widget(page);
  const focus = () => checkout.frame().evaluate(() => document.activeElement.id);
  await checkout.at("phone");
  await checkout.field("Phone number").fill("+44 7700 900123");
  assert.equal(await checkout.root.getByRole("combobox", { name: "Country" }).inputValue(), "GB");
  await checkout.phone("1", "US");
  await checkout.error("phone");
  assert.equal(await focus(), "number");
  assert.equal(await checkout.field("Phone number").inputValue(), "1");
  await checkout.phone("+49 (0)151 23456789");
  await checkout.at("code");
  assert.equal(await focus(), "title");
  for (let i = 0; i < 5; i++) {
    await checkout.code("999999");
    assert.match(await checkout.error("code"), /not the code/);
    assert.equal(await focus(), "code");
    assert.equal(await checkout.field("Code").inputValue(), "");
    await checkout.frame().evaluate(() => document.querySelector("#code-error").remove());
  }

  await checkout.code();
  assert.match(await checkout.error("code"), /too often/);
  await checkout.button("Change number").click();
  await checkout.phone("0151 23456789", "DE");
  await checkout.code();
  await checkout.at("card");
  assert.deepEqual([(await look(made)).phone, (await look(made)).country], ["+4915123456789", "DE"]);
});

on("keyboard alone, from the first field to the end", {}, async page => {
  const [checkout, made] = await widget(page);
  await checkout.at("phone");
  const keys = page.keyboard;
  const tabTo = async name => {
    for (let i = 0; i < 20; i++) {
      await keys.press("Tab");
      if (await checkout.frame().evaluate(wanted => {
        const at = document.activeElement;
        return [at.labels?.[0]?.textContent, at.textContent].some(text => text?.trim() === wanted);
      }, name)) {
        return;
      }
    }

    assert.fail(`Tab does not reach ${name}`);
  };
  await tabTo("Phone number");
  await keys.type("4155552671");
  await keys.press("Enter");
  await checkout.at("code");
  await tabTo("Code");
  await keys.type("123456");
  await keys.press("Enter");
  await checkout.at("card");
  await tabTo("Card number");
  await keys.type("4242424242424242");
  assert.equal(await checkout.field("Card number").inputValue(), "4242 4242 4242 4242");
  await keys.press("Tab");
  await keys.type("531");
  assert.equal(await checkout.field("Expires").inputValue(), "05 / 31");
  await keys.press("Tab");
  await keys.type("123");
  await keys.press("Enter");
  await checkout.at("confirm");
  await tabTo("Pay $25.00");
  await keys.press("Enter");
  await checkout.at("done");
  assert.equal((await leaveByKey(page, "Enter")).how, "success");
  assert.equal((await look(made)).payments, 1);
});

on("returning: the card on file is there, another one can be taken", {}, async page => {
  const [checkout, made] = await widget(page, { isReturning: true });
  await checkout.phone();
  await checkout.code();
  await checkout.at("confirm");
  await checkout.root.getByText("Visa").first().waitFor();
  await checkout.button("Use another card").click();
  await checkout.card("5555555555554444");
  await checkout.at("confirm");
  await checkout.root.getByText("Use another card").click();
  await checkout.assertUsable();
  await checkout.picture("light", "others", "cards");
  await checkout.button("Visa").click();
  await checkout.root.locator(".chosen > .card", { hasText: "Visa" }).waitFor();
  assert.deepEqual((await look(made)).cards, ["4242", "4444"]);
});

on("a top-up of one's own amount", {}, async page => {
  const [checkout, made] = await widget(page, { mode: "TopUp" });
  await checkout.phone();
  await checkout.code();
  await checkout.root.getByText("Another amount").click();
  await checkout.field("Amount in US dollars").fill("$1.234,50");
  await checkout.primary().click();
  await checkout.button("Change amount").click();
  await checkout.assertUsable();
  await checkout.button("Keep $1,234.50").click();
  await checkout.card();
  await checkout.button("Change amount").click();
  await checkout.field("Amount in US dollars").fill("20,000");
  await checkout.primary().click();
  assert.match(await checkout.error("amount"), /from/);
  await checkout.root.getByText("$50.00").click();
  await checkout.primary().click();
  await checkout.button("Pay $50.00").click();
  await checkout.at("done");
  assert.deepEqual([(await look(made)).amount, (await look(made)).payments], ["50.0000000000", 1]);
});

on("the server is away: a payment that it never had can be sent again, one whose answer was lost is looked for", {}, async page => {
  await page.clock.install();
  let isAway = true;

  // Before the frame is there: one of another site may be past it else.
  await page.route("**/phone", route => (isAway ? route.abort() : route.continue()));
  const [checkout, made] = await widget(page);
  await checkout.phone();
  await checkout.root.getByText("can't be reached").waitFor();
  isAway = false;
  await checkout.primary().click();
  await checkout.code();
  await checkout.card();
  await checkout.at("confirm");

  await page.route("**/pay", route => route.abort(), { times: 1 });
  await checkout.primary().click();
  await checkout.root.getByText("We don't know yet").waitFor();
  await page.clock.runFor(1_000);
  await checkout.root.getByText("did not go through").waitFor();
  assert.ok(await checkout.frame().evaluate(() => document.activeElement.classList.contains("alert")));

  await page.route("**/pay", async route => {
    await route.fetch();
    await route.abort();
  });
  await checkout.primary().click();
  await checkout.root.getByText("We don't know yet").waitFor();
  await page.clock.runFor(1_000);
  await checkout.at("done");
  assert.equal((await look(made)).payments, 1);
});

on("the network is away while the payment runs: looked for until it is back, and nothing else is done meanwhile", {}, async page => {
  await page.clock.install();
  const [checkout, made] = await widget(page);
  await checkout.toConfirm();
  let isBack = false;
  let seen = later();
  await page.route("**/pay", async route => {
    await route.fetch();
    await route.abort();
  });
  await page.route("**/state", async route => {
    await (isBack ? route.continue() : route.abort());
    seen[1]();
  });
  await page.clock.pauseAt(Date.now() + 60_000);
  await checkout.primary().click();
  await checkout.root.getByText("We don't know yet").waitFor();
  for (const pause of [1_000, 2_000, 3_000]) {
    seen = later();
    await page.clock.runFor(pause);
    await seen[0];
    await checkout.root.locator("main[data-held]:has(.primary[aria-disabled])").waitFor();
    await checkout.button("Cancel").click();
    await checkout.button("Close checkout").click();
    await page.keyboard.press("Escape");
    await checkout.frame().evaluate(() => document.querySelector("form").requestSubmit());
  }

  await checkout.root.getByText("We don't know yet").waitFor();
  assert.equal(await page.locator("#end").textContent(), "");
  isBack = true;
  await page.clock.runFor(5_000);
  await checkout.at("done");
  assert.equal((await checkout.leaveBy("Done")).how, "success");
  assert.equal((await look(made)).payments, 1);
  assert.equal(page.requests.filter(request => request.url().endsWith("/pay")).length, 1);
});

on("a payment that nothing is heard of for minutes: the frame may be closed then, and not before", {}, async page => {
  await page.clock.install();
  for (const isLost of [false, true]) {
    const [checkout] = await widget(page, { polls: 1_000 });
    await checkout.toConfirm();
    let seen;
    await page.route("**/state", async route => {
      await (isLost ? route.abort() : route.continue());
      seen?.();
    });
    if (isLost) {
      await page.route("**/pay", route => route.abort());
    }

    await checkout.primary().click();
    await (isLost ? checkout.root.getByText("We don't know yet").waitFor() : checkout.at("processing"));
    const close = checkout.root.getByRole("button", { name: isLost ? "Cancel" : "Close", exact: true });
    for (const pause of [61_000, 61_000]) {
      await page.keyboard.press("Escape");
      assert.deepEqual([await page.locator("#end").textContent(), await close.count()], ["", isLost ? 1 : 0]);
      const [looked, look] = later();
      seen = look;
      await page.clock.fastForward(pause);
      await looked;
    }

    await checkout.root.locator("main:not([data-held])").waitFor();
    assert.equal((await leave(page, () => close.click())).how, "cancel");
    await page.unrouteAll({ behavior: "wait" });
  }
});

on("no way of leaving cancels a payment that is being sent", {}, async page => {
  const [checkout, made] = await widget(page);
  await checkout.toConfirm();
  const [held, release] = later();
  const [started, start] = later();
  await page.route("**/pay", async route => {
    start();
    await held;
    await route.continue();
  });
  await checkout.primary().click();
  await started;
  await checkout.button("Cancel").click();
  await checkout.button("Close checkout").click();
  await page.keyboard.press("Escape");
  release();
  await checkout.at("done");
  assert.equal((await checkout.leaveBy("Done")).how, "success");
  assert.equal((await look(made)).payments, 1);
});

on("a code that is not sent again is not said to be", {}, async page => {
  await page.clock.install();
  const [checkout, made] = await widget(page);
  await checkout.phone();
  await checkout.at("code");
  const status = checkout.root.locator("p.unseen[role=status]");
  const resend = async () => {
    // The time is counted from the moment the step's module is there.
    await checkout.root.getByRole("button", { name: /^Send another code in \d+ s$/ }).waitFor();
    await page.clock.fastForward(31_000);
    await checkout.button("Send another code").click();
  };
  await resend();
  await status.getByText("Another code was sent.").waitFor();
  await resend();
  await checkout.root.getByRole("alert").getByText("No more codes").waitFor();
  assert.equal(await status.textContent(), "");
  assert.equal((await look(made)).sends, 2);
});

on("what the card's step needs can't be loaded: said so, and had when it is pressed again", {}, async page => {
  let isAway = true;
  for (const file of ["card-sandbox.mjs", "test-cards.json"]) {
    await page.route(new RegExp(`/${file}`), route => (isAway ? route.abort() : route.continue()));
  }

  const [checkout] = await widget(page);
  await checkout.toCard();
  await checkout.root.getByText("can't be reached").waitFor();
  await checkout.card();
  await checkout.root.getByText("can't be reached").waitFor();
  isAway = false;
  await checkout.primary().click();
  await checkout.root.getByText("can't be reached").waitFor({ state: "hidden" });
  await checkout.primary().click();
  await checkout.at("confirm");
  assert.deepEqual(page.problems.filter(text => !text.includes("ERR_FAILED")), []);
});

on("a checkout that can't be shown in its frame can be closed", {}, async page => {
  const [checkout, made] = await widget(page);
  await checkout.at("phone");
  await checkout.leaveBy("Cancel");
  await setAway(made, true);
  const again = await openWidget(page, made.token);
  try {
    await again.root.getByRole("heading", { name: "can't be shown now" }).waitFor();
    await again.assertUsable();
    await again.picture("light", "others", "away");
  } finally {
    await setAway(made, false);
  }

  assert.equal((await again.leaveBy("Close")).how, "cancel");
});

on("where frames may store nothing, a session that is opened again asks for a code again", {}, async page => {
  const [checkout, made] = await widget(page);
  await checkout.toConfirm();
  await assert.rejects(checkout.frame().evaluate(() => sessionStorage.length), /SecurityError/);
  await checkout.leaveBy("Cancel");
  const again = await openWidget(page, made.token);
  await again.phone();
  await again.code();
  await again.at("confirm");
});

on("text twice as large stays within the edges", { width: 640, height: 900 }, async page => {
  const [checkout] = await widget(page);
  const double = () => checkout.frame().evaluate(() => { document.documentElement.style.setProperty("font-size", "200%"); });
  await checkout.at("phone");
  await double();
  await checkout.assertUsable();
  await checkout.toConfirm();
  await checkout.assertUsable();
  await checkout.picture("light", "others", "large-text");
});

inBrowser("the page");
