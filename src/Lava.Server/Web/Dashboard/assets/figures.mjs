// @ts-check
// Numbers as the server writes them (MoneyMarkup, FigureText), so that a figure that is renewed here looks as it did before.

const unitsPerDollar = 10_000_000_000n;
const digits = 10;
const tellingDigits = 3;

/** @param {bigint} value */
const magnitude = (value) => (value < 0n ? -value : value);

/** @param {bigint | string} value */
const grouped = (value) => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** "$0.0001234567". @param {bigint} units */
export function exact(units) {
  const value = magnitude(units);
  return `${units < 0n ? '−' : ''}$${grouped(value / unitsPerDollar)}.${String(value % unitsPerDollar).padStart(digits, '0')}`;
}

/** "$0.000123": what is not nothing never reads as nothing. @param {bigint} units */
export function short(units) {
  const value = magnitude(units);
  const fraction = String(value % unitsPerDollar).padStart(digits, '0');
  const zeros = fraction.length - fraction.replace(/^0+/, '').length;
  const decimals = value >= unitsPerDollar || value === 0n ? 2 : Math.min(Math.max(zeros + tellingDigits, 2), digits);
  const step = 10n ** BigInt(digits - decimals);
  const rounded = String((value + step / 2n) / step).padStart(decimals + 1, '0');
  const tail = rounded.slice(-decimals);
  const kept = tail.slice(0, 2) + tail.slice(2).replace(/0+$/, '');
  return `${units < 0n ? '−' : ''}$${grouped(rounded.slice(0, -decimals))}.${kept}`;
}

/** As an attribute carries it: "-0.0001234567". @param {bigint} units */
export function plain(units) {
  const value = magnitude(units);
  return `${units < 0n ? '-' : ''}${value / unitsPerDollar}.${String(value % unitsPerDollar).padStart(digits, '0')}`;
}

/** "1,250". @param {bigint | number} value */
export const count = (value) => `${value < 0 ? '-' : ''}${grouped(magnitude(BigInt(value)))}`;

/** "12.5 %"; "–" of nothing. @param {bigint} part @param {bigint} whole */
export const share = (part, whole) => (whole === 0n ? '–' : `${(100 * Number(part) / Number(whole)).toFixed(1)} %`);

/** "+12.5 %". @param {bigint} now @param {bigint} before */
export function change(now, before) {
  if (before === 0n) {
    return now === 0n ? 'as before' : 'new';
  }

  const by = 100 * (Number(now) - Number(before)) / Math.abs(Number(before));
  const [whole, part] = Math.abs(by).toFixed(1).split('.');
  return Math.abs(by) < 0.05 ? 'as before' : `${by > 0 ? '+' : '−'}${grouped(whole)}.${part} %`;
}

/** For axes: few digits. @param {number} value in dollars */
export function roughMoney(value) {
  const size = Math.abs(value);
  const text = size >= 1e6 ? `${trim(size / 1e6)}M` : size >= 1e4 ? `${trim(size / 1e3)}k`
    : size === 0 ? '0' : size >= 1 ? trim(size, 2) : trimZeros(size.toFixed(Math.min(10, 2 - Math.floor(Math.log10(size)))));
  return `${value < 0 ? '−' : ''}$${text}`;
}

/** For axes. @param {number} value */
export function roughCount(value) {
  const size = Math.abs(value);
  const text = size >= 1e9 ? `${trim(size / 1e9)}G` : size >= 1e6 ? `${trim(size / 1e6)}M` : size >= 1e4 ? `${trim(size / 1e3)}k`
    : trim(size, 2);
  return `${value < 0 ? '−' : ''}${text}`;
}

/** @param {string} text */
const trimZeros = (text) => text.replace(/\.?0+$/, '');

/** @param {number} value @param {number} decimals */
function trim(value, decimals = 1) {
  return grouped(value.toFixed(decimals).split('.')[0]) + trimZeros(value.toFixed(decimals).replace(/^\d+/, ''));
}
