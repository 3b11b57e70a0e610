// @ts-check
// Test cards. The number is looked up here, in the browser: the server gets the test card's token and nothing else.
import { mark } from "./fields.mjs";
import { act, alarm, away, busy } from "./page.mjs";

const refusal = "Test mode takes test cards only, for example 4242 4242 4242 4242. Don't type a real card.";
const unconfirmed = "Your bank did not confirm the card. Try again, or use another card.";

/** @type {Promise<{ columns: string[], cards: string[][] }> | null} */
let table = null;

/** @param {HTMLElement} main */
export function mount(main) {
  const number = input(main, "card");
  const expiry = input(main, "expiry");
  const cvc = input(main, "cvc");
  load().catch(() => {});
  number.addEventListener("input", event => format(number, groups, event));
  expiry.addEventListener("input", event => format(expiry, month, event));
  return { submit };

  async function submit() {
    const digits = plain(number.value);
    const problems = [
      [number, checkNumber(digits)],
      [expiry, checkExpiry(plain(expiry.value), new Date())],
      [cvc, checkCode(cvc.value.trim(), isAmex(digits))],
    ];
    problems.forEach(([field, text]) => mark(field, text));
    const wrong = problems.find(([, text]) => text);
    if (wrong) {
      wrong[0].focus();
      return;
    }

    busy(true);
    const found = await load().catch(() => null);
    busy(false);
    if (!main.isConnected) {
      return;
    }

    alarm(found ? "" : away);
    if (!found) {
      return;
    }

    const { columns, cards } = found;
    const row = cards.find(cells => cells[columns.indexOf("number")] === digits);
    const problem = !row ? refusal
      : row[columns.indexOf("setup")] === "auth" && !await confirmed() ? unconfirmed
      : "";
    mark(number, problem);
    if (problem) {
      number.focus();
    } else {
      await act("card", { token: row[columns.indexOf("token")] });
    }
  }
}

/** The test cards; where they could not be had, the next call asks for them again. */
function load() {
  table ??= fetch(new URL("test-cards.json", import.meta.url)).then(answer => {
    if (!answer.ok) {
      throw new Error(`test cards: ${answer.status}`);
    }

    return answer.json();
  }).catch(failure => {
    table = null;
    throw failure;
  });
  return table;
}

/** The bank's question; Escape refuses. @returns {Promise<boolean>} */
function confirmed() {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "bank-title");
  dialog.innerHTML = `<form method="dialog"><h2 id="bank-title">Your bank asks you to confirm</h2>
    <p>Test bank: may this card be kept on file?</p>
    <button class="primary" value="yes">Confirm</button><button class="secondary" value="no">Refuse</button></form>`;

  // No form of the page: closing is all that its buttons do.
  dialog.addEventListener("submit", event => {
    event.preventDefault();
    event.stopPropagation();
    dialog.close(/** @type {HTMLButtonElement} */ (event.submitter).value);
  });
  document.body.append(dialog);
  dialog.showModal();
  return new Promise(answer => dialog.addEventListener("close", () => {
    dialog.remove();
    answer(dialog.returnValue === "yes");
  }));
}

/** @param {HTMLElement} main @param {string} id */
const input = (main, id) => /** @type {HTMLInputElement} */ (main.querySelector(`#${id}`));

/** @param {string} text */
const plain = text => text.replace(/\D/g, "");

/** @param {string} digits */
const isAmex = digits => /^3[47]/.test(digits);

/** @param {string} digits */
const groups = digits => {
  const parts = isAmex(digits) ? digits.match(/^(\d{1,4})(\d{1,6})?(\d{1,5})?/)?.slice(1).filter(Boolean) : digits.match(/\d{1,4}/g);
  return parts?.join(" ") ?? "";
};

/** @param {string} digits */
const month = digits => {
  const padded = /^[2-9]/.test(digits) ? `0${digits}` : digits;
  return padded.length > 2 ? `${padded.slice(0, 2)} / ${padded.slice(2, 4)}` : padded;
};

/** Only at the end of the text: whoever corrects the middle is left alone. @param {HTMLInputElement} field */
function format(field, shape, event) {
  if (field.selectionStart === field.value.length && !event.inputType?.startsWith("delete")) {
    field.value = shape(plain(field.value));
  }
}

/** @param {string} digits */
export function checkNumber(digits) {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const weighted = Number(digit) * (i % 2 ? 2 : 1);
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return digits === "" ? "Enter the card number." : digits.length < 13 || sum % 10 ? "This card number is not complete or not right." : "";
}

/** @param {string} digits @param {Date} now */
export function checkExpiry(digits, now) {
  const [shown, year] = [Number(digits.slice(0, 2)), 2000 + Number(digits.slice(2))];
  return digits.length !== 4 || shown < 1 || shown > 12 ? "Enter month and year, such as 04 / 30."
    : new Date(year, shown) <= now ? "This card has expired."
    : "";
}

/** @param {string} text @param {boolean} amex */
export function checkCode(text, amex) {
  return new RegExp(amex ? "^\\d{4}$" : "^\\d{3}$").test(text) ? "" : `Enter the ${amex ? "four" : "three"} digits of the security code.`;
}
