// @ts-check
// Makes forward tokens out of what is typed. Nothing of it leaves the page.

/** @type {NodeListOf<HTMLInputElement>} */
const fields = document.querySelectorAll('[data-token-field]');
/** @type {HTMLInputElement | null} */
const flag = document.querySelector('[data-token-flag]');
/** @type {HTMLInputElement | null} */
const secret = document.querySelector('[data-token-secret]');

/** JSON that nothing in a shell's single quotes ends. @param {string} text */
const quoted = (text) => JSON.stringify(text).replaceAll("'", '\\u0027');

function named() {
  /** @type {Record<string, string | boolean>} */
  const token = {};
  for (const field of fields) {
    if (field.value.trim() !== '') {
      token[field.dataset.tokenField ?? ''] = field.value.trim();
    }
  }

  if (flag?.checked) {
    token.disable_billing = true;
  }

  return token;
}

/** The fields as the lines without a token have them. @param {Record<string, string | boolean>} token @param {boolean} isPython */
function listed(token, isPython) {
  return Object.entries(token).map(([name, value]) =>
    `,"${name}":${value === true ? (isPython ? 'True' : 'true') : quoted(String(value))}`).join('');
}

function show() {
  const token = named();
  const key = secret?.value.trim() ?? '';
  const json = JSON.stringify({ secret_key: key, ...token });
  const made = btoa(String.fromCharCode(...new TextEncoder().encode(json)));
  for (const line of document.querySelectorAll('[data-line]')) {
    const { line: name, with: ready, without } = /** @type {HTMLElement} */ (line).dataset;
    const code = line.querySelector('code');
    if (code) {
      code.textContent = key === ''
        ? (without ?? '').replace('__FIELDS__', () => listed(token, name === 'python'))
        : (ready ?? '').replace('__TOKEN__', made);
    }
  }

  const shown = document.querySelector('[data-token-made]');
  if (shown instanceof HTMLElement) {
    shown.hidden = key === '';
    const code = shown.querySelector('code');
    if (code) {
      code.textContent = key === '' ? '' : made;
    }
  }
}

document.querySelectorAll('[data-scripted]').forEach((part) => part.removeAttribute('hidden'));
document.querySelectorAll('[data-plain]').forEach((part) => part.remove());
document.querySelector('[data-token]')?.addEventListener('submit', (event) => event.preventDefault());
document.addEventListener('input', show);
show();
