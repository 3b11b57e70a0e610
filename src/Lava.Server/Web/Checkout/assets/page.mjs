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
const unknown = "We don't know yet whether the payment went through. Don't pay again: this page looks by itself.";
const away = "The server can't be reached. Check your connection and try again.";
const troubles = {
  403: "This page can't be used here. Load it again.",
  404: "This checkout is not there any more. Go back and start again.",
  429: "Too many tries. Wait a minute, then try again.",
  503: "The server is busy. Try again in a moment.",
};

const status = document.body.appendChild(Object.assign(document.createElement("p"), { className: "unseen" }));
status.setAttribute("role", "status");
let running = false;
let polls = 0;
let waitingSince = 0;
let timer = 0;
/** @type {{ submit?: (form: HTMLFormElement) => unknown, stop?: () => void }} */
let step = {};

const [visit, isKnown] = findVisit(about.session ?? "");

export const main = () => /** @type {HTMLElement} */ (document.querySelector("main"));

/** Tells screen readers. @param {string} text */
export const say = text => { status.textContent = text; };

/** What is wrong with the step as a whole. @param {string} text */
export function alarm(text) {
  const box = main().querySelector(".alert");
  if (box instanceof HTMLElement) {
    box.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
    box.hidden = false;
  }
}

/** Sends an act and shows the answer. @param {string} name @param {Record<string, unknown>} fields */
export async function act(name, fields = {}) {
  if (running) {
    return;
  }

  busy(true);
  try {
    const answer = await fetch(`${about.root}checkout/${secret}/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-lava-visit": visit, "x-lava-embedded": isEmbedded ? "1" : "0" },
      body: JSON.stringify(fields),
      credentials: "omit",
      cache: "no-store",
    });
    if (answer.headers.has("x-checkout-step")) {
      show(await answer.text(), name);
    } else {
      fail(name, troubles[answer.status] ?? "Something went wrong. Try again in a moment.");
    }
  } catch {
    fail(name, away);
  } finally {
    busy(false);
  }
}

/** @param {string} name @param {string} text */
function fail(name, text) {
  const isPaying = name === "pay" || name === "authenticate";
  if (isPaying || main().hasAttribute("data-poll")) {
    alarm(isPaying ? unknown : text);
    schedule();
  } else if (name !== "state") {
    alarm(text);
  }
}

/** @param {string} html @param {string} name */
function show(html, name) {
  const next = new DOMParser().parseFromString(html, "text/html").querySelector("main");
  if (!next) {
    return;
  }

  const last = main();
  const isSame = last.dataset.step === next.dataset.step;
  if (isSame && last.hasAttribute("data-poll")) {
    schedule();
    return;
  }

  const wrong = next.querySelector("[aria-invalid]");
  if (isSame && wrong) {
    keep(last, next);
  }

  step.stop?.();
  last.replaceWith(document.adoptNode(next));
  const focused = wrong ?? (isSame && name !== "state" ? next.querySelector(`[data-act="${name}"]:is(button)`) : null)
    ?? (next.dataset.step === "done" ? next.querySelector(".primary") : null) ?? next.querySelector("h1");
  enter(/** @type {HTMLElement} */ (focused));
  if (name === "resend" && isSame && !wrong) {
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
  if (page.dataset.module) {
    const module = await import(`./${page.dataset.module}.mjs`);
    if (page.isConnected) {
      step = module.mount(page) ?? {};
    }
  }
}

function schedule() {
  waitingSince ||= Date.now();
  const later = main().querySelector(".later");
  if (later instanceof HTMLElement && Date.now() - waitingSince > patience) {
    later.hidden = false;
  }

  clearTimeout(timer);
  timer = window.setTimeout(() => act("state"), pollDelays[Math.min(polls++, pollDelays.length - 1)]);
}

/** @param {boolean} isBusy */
function busy(isBusy) {
  running = isBusy;
  const button = main().querySelector(".primary:is(button)");
  if (isBusy && button && !main().hasAttribute("data-poll")) {
    say("Please wait…");
  }

  isBusy ? button?.setAttribute("aria-disabled", "true") : button?.removeAttribute("aria-disabled");
}

document.addEventListener("submit", event => {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (running) {
    return;
  }

  if (step.submit) {
    step.submit(form);
  } else {
    act(form.dataset.act ?? "state", Object.fromEntries(new FormData(form)));
  }
});

document.addEventListener("click", event => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  if (button?.hasAttribute("data-leave")) {
    leave(main());
  } else if (button?.dataset.act && button.getAttribute("aria-disabled") !== "true") {
    const { act: name, card, done } = button.dataset;
    act(name, { ...(card && { card }), ...(done && { done: done === "true" }) });
  }
});

document.addEventListener("keydown", event => {
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]") && !running) {
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
