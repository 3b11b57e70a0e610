// @ts-check
// Lists in forms: empty rows are shown when they are asked for, and as many as the list may have.

document.querySelectorAll('[data-plain]').forEach((part) => part.remove());

for (const place of document.querySelectorAll('[data-rows]')) {
  const { rows: name = '', rowsMost: most = '0', rowsAdd: text = '' } = /** @type {HTMLElement} */ (place).dataset;
  const form = place.closest('form');
  if (!form) {
    continue;
  }

  /** The fields of a row. @param {number} index */
  const row = (index) => [...form.querySelectorAll('.field')].filter((field) => field.querySelector(`[id^="${name}_${index}_"]`));
  /** Does a row say nothing? @param {number} index */
  const isEmpty = (index) => row(index).every((field) => [...field.querySelectorAll('input')].every((input) => input.value === ''));

  let count = 0;
  while (row(count).length > 0) {
    count++;
  }

  let shown = 1;
  for (let index = 0; index < count; index++) {
    shown = isEmpty(index) ? shown : index + 1;
  }

  for (let index = shown; index < count; index++) {
    row(index).forEach((field) => { /** @type {HTMLElement} */ (field).hidden = true; });
  }

  /** A row more, made of the last one. */
  const make = () => {
    const last = row(count - 1);
    let after = last[last.length - 1];
    for (const field of last) {
      const copy = /** @type {HTMLElement} */ (field.cloneNode(true));
      copy.querySelector('.error')?.remove();
      for (const input of copy.querySelectorAll('input, select')) {
        const id = input.id.replace(`${name}_${count - 1}_`, `${name}_${count}_`);
        copy.querySelector('label')?.setAttribute('for', id);
        input.id = id;
        input.setAttribute('name', id);
        input.removeAttribute('aria-invalid');
        input.removeAttribute('aria-describedby');
        if (input instanceof HTMLInputElement) {
          input.value = '';
        }
      }

      const label = copy.querySelector('label');
      if (label) {
        label.textContent = (label.textContent ?? '').replace(` ${count}:`, ` ${count + 1}:`);
      }

      after.after(copy);
      after = copy;
    }

    count++;
  };

  const add = document.createElement('button');
  add.type = 'button';
  add.textContent = text;
  add.addEventListener('click', () => {
    if (shown === count) {
      make();
    }

    row(shown).forEach((field) => { /** @type {HTMLElement} */ (field).hidden = false; });
    /** @type {HTMLElement | null | undefined} */ (row(shown)[0]?.querySelector('input, select'))?.focus();
    shown++;
    add.hidden = shown >= Number(most);
  });
  add.hidden = shown >= Number(most);
  const rows = row(count - 1);
  const line = document.createElement('p');
  line.className = 'add';
  line.append(add);
  rows[rows.length - 1]?.after(line);
}
