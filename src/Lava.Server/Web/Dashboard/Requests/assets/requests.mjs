// @ts-check
// The list of requests while it is looked at: new rows come in at their place, and nothing moves under a pointer or a focus.
import { fill } from './dashboard.mjs';
import { listen, say } from './live.mjs';

const shownMs = 2_000;
const sayMs = 10_000;
const section = /** @type {HTMLElement} */ (document.querySelector('[data-requests-live]'));
const body = section.querySelector('tbody');

/** @type {{ ids: string[], rows: Map<string, string>, older: string } | null} */
let waiting = null;
let isHeld = false;
let unsaid = 0;
let saidAt = 0;

const button = document.createElement('button');
button.type = 'button';
button.hidden = true;
button.addEventListener('click', () => {
  // What it leaves the focus in must not go.
  section.tabIndex = -1;
  section.focus();
  apply();
});

const voice = document.createElement('p');
voice.className = 'voice';
voice.setAttribute('role', 'status');

// Beside the heading: nothing moves when it comes.
section.before(voice);
document.querySelector('.actions')?.prepend(button);

/** @param {number} rows */
const words = (rows) => (rows === 1 ? '1 new request' : `${rows} new requests`);

/** @param {string} html */
function rowOf(html) {
  const template = document.createElement('template');
  fill(template, html);
  const row = /** @type {HTMLElement} */ (template.content.firstElementChild);
  row.classList.add('new');
  setTimeout(() => row.classList.remove('new'), shownMs);
  return row;
}

/** Says how many came, not more often than somebody can listen. @param {number} rows */
function tell(rows) {
  unsaid += rows;
  if (unsaid > 0 && Date.now() - saidAt >= sayMs) {
    say(voice, words(unsaid));
    unsaid = 0;
    saidAt = Date.now();
  }
}

/** The way to what has left the first page. @param {string} html */
function lead(html) {
  const template = document.createElement('template');
  fill(template, html);
  const next = template.content.firstElementChild;
  const present = section.querySelector('.pager');
  const link = present?.querySelector('a');
  if (link && next) {
    link.setAttribute('href', next.querySelector('a')?.getAttribute('href') ?? '');
  } else if (next) {
    section.append(next);
  } else {
    present?.remove();
  }
}

function apply() {
  if (!waiting || !body) {
    return;
  }

  const { ids, rows, older } = waiting;
  waiting = null;
  button.hidden = true;
  let place = body.firstElementChild;
  let added = 0;
  for (const id of ids) {
    const present = document.getElementById(id);
    if (present && present === place) {
      place = place.nextElementSibling;
    } else if (present) {
      body.insertBefore(present, place);
    } else if (rows.has(id)) {
      body.insertBefore(rowOf(/** @type {string} */ (rows.get(id))), place);
      added++;
    }
  }

  // What has left the first page.
  while (place) {
    const next = place.nextElementSibling;
    place.remove();
    place = next;
  }

  lead(older);
  tell(added);
}

/** @param {{ ids: string[], rows: Record<string, string>, older: string }} page */
function take({ ids, rows, older }) {
  if (!body) {
    // There was nothing: the page begins anew with its first row.
    if (ids.length > 0) {
      location.reload();
    }

    return;
  }

  // Of those that came while the list was held, what has left the page meanwhile is not kept.
  const known = new Map([...(waiting?.rows ?? []), ...Object.entries(rows)].filter(([id]) => ids.includes(id)));
  waiting = { ids, rows: known, older };
  const news = ids.filter((id) => !document.getElementById(id)).length;
  if (isHeld && news > 0) {
    button.hidden = false;
    say(button, words(news));
  } else {
    apply();
  }
}

/** @param {boolean} held */
function hold(held) {
  isHeld = held;
  if (!held) {
    apply();
  }
}

const isWithin = () => Boolean(body?.matches(':hover') || body?.contains(document.activeElement));
body?.addEventListener('pointerenter', () => hold(true));
body?.addEventListener('pointerleave', () => hold(isWithin()));
body?.addEventListener('focusin', () => hold(true));
body?.addEventListener('focusout', () => setTimeout(() => hold(isWithin())));
listen(section.dataset.requestsLive ?? '', { rows: take });
