// One worker of a page, from its start to its end, whatever it is for.
//
//   loading → serving → ended        loading → ended (it could not start)
//
// 1. "serving" begins with the worker's hello. Until then its errors are failures to start, and there is a time limit.
// 2. The end is reported once, and by `terminate` too only when the worker is really gone: a browser lets a loop go on for up to two
//    seconds. Where there are no locks, nothing tells that, and the end is reported soon after its cause.
// 3. What the worker posted before comes before the end.

import { startTimer } from "@everycore/core";
import { later } from "@everycore/pool";
import { explainFailure } from "./start-failure.js";
import { type ForServer, type Hello, isOf, type Start, startVersion } from "./start-protocol.js";
import type { WorkerFactory } from "./worker-options.js";

/** How a worker of a page ended. */
export interface StartedWorkerEnd {
  /** Why it could not start, or what could not be received. */
  readonly cause?: unknown;
  readonly terminated: boolean;
}

/** What {@link StartedWorker} tells. */
export interface StartedWorkerEvents {
  /** A message on the worker's own channel, after its hello. True if it was not the program's: nobody else is to see it. */
  onMessage?(message: unknown): boolean;
  onEnd(end: StartedWorkerEnd): void;
}

const defaultStartTimeoutMs = 15_000;
/** After so long the console is told what may be wrong; once, as it may be the network. */
const hintMs = 3000;
let hinted = false;
/** A page that was frozen meanwhile has the timer before the message. */
const secondLookMs = 500;
/** Rule 2, without locks. */
const lastMessagesMs = 50;

/** See above. */
export class StartedWorker {
  readonly #factory: WorkerFactory;
  readonly #start: Start;
  readonly #events: StartedWorkerEvents;
  #worker: Worker | undefined;
  #state: "loading" | "serving" | "ended" = "loading";
  #lock: string | undefined;
  #cause: unknown;
  #terminated = false;
  /** What is to be said after the start, and the buffers to be moved with it. */
  #waiting: Array<{ readonly said: ForServer; readonly transfer: Transferable[] }> = [];
  #stopTimer: () => void = () => {};

  constructor(
    factory: WorkerFactory,
    start: Start,
    events: StartedWorkerEvents,
    startTimeoutMs: number = defaultStartTimeoutMs,
  ) {
    this.#factory = factory;
    this.#start = start;
    this.#events = events;
    try {
      this.#worker = this.#open(factory());
      const stopHint = startTimer(hintMs, hint);
      const stopLimit = startTimer(startTimeoutMs, () => this.#startExpired(startTimeoutMs));
      this.#stopTimer = () => {
        stopHint();
        stopLimit();
      };
    } catch (cause) {
      queueMicrotask(() => this.#end(cause));
    }
  }

  /** Sends a message to the worker's server; nothing happens if the worker has ended. Throws what structured clone throws. */
  post(message: unknown, transfer: Transferable[]): void {
    const said: ForServer = { everycore: "for server", message };
    if (this.#state === "serving") this.postAsIs(said, transfer);
    // What cannot be cloned is refused now, and later changes of it are not sent.
    else if (this.#state === "loading") this.#waiting.push(structuredClone({ said, transfer }, { transfer }));
  }

  /** Sends what the worker's side knows by itself, once it serves. */
  postAsIs(message: unknown, transfer: Transferable[]): void {
    // Browsers go through an empty list in no hurry.
    if (transfer.length > 0) this.#worker?.postMessage(message, { transfer });
    else this.#worker?.postMessage(message);
  }

  /** Ends the worker, whatever it does. */
  terminate(): void {
    if (this.#terminated || this.#state === "ended") return;
    this.#terminated = true;
    // Rule 1 of express.ts.
    later(() => this.#worker?.terminate());
    if (this.#lock === undefined) setTimeout(() => this.#end(this.#cause), lastMessagesMs);
  }

  /** Ends it because something is wrong with it. */
  fail(cause: unknown): void {
    this.#cause ??= cause;
    this.terminate();
  }

  /** The worker has said that it ends; without locks, that is all there will be. */
  left(): void {
    if (this.#lock === undefined) this.#end(this.#cause);
  }

  #open(worker: Worker): Worker {
    if (typeof worker?.postMessage !== "function")
      throw new TypeError(`worker() has to return a Worker; it returned ${worker}.`);
    // Ours comes before the program's handler, and so before all but the listeners that the factory has added.
    const { onmessage } = worker;
    worker.onmessage = null;
    worker.addEventListener("message", (event) => this.#receive(event));
    worker.onmessage = onmessage;
    worker.onmessageerror = () => this.fail(new Error("A message of the worker cannot be received."));
    worker.onerror = (event) => {
      if (this.#state === "loading") void this.#startFailed(event);
      // Later errors are told by the worker itself, see serve.ts.
      else event.preventDefault();
    };
    return worker;
  }

  #receive(event: MessageEvent): void {
    const message: unknown = event.data;
    if (this.#state === "serving" && this.#events.onMessage?.(message)) event.stopImmediatePropagation();
    if (this.#state !== "loading" || !isOf<Hello>(message, "hello")) return;
    event.stopImmediatePropagation();
    this.#stopTimer();
    if (message.version !== startVersion) {
      const versions = `its version is ${message.version}, the page's ${startVersion}`;
      return this.#end(
        new Error(`The worker's @everycore/browser-workers is another one than the page's: ${versions}.`),
      );
    }
    this.#state = "serving";
    this.#watch(message.lock);
    const start = this.#start;
    this.#worker?.postMessage(start, start.everycore === "tasks" ? [start.port] : []);
    for (const { said, transfer } of this.#waiting.splice(0)) this.#worker?.postMessage(said, transfer);
  }

  /** Rules 2 and 3: the turn after the lock was granted. */
  #watch(lock: string | undefined): void {
    const { locks } = navigator;
    if (lock === undefined || !locks) return;
    this.#lock = lock;
    void locks.request(lock, () => {
      setTimeout(() => this.#end(this.#cause), 0);
    });
  }

  async #startFailed(event: Event): Promise<void> {
    event.preventDefault();
    this.#stopTimer();
    this.#end(await explainFailure(this.#factory, event));
  }

  #startExpired(ms: number): void {
    this.#stopTimer = startTimer(secondLookMs, () => {
      const why =
        "does it call serve(…), of @everycore/browser-workers/worker, at its top level? The limit is startTimeoutMs.";
      this.#end(new Error(`The worker's file did not call serve(…) within ${ms} ms: ${why}`));
    });
  }

  #end(cause: unknown): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#stopTimer();
    this.#worker?.terminate();
    this.#events.onEnd({ cause, terminated: this.#terminated });
  }
}

function hint(): void {
  if (hinted) return;
  hinted = true;
  console.warn(
    `Everycore: a worker has not called serve(…) in ${hintMs} ms. Is its file still being loaded, or does it not call serve of ` +
      "@everycore/browser-workers/worker at its top level?",
  );
}
