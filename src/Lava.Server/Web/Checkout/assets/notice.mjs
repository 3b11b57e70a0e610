// @ts-check
// A frame that only says something can be closed.
import { leave } from "./ending.mjs";

const main = /** @type {HTMLElement} */ (document.querySelector("main"));
main.querySelector("h1")?.focus();
main.querySelector("[data-leave]")?.addEventListener("click", () => leave(main));
document.addEventListener("keydown", event => {
  if (event.key === "Escape") {
    leave(main);
  }
});
