// @ts-check
// How the page ends: the merchant's page is told, and only that one.

const about = document.documentElement.dataset;
const isFramed = document.body.classList.contains("embedded") && window.parent !== window;
let told = false;

/**
 * The person is through with a step that is over, or gives up. Not while a payment may be under way, but where it takes too long.
 * @param {HTMLElement} main
 */
export function leave(main) {
  if (main.dataset.step === "done") {
    tellSuccess(main);
  } else if (main.hasAttribute("data-long") || (main.dataset.step !== "processing" && !main.hasAttribute("data-held"))) {
    tellCancel();
  }
}

/** Once in the life of the page. @param {HTMLElement} main */
export function tellSuccess(main) {
  const customer = main.dataset.connection;
  if (!customer) {
    tellCancel();
  } else if (!told) {
    told = true;
    tell({ type: "lava_checkout_success", checkoutSessionId: about.session, connectionId: customer, customerId: customer });
  }
}

const tellCancel = () => tell({ type: "lava_checkout_cancel", checkoutSessionId: about.session });

/** @param {object} message */
function tell(message) {
  if (isFramed && about.origin) {
    window.parent.postMessage(message, about.origin);
  }
}
