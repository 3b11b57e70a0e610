// @ts-check
// The operator's page: plots of the last minutes or hours, and figures that follow the server each second.
import { plot } from './chart.mjs';
import { roughCount } from './figures.mjs';
import { ask, listen, say } from './live.mjs';

const root = /** @type {HTMLElement} */ (document.querySelector('[data-operations]'));
const isLong = root.dataset.isLong === 'yes';

/** @param {number} value */
const number = (value) => value.toLocaleString('en-GB', { maximumFractionDigits: value < 100 ? 1 : 0 });

/** @param {number} micros */
const time = (micros) => (micros < 1000
  ? `${number(micros)} µs`
  : micros < 1e6 ? `${number(micros / 1000)} ms` : `${number(micros / 1e6)} s`);

/** @param {number} seconds */
const seconds = (seconds) => `${number(seconds)} s`;

/** @param {number} mebibytes */
const memory = (mebibytes) => (mebibytes < 1024 ? `${number(mebibytes)} MiB` : `${number(mebibytes / 1024)} GiB`);

/**
 * Of each plot: how its figures read, and its lines: column, name, colour.
 * @type {Record<string, { text: (value: number) => string, axis?: (value: number) => string, lines: [string, string, number][] }>}
 */
const kinds = {
  requests: { text: number, axis: roughCount, lines: [['requests', 'Requests', 1], ['errors', 'Errors', 3], ['refused', 'Refused', 8]] },
  added: { text: time, lines: [['added50', 'p50', 1], ['added90', 'p90', 4], ['added99', 'p99', 3]] },
  first: { text: time, lines: [['first50', 'p50', 1], ['first99', 'p99', 3]] },
  open: { text: number, axis: roughCount, lines: [['inflight', 'In flight', 1], ['streams', 'Streams', 2]] },
  lag: { text: seconds, lines: [['lag', 'Behind', 3]] },
  memory: { text: memory, lines: [['memory', 'Process', 1], ['heap', 'Heap', 2]] },
};

/** @type {{ zone: string, step: number, columns: string[], rows: number[][] } | null} */
let shown = null;
/** @type {Record<string, ReturnType<typeof plot>>} */
const plots = {};

function draw() {
  if (!shown || shown.rows.length === 0) {
    return;
  }

  const { rows, columns, step, zone } = shown;
  const edges = rows.map((row) => row[0]);
  edges.push(edges[edges.length - 1] + step);
  for (const [name, kind] of Object.entries(kinds)) {
    const series = kind.lines.map(([column, label, colour]) => {
      const values = rows.map((row) => row[columns.indexOf(column)]);
      const text = (/** @type {number} */ i) => kind.text(values[i]);
      return { label, colour, values, text, total: kind.text(values[values.length - 1]) };
    });
    const element = /** @type {HTMLElement | null} */ (root.querySelector(`[data-plot="${name}"]`));
    if (plots[name]) {
      plots[name].update({ edges, zone, series });
    } else if (element) {
      plots[name] = plot(element, { edges, zone, series }, {
        axis: kind.axis ?? kind.text, legend: root.querySelector(`[data-legend="${name}"]`), sync: 'operations',
      });
    }
  }
}

/** @param {{ key: string, tone: string, word: string, figure: string, advice: string }} line */
function judge(line) {
  const row = root.querySelector(`[data-health="${line.key}"]`);
  const word = row?.querySelector('[data-word]');
  say(word ?? null, line.word);
  if (word && word.className !== `badge ${line.tone}`) {
    word.className = `badge ${line.tone}`;
  }

  say(row?.querySelector('[data-figure]') ?? null, line.figure);
  say(row?.querySelector('[data-advice]') ?? null, line.advice);
}

/** @param {{ row: number[], texts: Record<string, string>, health: any[] }} news */
function take(news) {
  for (const [name, text] of Object.entries(news.texts)) {
    say(root.querySelector(`[data-live="${name}"]`), text);
  }

  news.health.forEach(judge);
  if (shown && !isLong && news.row[0] > (shown.rows[shown.rows.length - 1]?.[0] ?? 0)) {
    shown.rows.push(news.row);
    shown.rows.splice(0, Math.max(0, shown.rows.length - 900));
    draw();
  }
}

async function fetchAll() {
  shown = await ask(root.dataset.samplesUrl ?? '') ?? shown;
  draw();
}

await fetchAll();
listen(root.dataset.liveUrl ?? '', { sample: take }, undefined, fetchAll);
document.addEventListener('visibilitychange', () => document.hidden || fetchAll());
if (isLong) {
  setInterval(() => document.hidden || fetchAll(), 15_000);
}
