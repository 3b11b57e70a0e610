// @ts-check
// The overview: its plots, and figures that follow the calls while the page is open. Amounts are BigInt: no digit is lost.
import { plot } from './chart.mjs';
import { fill } from './dashboard.mjs';
import { change, count, exact, roughCount, roughMoney, share, short } from './figures.mjs';
import { ask, listen, painted, pay as payText, say, whenLeft } from './live.mjs';

const unitsPerDollar = 1e10;
const measures = ['requests', 'errors', 'tokens', 'cost', 'charge'];
const root = /** @type {HTMLElement} */ (document.querySelector('[data-overview]'));
const hasAllDigits = root.dataset.digits === 'all';
const amount = hasAllDigits ? exact : short;

/** @type {any} */
let shown = null;
let isTableOld = false;
/** @type {Record<string, ReturnType<typeof plot>>} */
const plots = {};

/** @param {(string | number)[]} points */
const sum = (points) => points.reduce((total, point) => total + BigInt(point), 0n);

/** The points of a measure, as BigInt. @param {any} group @param {string} measure @returns {bigint[]} */
const pointsOf = (group, measure) => (measure === 'margin'
  ? group.charge.map((/** @type {string} */ charge, /** @type {number} */ i) => BigInt(charge) - BigInt(group.cost[i]))
  : group[measure].map(BigInt));

/** Refused calls of any code, point by point. @param {any} series @returns {bigint[]} */
const blockedOf = (series) => series.total.requests.map((/** @type {number} */ _, /** @type {number} */ i) =>
  Object.values(series.blocked).reduce((total, calls) => total + BigInt(/** @type {any} */ (calls)[i]), 0n));

/** @param {string} measure */
const isMoney = (measure) => ['cost', 'charge', 'margin'].includes(measure);

/** @param {string} label @param {bigint[]} points @param {boolean} money @param {number} [colour] */
const seriesOf = (label, points, money, colour) => ({
  label,
  colour,
  values: points.map((point) => (money ? Number(point) / unitsPerDollar : Number(point))),
  text: (/** @type {number} */ i) => (money ? exact : count)(points[i]),
  total: money ? amount(sum(points.map(String))) : count(sum(points.map(String))),
  whole: money ? exact(sum(points.map(String))) : undefined,
});

/** Every drawn group has the colour of its row in the table; one that has no row yet, a colour that is free. @param {any[]} groups */
function coloursOf(groups) {
  const rows = rowKeys();
  const places = groups.map((group) => rows.indexOf(keyOf(group)));
  const free = groups.map((_, i) => i).filter((place) => !places.includes(place));
  return places.map((place) => (place < 0 ? free.shift() ?? 0 : place) + 1);
}

function draw() {
  const measure = root.dataset.measure ?? 'charge';
  const money = isMoney(measure);
  const { edges, zone } = shown;
  const colours = coloursOf(shown.groups);
  const groups = shown.groups.map((/** @type {any} */ group, /** @type {number} */ i) =>
    seriesOf(group.label, pointsOf(group, measure), money, colours[i]));
  const requests = pointsOf(shown.total, 'requests');
  const errors = pointsOf(shown.total, 'errors');
  show('groups', { edges, zone, series: groups }, { stacked: measure !== 'margin', axis: money ? roughMoney : roughCount });
  show('calls', {
    edges,
    zone,
    series: [
      seriesOf('Answered', requests.map((all, i) => all - errors[i]), false, 1),
      seriesOf('Errors', errors, false, 3),
      seriesOf('Blocked', blockedOf(shown), false, 8),
    ],
  }, { stacked: true, axis: roughCount });
}

/** @param {string} name @param {any} data @param {any} options */
function show(name, data, options) {
  const element = /** @type {HTMLElement | null} */ (root.querySelector(`[data-plot="${name}"]`));
  if (plots[name]) {
    plots[name].update(data);
  } else if (element) {
    plots[name] = plot(element, data, {
      ...options, legend: root.querySelector(`[data-legend="${name}"]`), sync: 'overview', zoom,
    });
  }
}

/** A part of the plot as the page's range. @param {number} from @param {number} until */
function zoom(from, until) {
  const local = (/** @type {number} */ seconds) => new Date(seconds * 1000).toLocaleString('sv-SE', {
    timeZone: shown.zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
  }).replace(' ', 'T');
  const address = new URL(location.href);
  address.searchParams.delete('range');
  address.searchParams.set('from', local(from));
  address.searchParams.set('to', local(until));
  location.assign(address);
}

/** An amount where the server wrote one. @param {Element | null} element @param {bigint} units */
const pay = (element, units) => payText(element, units, amount(units));

/** @param {string} name */
const live = (name) => root.querySelector(`[data-live="${name}"]`);

/** @param {any} group @param {string} prefix */
function renewGroup(group, prefix) {
  const [charge, cost] = [sum(group.charge), sum(group.cost)];
  pay(live(`${prefix}charge`), charge);
  pay(live(`${prefix}cost`), cost);
  pay(live(`${prefix}margin`), charge - cost);
  for (const measure of ['requests', 'errors', 'tokens']) {
    const element = live(`${prefix}${measure}`);
    say(element, count(sum(group[measure])));
  }
}

function renewTiles() {
  const { total, before } = shown;
  renewGroup(total, '');
  const [charge, cost, requests] = [sum(total.charge), sum(total.cost), sum(total.requests)];
  say(live('charge-change'), change(charge, sum(before.charge)));
  say(live('cost-change'), change(cost, sum(before.cost)));
  say(live('requests-change'), change(requests, sum(before.requests)));
  say(live('margin-share'), share(charge - cost, charge));
  say(live('error-share'), share(sum(total.errors), requests));
  say(live('blocked'), count(sum(blockedOf(shown).map(String))));
  for (const [code, calls] of Object.entries(shown.blocked)) {
    say(live(`blocked-${code}`), count(sum(calls)));
  }
}

function renewGroups() {
  const measure = root.dataset.measure ?? 'charge';
  const whole = Number(sum(pointsOf(shown.total, measure).map(String)));
  rowKeys().forEach((key, i) => {
    const group = shown.groups.find((/** @type {any} */ one) => keyOf(one) === key);
    if (!group) {
      return;
    }

    renewGroup(group, `group-${i}-`);
    const meter = /** @type {HTMLMeterElement | null} */ (root.querySelector(`[data-share="${i}"]`));
    const part = Number(sum(pointsOf(group, measure).map(String)));
    const value = whole > 0 ? Math.min(Math.max(part / whole, 0), 1) : 0;
    if (meter && Math.abs(meter.value - value) > 0.0001) {
      meter.value = value;
    }
  });
}

function renewTable() {
  const blocked = blockedOf(shown);
  for (const mark of root.querySelectorAll('[data-from]')) {
    const { from, until } = /** @type {HTMLElement} */ (mark).dataset;
    for (const cell of mark.closest('tr')?.querySelectorAll('[data-sum]') ?? []) {
      const measure = /** @type {HTMLElement} */ (cell).dataset.sum ?? '';
      const points = measure === 'blocked' ? blocked : pointsOf(shown.total, measure);
      const units = sum(points.slice(Number(from), Number(until)).map(String));
      isMoney(measure) ? pay(cell, units) : say(cell, count(units));
    }
  }
}

/** As a row of the breakdown says whose it is. @param {any} group @returns {string} */
const keyOf = (group) => (group.key === null ? 'others' : `=${group.key}`);

/** Whose the rows of the breakdown are. @returns {string[]} */
function rowKeys() {
  return [...root.querySelectorAll('[data-group]')].map((row) => /** @type {HTMLElement} */ (row).dataset.group ?? '');
}

/** Everything. @param {any} series */
export function take(series) {
  age(series);
  shown = series;
  const breakdown = root.querySelector('.breakdown');
  if (breakdown && !isOfRows()) {
    whenLeft(breakdown, () => refill(breakdown));
  }

  order();
  renew();
}

/** Are there rows for what is shown, and no others? */
function isOfRows() {
  const rows = rowKeys();
  return rows.length === shown.groups.length && shown.groups.every((/** @type {any} */ group) => rows.includes(keyOf(group)));
}

/** The rows are the server's to make: they come with the series. @param {Element} breakdown */
function refill(breakdown) {
  if (!isOfRows()) {
    fill(breakdown, shown.breakdown);
    order();
    renew();
  }
}

/** The groups in the order of their rows, which stay where they are; those that have none yet come last. */
function order() {
  const rows = rowKeys();
  const place = (/** @type {any} */ group) => (rows.indexOf(keyOf(group)) + rows.length + 1) % (rows.length + 1);
  shown.groups.sort((/** @type {any} */ a, /** @type {any} */ b) => place(a) - place(b));
}

/** Does the table have other times than the plots? @param {any} series */
function age(series) {
  if (shown && shown.edges[0] !== series.edges[0]) {
    isTableOld = true;
    say(root.querySelector('.figures > summary'), 'Table, as it was when the page was opened');
  }
}

/** The last points: they take the place of those that are there. @param {any} news */
export function replace(news) {
  if (!shown) {
    return;
  }

  put(shown.total, news.total, measures, news.from);
  for (const group of news.groups) {
    put(shown.groups.find((/** @type {any} */ one) => one.key === group.key), group, measures, news.from);
  }

  for (const [code, calls] of Object.entries(news.blocked)) {
    shown.blocked[code] ??= new Array(shown.total.requests.length).fill(0);
    put(shown.blocked, { [code]: calls }, [code], news.from);
  }

  renew();
}

/** @param {any} target @param {any} source @param {string[]} names @param {number} from */
function put(target, source, names, from) {
  for (const name of target ? names : []) {
    target[name].splice(from, source[name].length, ...source[name]);
  }
}

function renew() {
  draw();
  renewTiles();
  renewGroups();
  if (!isTableOld) {
    renewTable();
  }
}

/** What is shown, without news of it. */
export async function fetchOnce() {
  const series = await ask(root.dataset.seriesUrl ?? '');
  if (series && !shown) {
    take(series);
  }
}

/** What needs attention, as the server's lines. @param {{ count: number, html: string }} news */
function attend(news) {
  const badge = document.querySelector('[data-attention-count]');
  say(badge, count(news.count));
  badge?.toggleAttribute('hidden', news.count === 0);
  const list = document.querySelector('[data-attention]');
  if (list) {
    whenLeft(list, () => fill(list, news.html));
  }
}

document.addEventListener('keydown', (event) => {
  const link = /^[1-9]$/.test(event.key) ? document.querySelector(`[data-range="${event.key}"]`) : null;
  const isTyped = event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey;
  if (link instanceof HTMLAnchorElement && !isTyped) {
    location.assign(link.href);
  }
});

if ('empty' in root.dataset) {
  const look = (/** @type {any} */ news) => [...news.total.requests, ...Object.values(news.blocked).flat()].some((calls) => calls > 0)
    && location.reload();
  listen(root.dataset.liveUrl ?? '', { series: look, points: look });
} else if (root.dataset.liveUrl) {
  listen(root.dataset.liveUrl, { series: take, points: replace, attention: attend }, fetchOnce);
} else if (!('told' in root.dataset)) {
  painted(fetchOnce);
}
