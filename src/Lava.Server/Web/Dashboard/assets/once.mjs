// @ts-check
// A page that shows a secret once: loading it anew must not send its form again.

const once = document.querySelector('[data-once]');
if (once instanceof HTMLElement) {
  history.replaceState(null, '', once.dataset.once);
}
