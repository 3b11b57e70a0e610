// Pages that are driven by the DevTools protocol alone: the browser's driver knows nothing of them, and puts nothing into them.
import { setTimeout as delay } from "node:timers/promises";

const limit = 30_000;

/** A page, and what it tells. */
class DevtoolsPage {
  #root;
  #sessionId;
  #browserContextId;
  #last = 0;
  #calls = new Map();
  #waits = new Set();
  #listeners = new Set();

  constructor(root, sessionId, browserContextId) {
    this.#root = root;
    this.#sessionId = sessionId;
    this.#browserContextId = browserContextId;
    root.on("Target.receivedMessageFromTarget", this.#receive);
  }

  /** A method's answer. */
  send(method, params = {}) {
    const id = ++this.#last;
    const answer = new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject }));
    this.#root.send("Target.sendMessageToTarget", { sessionId: this.#sessionId, message: JSON.stringify({ id, method, params }) });
    return within(answer, method);
  }

  /** The next event of this name. */
  event(name) {
    return within(new Promise(resolve => this.#waits.add({ name, resolve })), name);
  }

  /** Calls `heard` with each event of this name. */
  on(name, heard) {
    this.#listeners.add({ name, heard });
  }

  /** What an expression evaluates to. */
  async evaluate(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) {
      throw new Error(exceptionDetails.text);
    }

    return result.value;
  }

  /** Goes to an address, until all of it is there. */
  async goto(url) {
    const loaded = this.event("Page.loadEventFired");
    const { errorText } = await this.send("Page.navigate", { url });
    if (errorText) {
      throw new Error(`${url}: ${errorText}`);
    }

    await loaded;
  }

  async close() {
    this.#root.off("Target.receivedMessageFromTarget", this.#receive);
    await this.#root.send("Target.disposeBrowserContext", { browserContextId: this.#browserContextId });
  }

  #receive = ({ sessionId, message }) => {
    if (sessionId !== this.#sessionId) {
      return;
    }

    const { id, method, params, result, error } = JSON.parse(message);
    if (id) {
      const { resolve, reject } = this.#calls.get(id);
      this.#calls.delete(id);
      error ? reject(new Error(error.message)) : resolve(result);
      return;
    }

    this.#listeners.forEach(({ name, heard }) => name === method && heard(params));
    for (const wait of this.#waits) {
      if (wait.name === method) {
        this.#waits.delete(wait);
        wait.resolve(params);
      }
    }
  };
}

async function within(promise, what) {
  const late = new AbortController();
  try {
    return await Promise.race([
      promise,
      delay(limit, null, { signal: late.signal }).then(() => { throw new Error(`${what}: nothing came within ${limit} ms`); }),
    ]);
  } finally {
    late.abort();
  }
}

/** A page of its own context: with these cookies, and nothing in its cache. */
export async function openDevtoolsPage(browser, cookies, { width, height }) {
  const root = await browser.newBrowserCDPSession();
  const { browserContextId } = await root.send("Target.createBrowserContext", { disposeOnDetach: true });
  await root.send("Storage.setCookies", { browserContextId, cookies });
  const { targetId } = await root.send("Target.createTarget", { url: "about:blank", browserContextId, width, height });
  const { sessionId } = await root.send("Target.attachToTarget", { targetId, flatten: false });
  const page = new DevtoolsPage(root, sessionId, browserContextId);
  await page.send("Page.enable");
  return page;
}
