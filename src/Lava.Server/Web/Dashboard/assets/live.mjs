// @ts-check
// News from the server, as long as the page is looked at. A hidden page holds no connection; one that is shown again gets everything anew.

import { exact, plain } from './figures.mjs';

const againMs = 30_000;

/**
 * Listens. Each event's data is JSON.
 * @param {string} url
 * @param {Record<string, (data: any) => void>} handlers by event
 * @param {() => void} [failed] the server takes no more streams now; it is asked again later
 */
export function listen(url, handlers, failed) {
  /** @type {EventSource | null} */
  let source = null;
  let timer = 0;
  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };
  const open = () => {
    close();
    source = new EventSource(url);
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
    }

    source.addEventListener('menu', (event) => tellMenu(JSON.parse(event.data).attention));

    // A connection that breaks is opened again by the browser; an answer that is no stream is not.
    source.addEventListener('error', () => {
      if (source?.readyState === EventSource.CLOSED) {
        failed?.();
        timer = setTimeout(open, againMs);
      }
    });
  };
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));

  // A page that the browser keeps in memory must not keep its connection.
  addEventListener('pagehide', close);
  addEventListener('pageshow', (event) => event.persisted && open());
  if (!document.hidden) {
    painted(() => document.hidden || source || open());
  }
}

/** How much needs attention, beside its entry in the menu. @param {number} attention */
function tellMenu(attention) {
  for (const element of document.querySelectorAll('[data-menu-count]')) {
    say(element.querySelector('b'), String(attention));
    element.toggleAttribute('hidden', attention === 0);
  }
}

/** Runs when the page has been painted: its figures are in it, and what draws plots must not keep them back. @param {() => void} run */
export function painted(run) {
  requestAnimationFrame(() => setTimeout(run));
}

/** What waits until an element is left. @type {WeakMap<Element, (() => void) | null>} */
const waiting = new WeakMap();

/**
 * Changes an element as soon as neither pointer nor focus is in it: nothing moves under them. What came last is what is done.
 * @param {Element} element @param {() => void} change
 */
export function whenLeft(element, change) {
  const isNew = !waiting.has(element);
  const run = () => {
    if (!element.matches(':hover') && !element.contains(document.activeElement)) {
      waiting.get(element)?.();
      waiting.set(element, null);
    }
  };
  waiting.set(element, change);
  if (isNew) {
    element.addEventListener('pointerleave', run);
    element.addEventListener('focusout', () => setTimeout(run));
  }

  run();
}

/** Sets a text where it differs. @param {Element | null} element @param {string} text */
export function say(element, text) {
  if (element && element.textContent !== text) {
    element.textContent = text;
  }
}

/**
 * Sets an amount where it differs, with all digits in its title.
 * @param {Element | null} element what holds it @param {bigint} units @param {string} text as it is read
 */
export function pay(element, units, text) {
  const data = element?.querySelector('data');
  if (data && data.value !== plain(units)) {
    data.value = plain(units);
    data.title = exact(units);
    say(data, text);
  }
}
