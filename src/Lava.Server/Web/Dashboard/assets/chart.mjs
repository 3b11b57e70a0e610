// @ts-check
// Plots over uPlot (a global, from its own file): stacked bars or lines, with a legend that switches series, exact figures under the
// pointer, and a range to zoom to. Colours come from the style sheet's --plot-1 to --plot-8.

/**
 * @typedef {object} Series
 * @property {string} label
 * @property {number[]} values what is drawn
 * @property {(point: number) => string} text the exact figure of a point
 * @property {string} total the sum, for the legend
 * @property {string} [whole] the sum with all digits, where it has more
 * @property {number} [colour] 1 to 8; without: its place
 *
 * @typedef {object} Plot
 * @property {number[]} edges seconds since 1970; one more than there are points
 * @property {string} zone of the clocks below it
 * @property {Series[]} series
 *
 * @typedef {object} Options
 * @property {boolean} [stacked] bars upon each other; else lines
 * @property {(value: number) => string} axis a figure beside the plot
 * @property {HTMLElement | null} [legend]
 * @property {(from: number, until: number) => void} [zoom] seconds
 * @property {string} [sync] plots of the same name share their pointer
 */

const colours = 8;
const dashes = [[], [8, 4], [2, 3], [10, 3, 2, 3], [4, 4], [14, 4], [6, 2, 2, 2], [1, 2]];
const zoomPixels = 12;
const axisPixels = 72;
const barPixels = 4;
const wideSeconds = 3 * 86_400;

/** Colours of the theme as canvases take them. @param {HTMLElement} element */
function palette(element) {
  const probe = document.createElement('i');
  probe.hidden = true;
  element.append(probe);
  const read = (/** @type {string} */ name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const found = {
    line: read('line'), quiet: read('quiet'), ground: read('panel'),
    plot: Array.from({ length: colours }, (_, i) => read(`plot-${i + 1}`)),
  };
  probe.remove();
  return found;
}

/** @param {number[][]} rows @param {boolean[]} shown */
function stack(rows, shown) {
  const sums = new Array(rows[0]?.length ?? 0).fill(0);
  return rows.map((row, i) => row.map((value, point) => (shown[i] ? sums[point] += value : null)));
}

/**
 * Draws into an element that has its height from the style sheet.
 * @param {HTMLElement} element @param {Plot} first @param {Options} options
 */
export function plot(element, first, options) {
  const uPlot = /** @type {any} */ (globalThis).uPlot;
  let data = first;
  let look = palette(element);
  let shown = data.series.map(() => true);
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  tip.setAttribute('aria-hidden', 'true');
  const colour = (/** @type {number} */ i) => look.plot[((data.series[i].colour ?? i + 1) - 1) % colours];

  // Bars: the highest is drawn first and the others over it, so that each shows its own part.
  const order = (/** @type {number} */ length) => {
    const places = Array.from({ length }, (_, i) => i);
    return options.stacked ? places.reverse() : places;
  };
  const columns = () => {
    const rows = data.series.map((one) => one.values);
    const heights = options.stacked ? stack(rows, shown) : rows.map((row, i) => (shown[i] ? row : row.map(() => null)));
    return [data.edges.slice(0, -1), ...order(rows.length).map((i) => heights[i])];
  };

  const make = () => new uPlot({
    width: Math.max(element.clientWidth, 1),
    height: element.clientHeight,
    tzDate: (/** @type {number} */ seconds) => uPlot.tzDate(new Date(seconds * 1000), data.zone),
    legend: { show: false },
    padding: [8, 20, 0, 0],
    cursor: {
      y: false, points: { show: false }, drag: { x: Boolean(options.zoom), y: false, setScale: false },
      ...(options.sync ? { sync: { key: options.sync } } : {}),
    },
    scales: {
      x: { time: true, range: () => [data.edges[0], data.edges[data.edges.length - 1]] },
      y: {
        range: (/** @type {any} */ _, /** @type {number | null} */ low, /** @type {number | null} */ high) => {
          const top = Math.max(high ?? 0, 0);
          const bottom = Math.min(low ?? 0, 0);
          const room = (top - bottom || 1) * 0.06;
          return [bottom < 0 ? bottom - room : 0, top + room];
        },
      },
    },
    axes: [
      axis({ space: 70, size: isWide() ? 32 : 46, values: times }),
      axis({ size: axisPixels, values: (/** @type {any} */ _, /** @type {number[]} */ values) => values.map(options.axis) }),
    ],
    series: [{}, ...order(data.series.length).map((i) => ({
      label: data.series[i].label,
      points: { show: false },
      // A line between bars that have the room for one.
      stroke: () => (options.stacked && u.bbox.width / devicePixelRatio > barPixels * data.edges.length ? look.ground : colour(i)),
      width: options.stacked ? 0.5 : 2,
      fill: options.stacked ? () => colour(i) : undefined,
      dash: options.stacked ? undefined : dashes[i % dashes.length],
      paths: options.stacked ? uPlot.paths.bars({ size: [0.92, 120], align: 1 }) : uPlot.paths.linear(),
    }))],
    hooks: { setCursor: [point], setSelect: [select], ready: [(/** @type {any} */ u) => u.over.append(tip)] },
  }, columns(), element);

  /** @param {any} more */
  function axis(more) {
    return {
      stroke: () => look.quiet, grid: { stroke: () => look.line, width: 1 }, ticks: { stroke: () => look.line, width: 1 },
      font: '12px system-ui, sans-serif', ...more,
    };
  }

  function isWide() {
    return data.edges[data.edges.length - 1] - data.edges[0] > wideSeconds;
  }

  /** Hours and, once, their day; where there are many days, these alone. @param {any} _ @param {number[]} splits */
  function times(_, splits) {
    let day = '';
    return splits.map((seconds) => {
      const at = new Date(seconds * 1000);
      const date = at.toLocaleDateString('en-GB', { timeZone: data.zone, day: 'numeric', month: 'short' });
      const time = at.toLocaleTimeString('en-GB', { timeZone: data.zone, hour: '2-digit', minute: '2-digit' });
      if (isWide()) {
        return time === '00:00' ? date : '';
      }

      const text = date === day ? time : `${time}\n${date}`;
      day = date;
      return text;
    });
  }

  /** What the pointer is over. @param {any} u */
  function point(u) {
    const at = u.cursor.idx;
    tip.hidden = at === null || at === undefined || u.cursor.left < 0 || data.series.length === 0;
    if (tip.hidden) {
      return;
    }

    const head = document.createElement('strong');
    head.textContent = new Date(data.edges[at] * 1000).toLocaleString('en-GB', {
      timeZone: data.zone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit',
    });
    tip.replaceChildren(head, ...data.series.flatMap((one, i) => (shown[i] && one.values[at] !== 0 ? [line(one, i, one.text(at))] : [])));
    const isRight = u.cursor.left > u.over.clientWidth / 2;
    tip.style.left = isRight ? 'auto' : `${u.cursor.left + 12}px`;
    tip.style.right = isRight ? `${u.over.clientWidth - u.cursor.left + 12}px` : 'auto';
  }

  /** The class of its colour. @param {Series} one @param {number} i */
  const keyOf = (one, i) => `key-${((one.colour ?? i + 1) - 1) % colours + 1}`;

  /** @param {Series} one @param {number} i @param {string} text */
  function line(one, i, text) {
    const row = document.createElement('span');
    const name = document.createElement('span');
    const label = document.createElement('bdi');
    label.textContent = one.label;
    const figure = document.createElement('b');
    const key = document.createElement('i');
    key.className = `key ${keyOf(one, i)}`;
    name.append(key, label);
    figure.textContent = text;
    row.append(name, figure);
    return row;
  }

  /** @param {any} u */
  function select(u) {
    if (u.select.width >= zoomPixels && options.zoom) {
      const last = data.edges.length - 2;
      const from = data.edges[Math.min(Math.max(u.posToIdx(u.select.left), 0), last)];
      const until = data.edges[Math.min(u.posToIdx(u.select.left + u.select.width), last) + 1];
      u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      options.zoom(from, until);
    }
  }

  function legend() {
    const box = options.legend;
    if (!box) {
      return;
    }

    const buttons = data.series.map((one, i) => {
      const button = /** @type {HTMLButtonElement} */ (box.children[i] ?? document.createElement('button'));
      button.type = 'button';
      button.setAttribute('aria-pressed', String(shown[i]));
      button.onclick = () => {
        shown[i] = !shown[i];
        button.setAttribute('aria-pressed', String(shown[i]));
        u.setData(columns());
      };
      button.title = one.whole ?? '';
      const text = `${one.label}\u2002${one.total}`;
      if (button.textContent !== text || !button.querySelector(`.${keyOf(one, i)}`)) {
        button.replaceChildren(line(one, i, one.total));
        button.firstElementChild?.classList.add('entry');
      }

      return button;
    });
    // Those that are there stay where they are: one of them may have the focus.
    while (box.children.length > buttons.length) {
      box.lastElementChild?.remove();
    }

    box.append(...buttons.slice(box.children.length));
  }

  let u = make();
  legend();
  const repaint = () => {
    look = palette(element);
    u.redraw(false, true);
  };
  document.addEventListener('lava:theme', repaint);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  new ResizeObserver(() => {
    if (element.clientWidth > 0 && (element.clientWidth !== u.width || element.clientHeight !== u.height)) {
      u.setSize({ width: element.clientWidth, height: element.clientHeight });
    }
  }).observe(element);

  return {
    /** Shows other figures. @param {Plot} next */
    update(next) {
      const isSame = next.series.length === data.series.length && next.series.every((one, i) => one.label === data.series[i].label);
      const off = new Set(data.series.filter((_, i) => !shown[i]).map((one) => one.label));
      data = next;
      if (isSame) {
        u.setData(columns());
      } else {
        shown = data.series.map((one) => !off.has(one.label));
        u.destroy();
        u = make();
      }

      legend();
    },
  };
}
