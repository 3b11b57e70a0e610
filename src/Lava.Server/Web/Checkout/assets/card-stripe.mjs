// @ts-check
// Cards by Stripe.js: the number goes from Stripe's own frames to Stripe.
import { mark } from "./fields.mjs";
import { act, alarm, away, busy, main as current } from "./page.mjs";

const blocked = "Card entry can't be loaded. Is a blocker on? Press the button to try again.";

const unanswered = "Your bank's question is not answered yet. Press “Ask again”.";

/** @type {Promise<unknown> | null} */
let loading = null;

/** The charges about which the bank was asked unasked: once for each, or a window that does not open would be opened for ever. */
const asked = new Set();

/** @param {HTMLElement} main */
export function mount(main) {
  const place = /** @type {HTMLElement} */ (main.querySelector("[data-script]"));
  return place.matches("form") ? enterCard(main, place) : answerBank(place);
}

/** @param {HTMLElement} main @param {HTMLElement} form */
function enterCard(main, form) {
  /** @type {any} */
  let stripe = null;
  /** @type {any} */
  let number = null;
  let isOpening = false;
  let wasBlocked = false;
  open();
  return { submit };

  async function open() {
    if (isOpening) {
      return;
    }

    isOpening = true;
    try {
      stripe = await load(form);
    } catch {
      if (form.isConnected) {
        wasBlocked = true;
        alarm(blocked);
      }

      return;
    } finally {
      isOpening = false;
    }

    if (wasBlocked) {
      alarm("");
    }

    const elements = stripe.elements();
    const style = getComputedStyle(document.body);
    for (const slot of main.querySelectorAll("[data-element]")) {
      const element = elements.create(slot.dataset.element, {
        style: { base: { color: style.color, fontFamily: "system-ui, sans-serif", fontSize: "16px" } },
      });
      element.on("change", change => mark(slot, change.error?.message ?? ""));
      element.on("ready", () => document.activeElement === slot && element.focus());
      element.mount(slot);
      number ??= element;
    }
  }

  async function submit() {
    if (!stripe) {
      await open();
      return;
    }

    // There was nobody to begin an entry: the server tries again.
    if (!form.dataset.client) {
      await act("state");
      return;
    }

    busy(true);
    const { error } = await stripe.confirmCardSetup(form.dataset.client, { payment_method: { card: number } })
      .catch(() => ({ error: { type: "rejected" } }));
    busy(false);
    if (!form.isConnected) {
      return;
    }

    if (error?.type === "rejected") {
      alarm(away);
      return;
    }

    // A card that was refused is counted by the server, too, which says so and begins another entry.
    if (error?.type !== "validation_error") {
      await act("card");
    }

    if (form.isConnected && (error?.type === "validation_error" || error?.type === "card_error")) {
      mark(/** @type {HTMLElement} */ (main.querySelector("#card")), error.message);
      number.focus();
    }
  }
}

/** @param {HTMLElement} place */
function answerBank(place) {
  place.querySelector("[data-again]")?.addEventListener("click", ask);
  offerOwnTab(place);
  if (asked.has(place.dataset.client)) {
    alarm(unanswered);
  } else {
    ask();
  }

  async function ask() {
    asked.add(place.dataset.client);
    if (!place.dataset.client) {
      await act("state");
      return;
    }

    alarm("");
    try {
      const stripe = await load(place);
      await stripe.handleNextAction({ clientSecret: place.dataset.client });
    } catch {
      alarm(blocked);
      return;
    }

    // Whatever the bank said: the server asks Stripe.
    if (current().contains(place)) {
      await act("authenticate", { done: true });
    }
  }
}

/**
 * The address of the page without its frame, for banks that are not to be framed, to be copied or opened by hand: the frame itself may
 * open nothing. @param {HTMLElement} place
 */
function offerOwnTab(place) {
  const offer = place.querySelector("[data-own-tab]");
  const link = offer?.querySelector("a");
  if (window.parent !== window && offer instanceof HTMLElement && link) {
    const path = `${document.documentElement.dataset.root}checkout/${location.pathname.split("/").pop()}`;
    link.href = link.textContent = new URL(path, location.href).href;
    offer.hidden = false;
  }
}

/** @param {HTMLElement} place @returns {Promise<any>} */
async function load(place) {
  loading ??= new Promise((loaded, failed) => {
    const script = Object.assign(document.createElement("script"), { src: place.dataset.script, onload: loaded, onerror: failed });
    document.head.append(script);
  });
  try {
    await loading;
  } catch (failure) {
    loading = null;
    throw failure;
  }

  return /** @type {any} */ (window).Stripe(place.dataset.key);
}
