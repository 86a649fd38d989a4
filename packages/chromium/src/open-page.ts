// A page, and what it and its workers said. Lines of one worker are in order; those of several mix as they come.

import type { CDPSession, Page } from "playwright-core";

/** A line on the console of a page or of one of its workers. */
export interface ConsoleLine {
  /** `log`, `warning`, `error`, … */
  readonly type: string;
  readonly text: string;
}

/** See above. */
export class OpenPage implements AsyncDisposable {
  readonly page: Page;
  readonly console: ConsoleLine[] = [];
  /** Uncaught errors and rejections of the page. */
  readonly errors: Error[] = [];
  readonly #crash: Promise<never>;
  #metrics: CDPSession | undefined;

  constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => this.console.push({ type: message.type(), text: message.text() }));
    page.on("pageerror", (error) => this.errors.push(error));
    this.#crash = new Promise((_, reject) => {
      page.on("crash", () => reject(new Error("The page crashed.")));
      page.on("close", () => reject(new Error("The page was closed.")));
    });
    this.#crash.catch(() => {});
  }

  /** What went wrong so far: errors of the page, and lines on the console that are errors. */
  get complaints(): string[] {
    const lines = this.console.filter(({ type }) => type === "error").map(({ text }) => text);
    return [...this.errors.map((error) => error.stack ?? String(error)), ...lines];
  }

  /** How many workers the page has now. */
  get workers(): number {
    return this.page.workers().length;
  }

  /** Milliseconds of CPU time that the page's process has used so far, over all its threads. */
  async cpuMs(): Promise<number> {
    this.#metrics ??= await this.page.context().newCDPSession(this.page);
    await this.#metrics.send("Performance.enable");
    const { metrics } = await this.#metrics.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "ProcessTime")?.value ?? Number.NaN);
  }

  /** Calls a function of Node's side from the page: `globalThis[name](value)`. */
  async expose(name: string, call: (value: unknown) => unknown): Promise<void> {
    await this.page.exposeFunction(name, call);
  }

  /** The promise's outcome, or an error when the page crashes or is closed before. */
  async whileOpen<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#crash]);
  }

  /** Resolves when every line that was printed before this call is in {@link console}. */
  async flushConsole(): Promise<void> {
    // The answer of each comes after what it printed; one that has ended meanwhile has nothing more to say.
    const all = [this.page.evaluate("0"), ...this.page.workers().map((worker) => worker.evaluate("0"))];
    await Promise.allSettled(all);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
  }
}
