// @ts-check
// Counts down until another code may be asked for.

/** @param {HTMLElement} main */
export function mount(main) {
  const button = main.querySelector("[data-wait]");
  if (!(button instanceof HTMLElement)) {
    return;
  }

  const name = button.textContent ?? "";
  const until = Date.now() + Number(button.dataset.wait) * 1000;
  const timer = setInterval(show, 1000);
  show();
  return { stop: () => clearInterval(timer) };

  function show() {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left <= 0) {
      clearInterval(timer);
      button.removeAttribute("aria-disabled");
      button.textContent = name;
      return;
    }

    button.setAttribute("aria-disabled", "true");
    button.textContent = `${name} in ${left} s`;
  }
}
