// In the place of Stripe.js: Stripe(key).elements().create(kind).mount(node), on, confirmCardSetup, handleNextAction, retrieve….
// Input fields are frames of the stand-in's origin, as Stripe's are: this script never has what is typed.
// @ts-check
(() => {
  const origin = new URL(/** @type {HTMLScriptElement} */ (document.currentScript).src).origin;
  let groups = 0;

  /** A field of a form: cardNumber, cardExpiry, cardCvc, or card for all of it. */
  class Element {
    constructor(group, kind) {
      this.group = group;
      this.kind = kind;
      this.listeners = {};
      this.frame = document.createElement("iframe");
      this.frame.src = `${origin}/stub/field?group=${group}&kind=${kind}`;
      this.frame.title = { cardNumber: "Card number", cardExpiry: "Expiry date", cardCvc: "Security code" }[kind] ?? "Card";
      this.frame.name = `stub-${kind}`;
      this.frame.style.cssText = "border:0;width:100%;height:1.5em;display:block";
      window.addEventListener("message", event => {
        if (event.origin === origin && event.source === this.frame.contentWindow) {
          this.tell(event.data.type, { elementType: kind, ...event.data });
        }
      });
    }

    mount(where) {
      const node = typeof where === "string" ? document.querySelector(where) : where;
      node.replaceChildren(this.frame);
    }

    unmount() {
      this.frame.remove();
    }

    destroy() {
      this.unmount();
    }

    clear() {
      this.ask("clear");
    }

    focus() {
      this.frame.focus();
      this.ask("focus");
    }

    update() {}

    on(type, listener) {
      (this.listeners[type] ??= []).push(listener);
      return this;
    }

    tell(type, event) {
      for (const listener of this.listeners[type] ?? []) {
        listener(event);
      }
    }

    ask(what) {
      this.frame.contentWindow?.postMessage({ stub: what }, origin);
    }

    /** Ends when the stand-in has what was typed. */
    flush() {
      return new Promise(resolve => {
        this.on("flushed", resolve);
        this.ask("flush");
      });
    }
  }

  class Elements {
    constructor() {
      this.group = `${Date.now()}-${++groups}-${Math.random().toString(36).slice(2)}`;
      this.made = [];
    }

    create(kind) {
      const element = new Element(this.group, kind);
      this.made.push(element);
      element.siblings = this.made;
      return element;
    }

    getElement(kind) {
      return this.made.find(element => element.kind === kind) ?? null;
    }
  }

  async function post(key, path, fields) {
    const response = await fetch(origin + path, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields).toString(),
    });
    const body = await response.json();
    return response.ok ? { ok: body } : { error: body.error };
  }

  /** The bank's question, in a frame over the page; true: confirmed. */
  function challenge() {
    return new Promise(resolve => {
      const frame = document.createElement("iframe");
      frame.src = `${origin}/stub/challenge`;
      frame.title = "Your bank";
      frame.name = "stub-challenge";
      frame.style.cssText = "position:fixed;inset:0;width:100%;height:100%;border:0;z-index:2147483647";
      const listener = event => {
        if (event.origin === origin && event.source === frame.contentWindow) {
          window.removeEventListener("message", listener);
          frame.remove();
          resolve(event.data.outcome === "complete");
        }
      };
      window.addEventListener("message", listener);
      document.body.append(frame);
    });
  }

  const idOf = secret => secret.split("_secret_")[0];

  async function afterAction(key, kind, secret, found) {
    if (found.error || found.ok.status !== "requires_action") {
      return found;
    }

    const outcome = (await challenge()) ? "complete" : "fail";
    const done = await post(key, `/v1/${kind}/${idOf(secret)}/challenge`, { client_secret: secret, stub_outcome: outcome });
    const failure = done.ok?.last_payment_error ?? done.ok?.last_setup_error;
    return failure ? { error: failure } : done;
  }

  // @ts-ignore
  window.Stripe = key => ({
    elements: () => new Elements(),
    async confirmCardSetup(secret, data) {
      const element = data.payment_method?.card;
      if (element) {
        await Promise.all(element.siblings.map(each => each.flush()));
      }

      const card = element ? { stub_group: element.group } : { payment_method: data.payment_method };
      const begun = await post(key, `/v1/setup_intents/${idOf(secret)}/confirm`, { client_secret: secret, ...card });
      const done = await afterAction(key, "setup_intents", secret, begun);
      return done.error ? { error: done.error } : { setupIntent: done.ok };
    },
    async handleNextAction({ clientSecret }) {
      const kind = clientSecret.startsWith("seti_") ? "setup_intents" : "payment_intents";
      const name = kind === "setup_intents" ? "setupIntent" : "paymentIntent";
      const response = await fetch(`${origin}/v1/${kind}/${idOf(clientSecret)}?client_secret=${clientSecret}`, {
        headers: { authorization: `Bearer ${key}` },
      });
      const found = await response.json();
      const done = await afterAction(key, kind, clientSecret, response.ok ? { ok: found } : { error: found.error });
      return done.error ? { error: done.error } : { [name]: done.ok };
    },
  });
})();
