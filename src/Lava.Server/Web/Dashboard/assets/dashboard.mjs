// @ts-check
// What every page of the dashboard has beside its HTML: zone, theme, digits, copying, keys, previews. Pages work without it.

const year = 365 * 24 * 3600;
const copyText = 'Copy';

/** Keeps a choice of the viewer; the server reads it with the next page. @param {string} name @param {string} value */
function keep(name, value) {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${year}; samesite=lax`;
}

/** @param {string} name */
function kept(name) {
  const one = document.cookie.split('; ').find((cookie) => cookie.startsWith(`${name}=`));
  return one ? decodeURIComponent(one.slice(name.length + 1)) : null;
}

/** The browser reads its tables of zones for it, 25 to 35 ms: behind the first frame. */
function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && kept('lava_zone') !== zone) {
    keep('lava_zone', zone);
  }
}

function switchTheme() {
  const button = document.querySelector('[data-theme-switch]');
  if (!(button instanceof HTMLButtonElement)) {
    return;
  }

  button.hidden = false;
  button.addEventListener('click', () => {
    const root = document.documentElement;
    const isDark = root.dataset.theme === 'dark'
      || (root.dataset.theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
    root.dataset.theme = isDark ? 'light' : 'dark';
    keep('lava_theme', root.dataset.theme);
    document.dispatchEvent(new CustomEvent('lava:theme'));
  });
}

function switchDigits() {
  const button = document.querySelector('[data-digits-switch]');
  if (!(button instanceof HTMLButtonElement)) {
    return;
  }

  button.hidden = false;
  button.addEventListener('click', () => {
    keep('lava_digits', kept('lava_digits') === '1' ? '0' : '1');
    location.reload();
  });
}

/** A page that came over plain HTTP from another machine has no clipboard of its own. @param {string} text */
async function write(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return true;
  }

  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'aside';
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  focused instanceof HTMLElement && focused.focus();
  return isCopied;
}

/** @param {Element} lines @param {HTMLElement} button */
async function copy(lines, button) {
  const code = lines.querySelector('code');
  const isCopied = await write(code?.textContent ?? '').catch(() => false);
  if (!isCopied && code) {
    getSelection()?.selectAllChildren(code);
  }

  button.textContent = isCopied ? 'Copied' : 'Marked: copy it with Ctrl+C';
  setTimeout(() => { button.textContent = copyText; }, 2000);
}

function offerCopies() {
  for (const lines of document.querySelectorAll('[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = copyText;
    button.addEventListener('click', () => copy(lines, button));
    lines.after(button);
  }
}

/** Is something being typed? @param {EventTarget | null} target */
function isField(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
}

function listenToKeys() {
  let isGoing = false;
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) {
      return;
    }

    if (isGoing) {
      isGoing = false;
      const link = document.querySelector(`.menu a[data-key="${CSS.escape(event.key)}"]`);
      if (link instanceof HTMLAnchorElement) {
        location.assign(link.href);
      }
    } else if (event.key === 'g') {
      isGoing = true;
    } else if (event.key === '/') {
      const search = document.querySelector('[role="search"] input:not([type="hidden"])');
      if (search instanceof HTMLInputElement) {
        event.preventDefault();
        search.focus();
      }
    } else if (event.key === 'j' || event.key === 'k') {
      step(event.key === 'j' ? 1 : -1);
    } else if (event.key === '?') {
      explain();
    }
  });
}

/** To the next or the last row of a list: its first link. @param {number} by */
function step(by) {
  const links = [...document.querySelectorAll('tbody tr')].map((row) => row.querySelector('a')).filter((link) => link !== null);
  const at = links.findIndex((link) => link === document.activeElement);
  links[Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
}

function explain() {
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-label', 'Keys');
  const rows = [['/', 'search'], ['j, k', 'next, last row'], ['Enter', 'open it'], ['?', 'this list']];
  for (const link of document.querySelectorAll('.menu a[data-key]')) {
    rows.push([`g ${/** @type {HTMLElement} */ (link).dataset.key}`, (link.firstChild?.textContent ?? '').trim()]);
  }

  for (const [key, what] of rows) {
    const line = document.createElement('p');
    const code = document.createElement('code');
    code.textContent = key;
    line.append(code, ` ${what}`);
    dialog.append(line);
  }

  const close = document.createElement('button');
  close.textContent = 'Close';
  close.addEventListener('click', () => dialog.close());
  dialog.append(close);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** A form is sent once, however often its button is pressed. */
function sendOnce() {
  for (const form of document.querySelectorAll('form[method="post"]')) {
    form.addEventListener('submit', (event) => {
      if (form.hasAttribute('data-sent')) {
        event.preventDefault();
      }

      form.setAttribute('data-sent', '');
    });
  }

  // A form that comes back from the browser's memory was sent: what it would send is known there and done once. The page is asked for anew.
  addEventListener('pageshow', (event) => event.persisted && document.querySelector('[data-sent]') && location.reload());
}

/** An address says what is filtered, not what is not. */
function sendFilledAlone() {
  for (const form of document.querySelectorAll('form[method="get"]')) {
    form.addEventListener('formdata', (event) => {
      const { formData } = /** @type {FormDataEvent} */ (event);
      [...formData].forEach(([name, value]) => value === '' && formData.delete(name));
    });
  }
}

/** What was done is said once: not again when the page is loaded anew, or come back to. */
function sayOnce() {
  const forget = () => document.querySelector('[data-done]')?.remove();
  const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'));
  if (navigation && navigation.type !== 'navigate') {
    forget();
  }

  addEventListener('pageshow', (event) => event.persisted && forget());
}

/** Markup comes from this server alone. */
const policy = globalThis.trustedTypes?.createPolicy('lava', { createHTML: (html) => html });

/** Puts a piece of a page, as the server made it, into an element. @param {Element} element @param {string} html */
export function fill(element, html) {
  element.innerHTML = /** @type {string} */ (/** @type {unknown} */ (policy ? policy.createHTML(html) : html));
}

/** Shows what a filled in form would do, as the server computes it. */
function preview() {
  for (const form of document.querySelectorAll('form[data-preview]')) {
    const target = form.querySelector('[data-preview-target]');
    const address = /** @type {HTMLFormElement} */ (form).dataset.preview;
    if (!target || !address) {
      continue;
    }

    let timer = 0;
    let asked = 0;
    const ask = async () => {
      const mine = ++asked;
      const body = new URLSearchParams(/** @type {any} */ (new FormData(/** @type {HTMLFormElement} */ (form))));
      const answer = await fetch(address, { method: 'POST', body }).catch(() => null);
      const text = answer?.ok ? await answer.text().catch(() => null) : null;
      if (mine === asked && text !== null) {
        fill(target, text);
      } else if (mine === asked) {
        // What stood there was of other figures.
        target.textContent = 'There is no preview now: the server does not answer, or your session has ended. What you filled in stays.';
      }
    };
    form.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 200);
    });
    ask();
  }
}

function closeMenu() {
  if (matchMedia('(max-width: 45rem)').matches) {
    document.querySelector('.menu')?.removeAttribute('open');
  }
}

function offerKeys() {
  const button = document.querySelector('[data-keys]');
  button?.removeAttribute('hidden');
  button?.addEventListener('click', explain);
}

requestAnimationFrame(() => setTimeout(tellZone));
switchTheme();
switchDigits();
offerCopies();
listenToKeys();
offerKeys();
sendOnce();
sendFilledAlone();
sayOnce();
preview();
closeMenu();
document.querySelector('[aria-invalid="true"]')?.focus();
