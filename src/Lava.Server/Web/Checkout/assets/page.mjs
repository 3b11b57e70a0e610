// @ts-check
// The page of a checkout session. The server says what is shown; this sends forms, puts the answer in the place of <main>, asks again
// while a payment is under way, and tells the merchant's page of the end. It listens to no message.

import { leave, tellSuccess } from "./ending.mjs";
import { keep } from "./fields.mjs";
import { findVisit } from "./visit.mjs";

const about = document.documentElement.dataset;
const isEmbedded = document.body.classList.contains("embedded");
const isFramed = isEmbedded && window.parent !== window;
const secret = location.pathname.split("/").pop();
const doneDelay = 3000;
const pollDelays = [1000, 2000, 3000, 5000];
const patience = 120_000;
const lookLimit = 15_000;
const actLimit = 60_000;
const unknown = "We don't know yet whether the payment went through. Don't pay again: this page looks by itself.";
const unpaid = "The payment did not go through. You can try again.";
export const away = "The server can't be reached. Check your connection and try again.";
const troubles = {
  403: "This page can't be used here. Load it again.",
  404: "This checkout is not there any more. Go back and start again.",
  429: "Too many tries. Wait a minute, then try again.",
  503: "The server is busy. Try again in a moment.",
};

const status = document.body.appendChild(Object.assign(document.createElement("p"), { className: "unseen" }));
status.setAttribute("role", "status");
let running = false;

/** Was the answer to a payment lost, and none seen since? Then nothing but looking is done. */
let isUnknown = false;
let failedLoads = 0;
let polls = 0;
let waitingSince = 0;
let timer = 0;
/** @type {{ submit?: (form: HTMLFormElement) => unknown, stop?: () => void }} */
let step = {};

const [visit, isKnown] = findVisit(about.session ?? "");

export const main = () => /** @type {HTMLElement} */ (document.querySelector("main"));

/** Tells screen readers. @param {string} text */
export const say = text => { status.textContent = text; };

/** What is wrong with the step as a whole; an empty text takes it away. @param {string} text */
export function alarm(text) {
  const box = main().querySelector(".alert");
  if (box instanceof HTMLElement) {
    box.replaceChildren(...text ? [Object.assign(document.createElement("p"), { textContent: text })] : []);
    box.hidden = !text;
  }
}

/** Sends an act and shows the answer. @param {string} name @param {Record<string, unknown>} fields */
export async function act(name, fields = {}) {
  if (running || (isUnknown && name !== "state")) {
    return;
  }

  busy(true);
  main().toggleAttribute("data-held", isPayment(name) || isHeld());
  try {
    const answer = await fetch(`${about.root}checkout/${secret}/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-lava-visit": visit, "x-lava-embedded": isEmbedded ? "1" : "0" },
      body: JSON.stringify(fields),
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(name === "state" ? lookLimit : actLimit),
    });
    if (answer.headers.has("x-checkout-step")) {
      show(await answer.text(), name, answer.status);
    } else {
      fail(name, answer.status);
    }
  } catch {
    fail(name, 0);
  } finally {
    main().toggleAttribute("data-held", isHeld());
    busy(false);
  }
}

/** Nobody is kept in a frame for longer than patience lasts. */
const isHeld = () => isUnknown && !main().hasAttribute("data-long");

/** @param {string} name */
const isPayment = name => name === "pay" || name === "authenticate";

/** @param {string} name @param {number} code Of the answer; 0: there was none. */
function fail(name, code) {
  const text = code === 0 ? away : troubles[code] ?? "Something went wrong. Try again in a moment.";
  const isRefused = code >= 400 && code < 500 && code !== 408 && code !== 429;
  const wasUnknown = isUnknown;
  isUnknown = !isRefused && (isUnknown || isPayment(name));
  if (isUnknown) {
    alarm(unknown);
    schedule();
  } else if (main().hasAttribute("data-poll")) {
    alarm(text);
    schedule();
  } else if (name !== "state" || wasUnknown) {
    alarm(text);
  }
}

/** @param {string} html @param {string} name @param {number} code */
function show(html, name, code) {
  const next = new DOMParser().parseFromString(html, "text/html").querySelector("main");
  if (!next) {
    return;
  }

  const wasUnknown = isUnknown;
  isUnknown = false;
  const last = main();
  const isSame = last.dataset.step === next.dataset.step;
  if (isSame && last.hasAttribute("data-poll")) {
    alarm("");
    schedule();
    return;
  }

  const wrong = next.querySelector("[aria-invalid]");
  if (isSame && wrong) {
    keep(last, next);
  }

  step.stop?.();
  last.replaceWith(document.adoptNode(next));
  if (wasUnknown && isSame && next.dataset.step === "confirm") {
    alarm(unpaid);
  }

  const told = code === 200 && !wasUnknown ? null : next.querySelector(".alert:not([hidden]), .error[role=alert]");
  const focused = wrong ?? told ?? (isSame && name !== "state" ? next.querySelector(`[data-act="${name}"]:is(button)`) : null)
    ?? (next.dataset.step === "done" ? next.querySelector(".primary") : null) ?? next.querySelector("h1");
  enter(/** @type {HTMLElement} */ (focused));
  if (name === "resend" && isSame && code === 200) {
    say("Another code was sent.");
  }
}

/** A step is there: its module, its title, its focus. @param {HTMLElement | null} focused */
async function enter(focused) {
  const page = main();
  page.removeAttribute("aria-busy");
  document.title = page.dataset.title ?? "";
  say("");
  clearTimeout(timer);
  polls = waitingSince = 0;
  focused?.focus();
  if (page.hasAttribute("data-poll")) {
    schedule();
  }

  // Completed in another visit: there is nothing to be told, and the person closes the page.
  if (page.dataset.step === "done" && page.dataset.connection) {
    timer = window.setTimeout(() => tellSuccess(page), doneDelay);
  }

  step = {};
  await mount(page);
}

/** The step's module runs it. Where it can't be loaded, pressing the button tries again. @param {HTMLElement} page */
async function mount(page) {
  const name = page.dataset.module;
  if (!name) {
    return;
  }

  let module;
  try {
    // Under another address: some browsers remember for good that one could not be loaded.
    module = await import(`./${name}.mjs${failedLoads ? `?${failedLoads}` : ""}`);
  } catch {
    failedLoads++;

    // The other steps can do without theirs.
    if (page.isConnected && name.startsWith("card-")) {
      alarm(away);
      step = { submit: () => again(page) };
      page.querySelector("[data-again]")?.addEventListener("click", () => again(page), { once: true });
    }

    return;
  }

  if (page.isConnected) {
    step = module.mount(page) ?? {};
  }
}

/** @param {HTMLElement} page */
async function again(page) {
  step = {};
  alarm("");
  busy(true);
  await mount(page);
  busy(false);
}

function schedule() {
  waitingSince ||= Date.now();
  if (Date.now() - waitingSince > patience && !main().hasAttribute("data-long")) {
    main().setAttribute("data-long", "");
    say(main().querySelector("p.later")?.textContent ?? "");
  }

  clearTimeout(timer);
  timer = window.setTimeout(() => act("state"), pollDelays[Math.min(polls++, pollDelays.length - 1)]);
}

/** Nothing can be sent meanwhile. @param {boolean} isBusy */
export function busy(isBusy) {
  running = isBusy;
  const button = main().querySelector(".primary:is(button)");
  if (isBusy && button && !isUnknown && !main().hasAttribute("data-poll")) {
    say("Please wait…");
  }

  isBusy || isUnknown ? button?.setAttribute("aria-disabled", "true") : button?.removeAttribute("aria-disabled");
}

document.addEventListener("submit", event => {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (running || isUnknown) {
    return;
  }

  if (step.submit) {
    step.submit(form);
  } else {
    act(form.dataset.act ?? "state", Object.fromEntries(new FormData(form)));
  }
});

document.addEventListener("click", event => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (main().hasAttribute("data-held") && target.closest("a.leave")) {
    event.preventDefault();
  }

  const button = target.closest("button");
  if (button?.hasAttribute("data-leave")) {
    leave(main());
  } else if (button?.dataset.act && button.getAttribute("aria-disabled") !== "true") {
    const { act: name, card, done } = button.dataset;
    act(name, { ...(card && { card }), ...(done && { done: done === "true" }) });
  }
});

document.addEventListener("keydown", event => {
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) {
    leave(main());
  }
});

if (isKnown || main().hasAttribute("data-poll")) {
  act("state").then(begin);
} else {
  begin();
}

// The document's own step stays where the server could not be asked for another.
function begin() {
  if (main().hasAttribute("aria-busy")) {
    enter(isFramed ? main().querySelector("h1") : null);
  }
}
