// @ts-check
// News from the server, as long as the page is looked at. A hidden page holds no connection; one that is shown again gets everything anew.

import { exact, plain } from './figures.mjs';

const againMs = 30_000;

// A stream that has lasted its hour, or a server that starts anew, is back within this time: nobody has to hear of it.
const lostMs = 6_000;

// The server says something each quarter of a minute. Of a machine that is gone nobody tells: its silence does.
const silentMs = 40_000;

const asked = 'The server is asked again.';
const refused = 'Your session has ended, or too many pages are open: load this one anew.';

/**
 * Listens. Each event's data is JSON.
 * @param {string} url
 * @param {Record<string, (data: any) => void>} handlers by event
 * @param {() => void} [failed] the server takes no more streams now; it is asked again later
 * @param {() => void} [found] news come again after some were lost
 */
export function listen(url, handlers, failed, found) {
  /** @type {EventSource | null} */
  let source = null;
  let timer = 0;
  let silence = 0;
  const loss = lossOf(found);
  const close = () => {
    clearTimeout(timer);
    clearTimeout(silence);
    source?.close();
    source = null;
  };
  const hear = () => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      loss.begin(asked);
      open();
    }, silentMs);
  };
  const open = () => {
    close();
    source = new EventSource(url);
    hear();
    source.addEventListener('open', () => {
      loss.end();
      hear();
    });
    source.addEventListener('alive', hear);
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => {
        hear();
        handle(JSON.parse(event.data));
      });
    }

    source.addEventListener('menu', (event) => {
      hear();
      tellMenu(JSON.parse(event.data).attention);
    });

    // A connection that breaks is opened again by the browser; an answer that is no stream is not.
    source.addEventListener('error', () => {
      const isRefused = source?.readyState === EventSource.CLOSED;
      loss.begin(isRefused ? refused : asked);
      if (isRefused) {
        clearTimeout(silence);
        failed?.();
        timer = setTimeout(open, againMs);
      }
    });
  };
  const leave = () => {
    close();
    loss.end();
  };
  document.addEventListener('visibilitychange', () => (document.hidden ? leave() : open()));

  // A page that the browser keeps in memory must not keep its connection.
  addEventListener('pagehide', leave);
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

/** Says that no news come, once that has lasted: figures that stand still look like figures. @param {() => void} [found] */
function lossOf(found) {
  const note = document.createElement('p');
  note.className = 'notice warn lost';
  note.setAttribute('role', 'status');
  document.body.append(note);
  let timer = 0;
  return {
    /** @param {string} advice */
    begin(advice) {
      const since = new Date().toLocaleTimeString('en-GB');
      timer ||= setTimeout(() => say(note, `No news since ${since}: what you see stands still. ${advice}`), lostMs);
    },
    end() {
      if (timer !== 0) {
        found?.();
      }

      clearTimeout(timer);
      timer = 0;
      say(note, '');
    },
  };
}

/** A document; null where it can't be had now. @param {string} url @returns {Promise<any>} */
export async function ask(url) {
  try {
    const answer = await fetch(url);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
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
