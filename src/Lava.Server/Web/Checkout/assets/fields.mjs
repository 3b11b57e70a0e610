// @ts-check
// Fields: what is wrong with them, and what was typed into them.

/** Writes below a field what is wrong with it; an empty text takes it away. @param {HTMLElement} field @param {string} text */
export function mark(field, text) {
  const id = `${field.id}-error`;
  const hints = (field.dataset.hints ??= (field.getAttribute("aria-describedby") ?? "").replace(id, "").trim());
  document.getElementById(id)?.remove();
  field.setAttribute("aria-describedby", text ? `${id} ${hints}`.trim() : hints);
  field.toggleAttribute("aria-invalid", false);
  if (text) {
    field.setAttribute("aria-invalid", "true");
    field.after(Object.assign(document.createElement("p"), { id, className: "error", textContent: text }));
  }
}

/** What was typed stays where the answer asks again. @param {HTMLElement} from @param {HTMLElement} to */
export function keep(from, to) {
  for (const old of from.querySelectorAll("[data-keep]")) {
    const field = old instanceof HTMLInputElement && old.type === "radio"
      ? to.querySelector(`[name="${old.name}"][value="${old.value}"]`)
      : to.querySelector(`[name="${/** @type {HTMLInputElement} */ (old).name}"]`);
    if (field instanceof HTMLInputElement && old instanceof HTMLInputElement && old.type === "radio") {
      field.checked = old.checked;
    } else if (field) {
      /** @type {HTMLInputElement} */ (field).value = /** @type {HTMLInputElement} */ (old).value;
    }
  }
}
