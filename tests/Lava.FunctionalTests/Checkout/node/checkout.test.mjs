// The whole of a purchase: the real server and its sandbox, the real widget, the real SDK. What the person sees, what the shop hears, and
// what the books say.
import assert from "node:assert/strict";
import {
  ended, goodCard, inBrowser, lava, leaveByKey, newPage, on, openLink, openWidget, originsOf, sentBy, shop,
} from "./harness.mjs";
import { api, call, listen, openBusiness, pass, payments, sdk, secretOf, until } from "./merchant.mjs";

let hook;
let business;
let phones = 100;

/** A buyer whose phone nobody had before. */
const buyer = (name, options, run) => on(name, options, page => run(page, `(415) 555-0${phones++}`));

const sell = (fields = {}) => sdk.checkoutSessions.create({
  checkout_mode: "subscription", origin_url: shop.origin, ...(!fields.checkout_mode && { plan_id: business.pro.plan_id }), ...fields,
});
const widget = async (page, fields) => {
  const session = await sell(fields);
  return [await openWidget(page, session.checkout_session_token), session];
};
const look = session => api("GET", `checkout_sessions/${session.checkout_session_id}`);
const toCard = async (checkout, phone) => {
  await checkout.phone(phone);
  await checkout.code();
  await checkout.at("card");
};
const toConfirm = async (checkout, phone, number) => {
  await toCard(checkout, phone);
  await checkout.card(number);
  await checkout.at("confirm");
};
/** Of a session that names a customer: only that one's phone may be used, and nobody types it. */
const known = async (checkout, phone) => {
  await checkout.at("phone");
  await checkout.root.getByText(phone.slice(-4)).first().waitFor();
  assert.equal(await checkout.field("Phone number").count(), 0);
  await checkout.primary().click();
  await checkout.code();
};
const finish = async checkout => {
  await checkout.at("done");
  return checkout.leaveBy("Done");
};
const buy = async (page, phone, fields) => {
  const [checkout, session] = await widget(page, fields);
  await toConfirm(checkout, phone);
  await checkout.primary().click();
  return { ...await finish(checkout), session };
};

for (const [scheme, width, height] of [["light", 1280, 900], ["dark", 390, 844]]) {
  const name = `buying with 4242…, ${scheme}, ${width} px: the next call is paid from the plan's credit`;
  buyer(name, { scheme, width, height }, async (page, phone) => {
    const [checkout, session] = await widget(page);
    let number = 1;
    const see = async name => {
      await checkout.assertUsable();
      await checkout.picture(scheme, `${width}`, `${String(number++).padStart(2, "0")}-${name}`);
    };
    await checkout.at("phone");
    await see("phone");
    await checkout.phone(phone);
    await checkout.at("code");
    await see("code");
    await checkout.code();
    await checkout.at("card");
    await see("card");
    await checkout.card();
    await checkout.at("confirm");
    await see("confirm");
    await checkout.button("Pay $25.00").click();
    await checkout.at("done");
    await see("done");
    const end = await checkout.leaveBy("Done");
    await checkout.picture(scheme, `${width}`, `${String(number++).padStart(2, "0")}-shop`);

    assert.deepEqual([end.how, end.checkoutSessionId], ["success", session.checkout_session_id]);
    assert.match(end.connectionId, /^con_test_/);
    const completed = await look(session);
    assert.deepEqual([completed.status, completed.customer_id], ["completed", end.connectionId]);
    assert.ok(completed.completed_at);
    const { subscription } = await sdk.customers.getSubscription(end.connectionId);
    assert.deepEqual([subscription.plan_id, subscription.status], [business.pro.plan_id, "active"]);
    const customer = await sdk.customers.retrieve(end.connectionId);
    assert.match(customer.contact.phone, /^\+14155550\d{3}$/);

    const balance = () => api("GET", `customers/${end.connectionId}/balance`);
    assert.equal(Number((await balance()).cycle_remaining), 20);
    assert.equal(await call(end.connectionId, "calls"), 200);
    await until(async () => Number((await balance()).cycle_remaining) === 19.5, "the charge");
    assert.deepEqual(await payments(end.connectionId), ["subscription 25 succeeded"]);
    await until(() => hook.of("customer.created", end.connectionId).length, "customer.created");
    assert.equal(hook.of("customer.created", end.connectionId).length, 1);

    assert.doesNotMatch(sentBy(page), /42424242/);
    assert.deepEqual(originsOf(page), [new URL(lava).origin, shop.origin].sort());
    assert.deepEqual(page.problems, []);
  });
}

buyer("coming back: known by phone and card; a dearer plan at once, a cheaper one when the cycle ends", {}, async (page, phone) => {
  const { connectionId } = await buy(page, phone);
  const returning = async (plan, session = {}) => {
    const [checkout, made] = await widget(page, { plan_id: plan.plan_id, ...session });
    if (session.customer_id) {
      await known(checkout, phone);
    } else {
      await checkout.phone(phone);
      await checkout.code();
    }

    return [checkout, made];
  };
  let [checkout] = await returning(business.pro);
  await checkout.at("unavailable");
  await checkout.root.getByText("You have this plan already").first().waitFor();
  assert.equal((await checkout.leaveBy("Close")).how, "cancel");

  [checkout] = await returning(business.team);
  await checkout.at("confirm");
  await checkout.root.getByText("Visa •••• 4242").waitFor();
  const { subscription } = await sdk.customers.getSubscription(connectionId);
  const preview = await api(
    "POST", `subscriptions/${subscription.subscription_id}/change`, { plan_id: business.team.plan_id, preview: true });
  const shown = (await checkout.primary().textContent()).trim();
  const share = Number(shown.replace("Pay $", ""));
  assert.ok(Math.abs(share - Number(preview.proration.amount)) <= 0.01, `${shown}, ${preview.proration.amount}`);
  await checkout.assertUsable();
  await checkout.picture("light", "others", "switch");
  await checkout.primary().click();
  assert.equal((await finish(checkout)).connectionId, connectionId);
  assert.deepEqual(await payments(connectionId), ["subscription 25 succeeded", `upgrade ${share} succeeded`]);
  assert.equal((await sdk.customers.getSubscription(connectionId)).subscription.plan_id, business.team.plan_id);

  [checkout] = await returning(business.pro, { customer_id: connectionId });
  await checkout.at("confirm");
  await checkout.root.getByText("You keep Team until").waitFor();
  await checkout.button("Confirm change").click();
  assert.equal((await finish(checkout)).connectionId, connectionId);
  const pending = (await sdk.customers.getSubscription(connectionId)).subscription;
  assert.deepEqual([pending.plan_id, pending.pending_change.plan_id], [business.team.plan_id, business.pro.plan_id]);
  assert.equal((await payments(connectionId)).length, 2);
});

buyer("declined at setup and at the charge, then another card: words, one payment", {}, async (page, phone) => {
  const [checkout, session] = await widget(page);
  await toCard(checkout, phone);
  for (const [number, words] of [
    ["4000000000000002", /declined/], ["4000000000009995", /insufficient/], ["4000000000000069", /expired/],
    ["4000000000000127", /security code/],
  ]) {
    await checkout.card(number);
    assert.match(await checkout.error("card"), words);
    await checkout.assertUsable();
    await checkout.picture("light", "others", `declined-${number.slice(-4)}`);
    await checkout.frame().evaluate(() => document.querySelector("#card-error").remove());
  }

  await checkout.card("4000000000000341");
  await checkout.at("confirm");
  await checkout.primary().click();
  assert.match(await checkout.root.locator(".alert, .error").filter({ hasText: "declined" }).first().textContent(), /declined/);
  await checkout.picture("light", "others", "declined-at-charge");
  assert.equal((await look(session)).status, "open");
  await checkout.button("Use another card").click();
  await checkout.card(goodCard);
  await checkout.at("confirm");
  await checkout.primary().click();
  const { connectionId } = await finish(checkout);
  assert.deepEqual(await payments(connectionId), ["subscription 25 failed", "subscription 25 succeeded"]);
  assert.equal(Number((await api("GET", `customers/${connectionId}/balance`)).cycle_remaining), 20);
});

buyer("the bank's question: refused, then confirmed", {}, async (page, phone) => {
  const [checkout] = await widget(page);
  await toCard(checkout, phone);
  await checkout.card("4000002760003184");
  await checkout.button("Refuse").click();
  assert.match(await checkout.error("card"), /did not confirm/);
  await checkout.card("4000002760003184");
  await checkout.button("Confirm").click();
  await checkout.at("confirm");
  await checkout.primary().click();
  await checkout.at("authenticate");
  await checkout.picture("light", "others", "authenticate");
  await checkout.button("Refuse").click();
  await checkout.at("confirm");
  await checkout.root.getByText(/not confirmed/).first().waitFor();
  await checkout.primary().click();
  await checkout.at("authenticate");
  await checkout.button("Confirm").click();
  const { connectionId } = await finish(checkout);
  assert.deepEqual((await payments(connectionId)).filter(line => line.endsWith("succeeded")), ["subscription 25 succeeded"]);
});

buyer("a renewal that was declined: the bank asks on the page, refused; another card pays it, once", {}, async (page, phone) => {
  let [checkout, session] = await widget(page);
  const payAskingBank = async what => {
    await checkout.card("4000002760003184");
    await checkout.button("Confirm").click();
    await checkout.at("confirm");
    await checkout.root.getByText(what).first().waitFor();
    await checkout.primary().click();
    await checkout.at("authenticate");
  };
  await toCard(checkout, phone);
  await payAskingBank("Pro");
  await checkout.button("Confirm").click();
  const { connectionId } = await finish(checkout);
  await pass("end-cycle", session);
  await until(async () => (await payments(connectionId)).includes("renewal 25 waiting"), "the decline");
  const paymentStatus = async () => (await sdk.customers.getSubscription(connectionId)).subscription.payment_status;
  await until(async () => await paymentStatus() === "past_due", "the renewal's end");

  [checkout, session] = await widget(page, { plan_id: business.pro.plan_id, customer_id: connectionId });
  await known(checkout, phone);
  await checkout.at("card");
  await payAskingBank(/^Payment of .* is due$/);
  await checkout.button("Refuse").click();
  await checkout.at("confirm");
  assert.match(await checkout.error("card"), /not confirmed/);
  await checkout.assertUsable();
  await checkout.picture("light", "others", "due-refused");
  assert.deepEqual(await payments(connectionId), ["subscription 25 succeeded", "renewal 25 waiting"]);
  await checkout.button("Use another card").click();
  await checkout.card();
  await checkout.at("confirm");
  await checkout.primary().click();
  assert.equal((await finish(checkout)).connectionId, connectionId);
  assert.deepEqual(await payments(connectionId), ["subscription 25 succeeded", "renewal 25 succeeded"]);
  assert.equal((await look(session)).status, "completed");
  assert.equal(await paymentStatus(), "paid");
  assert.equal(Number((await api("GET", `customers/${connectionId}/balance`)).cycle_remaining), 20);
});

buyer("cancelled, twice: the shop hears of it, and the same token goes on", { isEveryday: true }, async (page, phone) => {
  let [checkout, session] = await widget(page);
  await toCard(checkout, phone);
  for (const leaves of [() => checkout.leaveBy("Cancel"), () => leaveByKey(page)]) {
    assert.deepEqual(await leaves(), { how: "cancel", checkoutSessionId: session.checkout_session_id });
    assert.equal((await look(session)).status, "open");
    checkout = await openWidget(page, session.checkout_session_token);
    await checkout.at("card");
  }

  await checkout.card();
  await checkout.at("confirm");
  await checkout.primary().click();
  assert.equal((await finish(checkout)).how, "success");
});

buyer("codes: wrong ones are counted, another session's and an old one are refused, another one helps", {}, async (page, phone) => {
  const [checkout, session] = await widget(page);
  await checkout.phone(phone);
  await checkout.at("code");
  const real = await checkout.root.locator("output").textContent();
  const wrong = [...Array(10).keys()].map(digit => String(digit).repeat(6)).filter(code => code !== real);
  const refuse = async (code, words) => {
    await checkout.code(code);
    assert.match(await checkout.error("code"), words);
    await checkout.frame().evaluate(() => document.querySelector("#code-error").remove());
  };
  await refuse(wrong[0], /4 tries are left/);
  const strangers = await newPage();
  const other = await openWidget(strangers, (await sell()).checkout_session_token);
  await other.phone(phone);
  await other.at("code");
  await refuse(await other.root.locator("output").textContent(), /3 tries are left/);
  await strangers.context().close();
  await refuse(wrong[1], /2 tries are left/);
  await refuse(wrong[2], /One try is left/);
  await refuse(wrong[3], /Ask for another code/);
  await refuse(real, /Too many wrong codes/);
  await checkout.picture("light", "others", "wrong-code");

  await pass("let-resend", session);
  await checkout.frame().evaluate(() => location.reload());
  await checkout.button("Send another code").click();
  await until(async () => await checkout.root.locator("output").textContent() !== real, "another code");
  await refuse(real, /4 tries are left/);
  await pass("expire-code", session);
  await checkout.code();
  await checkout.at("phone");
  assert.equal((await look(session)).status, "open");
});

buyer("an expired session: a way out, nothing is charged; a completed one says so to strangers, and no more", {}, async (page, phone) => {
  const [checkout, session] = await widget(page);
  await toConfirm(checkout, phone);
  await pass("expire", session);
  await checkout.primary().click();
  await checkout.at("expired");
  await checkout.picture("light", "others", "expired");
  assert.equal((await checkout.leaveBy("Close")).how, "cancel");
  assert.equal((await look(session)).status, "expired");
  const unborn = await api("GET", "customers?limit=100");
  const typed = `+1${phone.replace(/\D/g, "")}`;
  assert.ok(!unborn.data.some(customer => customer.contact.phone === typed), "who did not buy is no customer");

  const bought = await buy(page, phone);
  const again = await openWidget(page, bought.session.checkout_session_token);
  await again.at("done");
  await again.root.getByRole("heading", { name: "This checkout is complete" }).waitFor();
  const end = await again.leaveBy("Close");
  assert.deepEqual([end.how, end.connectionId], ["cancel", undefined]);
});

buyer("another origin is not framed and hears nothing; a broken token is the hook's error, a wrong secret is not there", {}, async page => {
  const session = await sell();
  const secret = secretOf(session);
  await openWidget(page, session.checkout_session_token, shop.wrongOrigin);
  await until(() => page.problems.some(text => text.includes("frame-ancestors")), "the browser's refusal");
  assert.equal(page.frames().filter(frame => frame.url().startsWith(lava)).length, 0);
  assert.equal(await page.locator("#end").textContent(), "");
  await page.screenshot({ path: `${process.env.LAVA_TEST_OUTPUT}/light/others/wrong-origin.png` });
  const policy = async path => (await fetch(`${lava}${path}`)).headers.get("content-security-policy");
  assert.match(await policy(`embed/checkout/${secret}`), new RegExp(`frame-ancestors ${shop.origin}(;|$)`));
  assert.match(await policy(`checkout/${secret}`), /frame-ancestors 'none'/);

  await page.goto(`${shop.origin}/?token=${encodeURIComponent(btoa("{}"))}`);
  await page.getByRole("button", { name: "Buy" }).click();
  assert.equal((await ended(page)).how, "error");
  const changed = secret.slice(0, -1) + (secret.endsWith("A") ? "B" : "A");
  for (const wrong of [changed, secret + "A", secret.replace("css_test_", "css_live_"), "x"]) {
    const answer = await fetch(`${lava}embed/checkout/${wrong}`);
    assert.equal(answer.status, 404, wrong);
    assert.match(answer.headers.get("content-security-policy"), /frame-ancestors 'none'/);
  }

  // An act from a page that is not ours.
  const act = headers => fetch(`${lava}checkout/${secret}/state`, {
    method: "POST", body: "{}", headers: { "content-type": "application/json", "x-lava-visit": "A".repeat(43), ...headers },
  });
  assert.equal((await act({ origin: shop.origin })).status, 403);
  assert.equal((await act({ origin: new URL(lava).origin })).status, 200);
});

for (const where of ["frame", "link"]) {
  buyer(`a reload shows the same step: ${where}`, {}, async (page, phone) => {
    const session = await sell();
    const checkout = where === "link" ? await openLink(page, secretOf(session))
      : await openWidget(page, session.checkout_session_token);
    const reload = async step => {
      await checkout.at(step);
      await checkout.frame().evaluate(() => location.reload());
      await checkout.at(step);
    };
    await reload("phone");
    await checkout.phone(phone);
    await reload("code");
    await checkout.code();
    await reload("card");
    await checkout.card();
    await reload("confirm");
    await checkout.primary().click();
    await reload("done");
    assert.deepEqual(await payments((await look(session)).customer_id), ["subscription 25 succeeded"]);
  });
}

buyer("two clicks on Pay and two requests besides: one payment; a stranger sees that it is done, and no more", {}, async (page, phone) => {
  const [checkout, session] = await widget(page);
  await toConfirm(checkout, phone);
  const statuses = await checkout.frame().evaluate(async () => {
    const pay = document.querySelector(".primary");
    const quoted = document.querySelector("[name=quoted]").value;
    const secret = location.pathname.split("/").pop();
    const visit = Object.values(history.state ?? {}).find(value => /^[\w-]{43}$/.test(value)) ?? history.state;
    const send = () => fetch(`/checkout/${secret}/pay`, {
      method: "POST", headers: { "content-type": "application/json", "x-lava-visit": visit }, body: JSON.stringify({ quoted }),
    });
    pay.click();
    pay.click();
    const answers = await Promise.all([send(), send(), send(), send()]);
    return answers.map(answer => [answer.status, answer.headers.get("x-checkout-step")]);
  });
  assert.ok(statuses.every(([status]) => status < 500), JSON.stringify(statuses));
  assert.ok(statuses.every(([, step]) => step === "done" || step === "processing"), JSON.stringify(statuses));
  const { connectionId } = await finish(checkout);
  assert.deepEqual(await payments(connectionId), ["subscription 25 succeeded"]);
  assert.equal(Number((await api("GET", `customers/${connectionId}/balance`)).cycle_remaining), 20);

  // Of the two clicks one was sent, besides the four.
  assert.equal(page.requests.filter(request => request.url().endsWith("/pay")).length, 5);

  const stranger = await newPage();
  const other = await openLink(stranger, secretOf(session));
  await other.at("done");
  await other.root.getByRole("heading", { name: "This checkout is complete" }).waitFor();
  assert.equal(await other.main.getAttribute("data-connection"), null);
  assert.doesNotMatch(await stranger.content(), /4242|55501|\+1 ?415/);
  await stranger.context().close();
});

buyer("a visit that is taken over by another browser must show its phone again", {}, async (page, phone) => {
  const [checkout, session] = await widget(page);
  await toConfirm(checkout, phone);
  const stranger = await newPage();
  const other = await openLink(stranger, secretOf(session));
  await other.at("phone");
  assert.doesNotMatch(await stranger.content(), /4242 4242|•••• 4242|55501/);
  await other.phone("(415) 555-0099");
  await other.at("code");
  await checkout.primary().click();
  await checkout.at("phone");
  await stranger.context().close();
  assert.equal((await look(session)).status, "open");
});

buyer("a price that has grown old is made anew, and what was shown is what is paid", {}, async (page, phone) => {
  const [checkout, session] = await widget(page);
  await toConfirm(checkout, phone);
  await pass("expire-quote", session);
  await checkout.primary().click();
  const { connectionId } = await finish(checkout);
  assert.deepEqual(await payments(connectionId), ["subscription 25 succeeded"]);
});

buyer("signing up, a free plan, a bundle, a top-up, a link in a mail", {}, async (page, phone) => {
  let [checkout] = await widget(page, { checkout_mode: "onboarding" });
  await checkout.phone(phone);
  await checkout.code();
  const { connectionId } = await finish(checkout);
  assert.deepEqual(await payments(connectionId), []);

  [checkout] = await widget(page, { plan_id: business.basic.plan_id });
  await checkout.phone(phone);
  await checkout.code();
  await checkout.at("confirm");
  await checkout.button("Confirm").click();
  assert.equal((await finish(checkout)).connectionId, connectionId);
  assert.equal((await sdk.customers.getSubscription(connectionId)).subscription.plan_id, business.basic.plan_id);

  const credit_bundle_id = business.basic.credit_bundles[0].credit_bundle_id;
  [checkout] = await widget(page, { checkout_mode: "credit_bundle", customer_id: connectionId, credit_bundle_id });
  await known(checkout, phone);
  await checkout.card();
  await checkout.button("Pay $5.00").click();
  assert.equal((await finish(checkout)).connectionId, connectionId);

  const session = await sell({ checkout_mode: "topup", customer_id: connectionId });
  const link = await openLink(page, secretOf(session));
  await known(link, phone);
  await link.root.getByText("Another amount").click();
  await link.field("Amount in US dollars").fill("$12.50");
  await link.primary().click();
  await link.button("Pay $12.50").click();
  await link.at("done");
  assert.deepEqual(await payments(connectionId), ["bundle 5 succeeded", "topup 12.5 succeeded"]);
  assert.equal(Number((await api("GET", `customers/${connectionId}/balance`)).total_remaining), 18.5);
});

inBrowser("buying", async () => {
  [business, hook] = await Promise.all([openBusiness(), listen()]);
  return hook;
});
