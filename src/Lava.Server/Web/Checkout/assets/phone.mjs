// @ts-check
// A number that is typed with a plus chooses its country.

/** @param {HTMLElement} main */
export function mount(main) {
  const number = main.querySelector("#number");
  const country = main.querySelector("#country");
  if (!(number instanceof HTMLInputElement) || !(country instanceof HTMLSelectElement)) {
    return;
  }

  number.addEventListener("input", () => {
    const digits = number.value.replace(/[^+\d]/g, "").replace(/^00/, "+");
    const fits = [...country.options].filter(option => digits.startsWith(`+${option.dataset.code}`));
    if (fits.length === 0 || fits.some(option => option.selected)) {
      return;
    }

    const length = option => option.dataset.code.length * 2 + ("main" in option.dataset ? 1 : 0);
    country.value = fits.reduce((best, option) => (length(option) > length(best) ? option : best)).value;
  });
}
