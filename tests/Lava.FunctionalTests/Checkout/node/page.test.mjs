// The checkout's page over the scripted checkout: every step, as people of every kind see and use it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ended, goodCard, lava, newPage, openBrowser, openLink, openShop, openWidget } from "./harness.mjs";
import { look, session, setAway } from "./scripted.mjs";

let browser;
let shop;

before(async () => [browser, shop] = await Promise.all([openBrowser(), openShop()]));
after(async () => {
  await browser?.close();
  shop?.close();
});

/** A test with a page of its own. */
const on = (name, options, run) => test(name, async () => {
  const page = await newPage(options);
  try {
    await run(page);
  } finally {
    await page.context().close();
  }
});

/** A promise, and what keeps it. */
const later = () => {
  let keep;
  const promise = new Promise(kept => { keep = kept; });
  return [promise, keep];
};

const widget = async (page, fields) => {
  const made = await session({ origin: shop.origin, ...fields });
  return [await openWidget(page, shop, made.token), made];
};

on("in the widget's frame: its attributes, storage, Origin header and policy allow the page's needs", { isEveryday: true }, async page => {
  const [checkout] = await widget(page);
  const frame = page.locator("iframe");
  assert.equal(await frame.getAttribute("sandbox"), "allow-forms allow-scripts allow-same-origin");
  assert.equal(await frame.getAttribute("referrerpolicy"), "no-referrer");
  await checkout.toConfirm();
  assert.equal((await checkout.frame().evaluate(() => Object.keys(sessionStorage))).length, 1);
  const acts = page.requests.filter(request => request.method() === "POST");
  assert.deepEqual(acts.map(request => request.url().split("/").pop()), ["phone", "code", "card"]);
  for (const act of acts) {
    const headers = await act.allHeaders();
    assert.equal(headers.origin, new URL(lava).origin);
    assert.equal(headers.referer, undefined);
  }

  assert.deepEqual(page.problems, []);
  const origins = new Set(page.requests.map(request => new URL(request.url()).origin));
  assert.deepEqual([...origins].sort(), [new URL(lava).origin, shop.origin].sort());
});

for (const scheme of ["light", "dark"]) {
  for (const [width, height] of [[320, 640], [390, 844], [1280, 900]]) {
    on(`every step, ${scheme}, ${width} px: accessible, within the edges, photographed`, { width, height, scheme }, async page => {
      const [checkout, made] = await widget(page, { polls: 1 });
      let number = 1;
      const see = async name => {
        await checkout.assertUsable();
        await checkout.picture(scheme, `${width}`, `${String(number++).padStart(2, "0")}-${name}`);
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
      await checkout.primary().click();
      await checkout.at("processing");
      await see("processing");
      await checkout.at("done");
      await see("done");
      assert.equal((await ended(page)).how, "success");
      assert.equal((await look(made)).payments, 1);
    });
  }

  on(`other pages, ${scheme}: top-up, onboarding, expired, not offered, in review, the bank, a link`, { width: 390, height: 844, scheme },
    async page => {
      const see = async (checkout, name) => {
        await checkout.assertUsable();
        await checkout.picture(scheme, "others", name);
      };
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
      await checkout.code();
      await checkout.at("done");
      await see(checkout, "onboarding-done");
      [checkout] = await widget(page, { isExpired: true });
      await checkout.at("expired");
      await see(checkout, "expired");
      for (const problem of ["OfferGone", "AlreadySubscribed", "NoProvider", "InReview"]) {
        [checkout] = await widget(page, { problem });
        await checkout.at("unavailable");
        await see(checkout, problem);
      }

      [checkout] = await widget(page, { mode: "CreditBundle" });
      await checkout.toConfirm("4000000000000341");
      await checkout.primary().click();
      await checkout.error("card");
      await see(checkout, "charge-declined");
      const made = await session({});
      checkout = await openLink(page, made.secret);
      await checkout.at("phone");
      await see(checkout, "link");
      await page.goto(`${lava}checkout/${made.secret.replace(/.$/, "~")}`);
      await see(checkout, "no-such-checkout");
    });
}

on("buying: the shop hears of it once the person is done, with the ids", {}, async page => {
  const [checkout, made] = await widget(page);
  await checkout.toConfirm();
  await checkout.primary().click();
  await checkout.at("done");
  await checkout.button("Done").click();
  const end = await ended(page);
  assert.equal(end.how, "success");
  assert.match(end.checkoutSessionId, /^cs_test_/);
  assert.match(end.connectionId, /^con_test_/);
  assert.equal(await page.locator("iframe").count(), 0);
  assert.deepEqual([(await look(made)).phone, (await look(made)).country], ["+14155552671", "US"]);
});

on("no card number leaves the browser, test card or not", {}, async page => {
  const [checkout, made] = await widget(page);
  await checkout.toCard();
  await checkout.card("4111111111111111");
  assert.match(await checkout.error("card"), /test cards only/);
  await checkout.card("4242424242424241");
  assert.match(await checkout.error("card"), /not complete or not right/);
  await checkout.card(goodCard);
  await checkout.at("confirm");
  const sent = page.requests.map(request => `${request.url()} ${request.postData() ?? ""}`).join("\n").replace(/[ -]/g, "");
  assert.doesNotMatch(sent, /4242424242|4111111111|1231\b/);
  assert.deepEqual((await look(made)).cards, ["4242"]);
});

on("declined at setup and at the charge: words by the card, then another one pays once", {}, async page => {
  const [checkout, made] = await widget(page);
  await checkout.toCard();
  await checkout.card("4000000000000002");
  assert.match(await checkout.error("card"), /declined/);
  assert.equal(await checkout.field("Card number").inputValue(), "");
  await checkout.card("4000000000000341");
  await checkout.at("confirm");
  await checkout.primary().click();
  assert.match(await checkout.error("card"), /declined/);
  await checkout.button("Use another card").click();
  await checkout.card(goodCard);
  await checkout.at("confirm");
  await checkout.primary().click();
  await checkout.at("done");
  assert.equal((await look(made)).payments, 1);
});

on("the bank's question: refused, then confirmed", {}, async page => {
  const [checkout, made] = await widget(page);
  await checkout.toCard();
  await checkout.card("4000002760003184");
  await checkout.button("Refuse").click();
  assert.match(await checkout.error("card"), /did not confirm/);
  await checkout.card("4000002760003184");
  await checkout.button("Confirm").click();
  await checkout.at("confirm");
  await checkout.primary().click();
  await checkout.at("authenticate");
  await checkout.assertUsable();
  await checkout.picture("light", "others", "authenticate");
  await checkout.button("Refuse").click();
  assert.match(await checkout.error("card"), /did not confirm/);
  await checkout.primary().click();
  await checkout.at("authenticate");
  await checkout.button("Confirm").click();
  await checkout.at("done");
  assert.equal((await look(made)).payments, 1);
});

on("wrong codes: told beside the field, then another code helps", {}, async page => {
  const [checkout, made] = await widget(page);
  await checkout.phone("+49 (0)151 23456789");
  for (let i = 0; i < 5; i++) {
    await checkout.code("999999");
    assert.match(await checkout.error("code"), /not the code/);
    assert.equal(await checkout.field("Code").inputValue(), "");
    await checkout.frame().evaluate(() => document.querySelector("#code-error").remove());
  }

  await checkout.code();
  assert.match(await checkout.error("code"), /too often/);
  await page.clock.install();
  await checkout.button("Change number").click();
  await checkout.phone("0151 23456789", "DE");
  await checkout.code();
  await checkout.at("card");
  assert.deepEqual([(await look(made)).phone, (await look(made)).country], ["+4915123456789", "DE"]);
});

on("a number with a plus chooses its country", {}, async page => {
  const [checkout] = await widget(page);
  await checkout.at("phone");
  await checkout.field("Phone number").fill("+44 7700 900123");
  assert.equal(await checkout.root.getByRole("combobox", { name: "Country" }).inputValue(), "GB");
});

for (const [how, leave] of [
  ["the button", checkout => checkout.button("Cancel").click()],
  ["the cross", checkout => checkout.button("Close checkout").click()],
  ["Escape", checkout => checkout.page.keyboard.press("Escape")],
]) {
  on(`cancelled by ${how}: the shop hears of it, and the same token goes on where it was`, { isEveryday: true }, async page => {
    const [checkout, made] = await widget(page);
    await checkout.phone();
    await checkout.at("code");
    await leave(checkout);
    const end = await ended(page);
    assert.deepEqual(Object.keys(end), ["how", "checkoutSessionId"]);
    assert.equal(end.how, "cancel");
    const again = await openWidget(page, shop, made.token);
    await again.code();
    await again.at("card");
  });
}

on("Escape before anything was clicked closes the widget", {}, async page => {
  const [checkout] = await widget(page);
  await checkout.at("phone");
  await page.keyboard.press("Escape");
  assert.equal((await ended(page)).how, "cancel");
});

for (const where of ["frame", "link"]) {
  on(`a reload shows the same step: ${where}`, {}, async page => {
    const made = await session({ origin: shop.origin, polls: 1 });
    const checkout = where === "link" ? await openLink(page, made.secret) : await openWidget(page, shop, made.token);
    const reload = async step => {
      await checkout.frame().evaluate(() => location.reload());
      await checkout.at(step);
    };
    await checkout.at("phone");
    await reload("phone");
    await checkout.phone();
    await checkout.at("code");
    await reload("code");
    await checkout.code();
    await checkout.at("card");
    await reload("card");
    await checkout.card();
    await checkout.at("confirm");
    await reload("confirm");
    await checkout.primary().click();
    await checkout.at("done");
    await reload("done");
    assert.equal((await look(made)).payments, 1);
  });
}

on("two clicks on Pay, and two pages: one payment", {}, async page => {
  const made = await session({ origin: shop.origin });
  const checkout = await openWidget(page, shop, made.token);
  await checkout.toConfirm();
  await checkout.frame().evaluate(() => {
    const pay = document.querySelector(".primary");
    pay.click();
    pay.click();
  });
  await checkout.at("done");
  assert.equal((await look(made)).payments, 1);
  assert.equal(page.requests.filter(request => request.url().endsWith("/pay")).length, 1);
  const other = await openLink(await page.context().newPage(), made.secret);
  await other.at("done");
  await other.root.getByRole("heading", { name: "This checkout is complete" }).waitFor();
  assert.equal(await other.main.getAttribute("data-connection"), null);
});

on("another browser sees neither phone nor card", {}, async page => {
  const made = await session({ origin: shop.origin });
  const checkout = await openWidget(page, shop, made.token);
  await checkout.toConfirm();
  const stranger = await newPage();
  const other = await openLink(stranger, made.secret);
  await other.at("phone");
  assert.doesNotMatch(await stranger.content(), /2671|4242 4242|•••• 4242/);
  await stranger.context().close();
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
  await keys.press("Enter");
  assert.equal((await ended(page)).how, "success");
  assert.equal((await look(made)).payments, 1);
});

on("focus goes to what is wrong, else to the heading", {}, async page => {
  const [checkout] = await widget(page);
  const focus = () => checkout.frame().evaluate(() => document.activeElement.id);
  await checkout.phone("1");
  await checkout.error("phone");
  assert.equal(await focus(), "number");
  assert.equal(await checkout.field("Phone number").inputValue(), "1");
  await checkout.phone();
  await checkout.at("code");
  assert.equal(await focus(), "title");
  await checkout.code("1");
  await checkout.error("code");
  assert.equal(await focus(), "code");
});

on("another origin is not framed: nothing is shown, nothing is told", {}, async page => {
  const made = await session({ origin: shop.origin });
  await openWidget(page, shop, made.token, shop.wrongOrigin);
  await page.waitForFunction(() => true);
  await assert.doesNotReject(async () => {
    while (!page.problems.some(text => text.includes("frame-ancestors"))) {
      await page.waitForEvent("console");
    }
  });
  assert.equal(page.frames().filter(frame => frame.url().startsWith(lava)).length, 0);
  assert.equal(await page.locator("#end").textContent(), "");
});

on("broken tokens: the hook says so", {}, async page => {
  await page.goto(`${shop.origin}/?token=${encodeURIComponent(btoa("{}"))}`);
  await page.getByRole("button", { name: "Buy" }).click();
  assert.equal((await ended(page)).how, "error");
});

on("a closed or unavailable checkout has a way out", {}, async page => {
  const [checkout] = await widget(page, { isExpired: true });
  await checkout.at("expired");
  await checkout.button("Close", { exact: true }).last().click();
  assert.equal((await ended(page)).how, "cancel");
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
  await checkout.field("Amount in US dollars").fill("$1,234.50");
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

on("the server is away: said so, and a payment whose answer was lost is looked for, not sent again", {}, async page => {
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
  await page.route("**/pay", async route => {
    await route.fetch();
    await route.abort();
  });
  await checkout.primary().click();
  await checkout.root.getByText("We don't know yet").waitFor();
  await checkout.at("done");
  assert.equal((await look(made)).payments, 1);
});

on("the network is away while the payment runs: looked for until it is back, and nothing else is done meanwhile", {}, async page => {
  const [checkout, made] = await widget(page);
  await checkout.toConfirm();
  let isBack = false;
  let looks = 0;
  const [thrice, seenThrice] = later();
  await page.route("**/pay", async route => {
    await route.fetch();
    await route.abort();
  });
  await page.route("**/state", async route => {
    if (++looks === 3) {
      seenThrice();
    }

    await (isBack ? route.continue() : route.abort());
  });
  await checkout.primary().click();
  await checkout.root.getByText("We don't know yet").waitFor();
  await checkout.button("Cancel").click();
  await checkout.button("Close checkout").click();
  await page.keyboard.press("Escape");
  await checkout.frame().evaluate(() => document.querySelector("form").requestSubmit());
  await thrice;
  await checkout.root.getByText("We don't know yet").waitFor();
  assert.equal(await page.locator("#end").textContent(), "");
  isBack = true;
  await checkout.at("done");
  await checkout.button("Done").click();
  assert.equal((await ended(page)).how, "success");
  assert.equal((await look(made)).payments, 1);
  assert.equal(page.requests.filter(request => request.url().endsWith("/pay")).length, 1);
});

on("a payment that never came to the server is said not to have gone through, and can be sent again", {}, async page => {
  const [checkout, made] = await widget(page);
  await checkout.toConfirm();
  await page.route("**/pay", route => route.abort(), { times: 1 });
  await checkout.primary().click();
  await checkout.root.getByText("did not go through").waitFor();
  assert.ok(await checkout.frame().evaluate(() => document.activeElement.classList.contains("alert")));
  await checkout.primary().click();
  await checkout.at("done");
  assert.equal((await look(made)).payments, 1);
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
  await checkout.button("Done").click();
  assert.equal((await ended(page)).how, "success");
  assert.equal((await look(made)).payments, 1);
});

on("a code that is not sent again is not said to be", {}, async page => {
  await page.clock.install();
  const [checkout, made] = await widget(page);
  await checkout.phone();
  await checkout.at("code");
  const status = checkout.root.locator("p.unseen[role=status]");
  await page.clock.fastForward(31_000);
  await checkout.button("Send another code").click();
  await status.getByText("Another code was sent.").waitFor();
  await page.clock.fastForward(31_000);
  await checkout.button("Send another code").click();
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
  await checkout.button("Cancel").click();
  await ended(page);
  await setAway(made, true);
  const again = await openWidget(page, shop, made.token);
  try {
    await again.root.getByRole("heading", { name: "can't be shown now" }).waitFor();
    await again.assertUsable();
    await again.picture("light", "others", "away");
  } finally {
    await setAway(made, false);
  }

  await again.button("Close").click();
  assert.equal((await ended(page)).how, "cancel");
});

on("where frames may store nothing, a session that is opened again asks for a code again", {}, async page => {
  const [checkout, made] = await widget(page);
  await checkout.toConfirm();
  await assert.rejects(checkout.frame().evaluate(() => sessionStorage.length), /SecurityError/);
  await checkout.button("Cancel").click();
  await ended(page);
  const again = await openWidget(page, shop, made.token);
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
