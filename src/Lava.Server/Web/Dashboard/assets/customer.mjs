// @ts-check
// A customer's page while calls run: its figures follow them, each at its place. No element comes, goes or moves, but where the server
// says that a part has another shape: a limit that was set, or taken away.
import { fill } from './dashboard.mjs';
import { exact, short } from './figures.mjs';
import { listen, pay, say, whenLeft } from './live.mjs';

const root = /** @type {HTMLElement} */ (document.querySelector('[data-customer-live]'));
const amount = root.dataset.digits === 'all' ? exact : short;

// What the server may set: nothing that a browser would run or load.
const attributes = ['aria-label', 'hidden', 'max', 'value', 'x', 'width'];

/** The amount's own element, where a text stood before. @param {Element} element */
function prepare(element) {
  if (!element.querySelector('data')) {
    const data = document.createElement('data');
    data.className = 'money';
    element.replaceChildren(data);
  }
}

/** @typedef {{ amount?: string, text?: string, set?: Record<string, string | null>, shape?: string, html?: string }} Figure */

/** What was told last of each figure, and as the how manieth. @type {Map<string, { at: number, figure: Figure }>} */
const told = new Map();
let count = 0;

/** A part in its present shape, with the figures that came while it was pointed at. @param {HTMLElement} element @param {Figure} part */
function reshape(element, { shape = '', html = '' }) {
  const at = count;
  whenLeft(element, () => {
    if (element.dataset.shape === shape) {
      return;
    }

    fill(element, html);
    element.dataset.shape = shape;
    for (const inner of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll('[data-figure]'))) {
      const later = told.get(inner.dataset.figure ?? '');
      if (later && later.at > at) {
        show(inner, later.figure);
      }
    }
  });
}

/** @param {Element} element @param {Figure} figure */
function show(element, figure) {
  if (figure.html !== undefined && element instanceof HTMLElement) {
    reshape(element, figure);
  }

  if (figure.amount !== undefined) {
    prepare(element);
    pay(element, BigInt(figure.amount), amount(BigInt(figure.amount)));
  }

  if (figure.text !== undefined) {
    say(element, figure.text);
  }

  for (const [name, value] of Object.entries(figure.set ?? {})) {
    if (attributes.includes(name) && element.getAttribute(name) !== value) {
      value === null ? element.removeAttribute(name) : element.setAttribute(name, value);
    }
  }
}

/** @param {Record<string, Figure>} figures */
function take(figures) {
  for (const [name, figure] of Object.entries(figures)) {
    told.set(name, { at: ++count, figure });
    for (const element of document.querySelectorAll(`[data-figure="${CSS.escape(name)}"]`)) {
      show(element, figure);
    }
  }
}

// The plots are those of the overview; they are told by the same stream.
const plots = document.querySelector('[data-overview]') ? await import('./overview.mjs') : null;
listen(
  root.dataset.customerLive ?? '',
  { figures: take, ...(plots ? { series: plots.take, points: plots.replace } : {}) },
  () => plots?.fetchOnce());
