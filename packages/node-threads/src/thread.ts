// Python's `threading.Thread` over `node:worker_threads`. The life of one is in pool's activity.ts.

import { isMainThread, threadId, workerData } from "node:worker_threads";
import { type Activity, type ActivityOptions, type OptionsFor, reportError, type Task } from "@everycore/core";
import { NodeTaskResolver } from "@everycore/node-tasks";
import {
  type ActivityKind,
  type Endpoint,
  type EndpointEvents,
  WorkerActivity,
  type WorkerSpec,
} from "@everycore/pool";
import { capabilities } from "./thread-capabilities.js";
import { startThread } from "./thread-endpoint.js";
import { checkThreadSettings, type ThreadSettings } from "./thread-options.js";
import type { ThreadData } from "./thread-protocol.js";

/** Options of {@link Thread}. */
export interface ThreadOptions<A extends readonly unknown[] = readonly unknown[]>
  extends ActivityOptions<A>,
    ThreadSettings {}

/** What {@link Thread.excepthook} is given. */
export interface ThreadException {
  readonly error: unknown;
  readonly thread: Thread;
}

const alive = new Set<Activity>();

const threadKind: ActivityKind = {
  kind: "Thread",
  capabilities,
  optionNames: ["resourceLimits", "execArgv", "env", "workerUrl"],
  resolver: new NodeTaskResolver("another thread"),
  signals: false,
  alive,
  excepthook: (error, activity) => Thread.excepthook({ error, thread: activity as Thread }),
};

/**
 * A thread that runs one function once, with a heap and an event loop of its own.
 *
 * `new` throws a `TaskReferenceError` for a function that cannot be sent. What the function returns is dropped. `terminate()` and `kill()`
 * are one here; `exitCode` is then `null`. What the thread prints appears on the streams of this process, in order.
 *
 * @example
 * ```ts
 * const thread = new Thread(printNumbers, { args: [5], name: "printer" });
 * thread.start();
 * await thread.join(); // true
 * ```
 */
export class Thread<A extends readonly unknown[] = readonly unknown[]> extends WorkerActivity {
  /**
   * Receives the error that a thread did not catch, once, at the thread's end; `join()` rejects with it too. Assign a function to it.
   * The default reports `Exception in thread printer` and the error to the handler of unobserved errors, which prints it.
   */
  static excepthook: (exception: ThreadException) => void = ({ error, thread }) =>
    reportError(error, `Exception in thread ${thread.name}`);

  readonly #settings: ThreadSettings;
  #ident: number | undefined;

  constructor(target: Task<A>, ...[options = {}]: OptionsFor<A, ThreadOptions<A>>) {
    super(threadKind, target, options);
    checkThreadSettings(options);
    this.#settings = options;
  }

  /** Number of the thread in this process, from `start()` on: what `threadId` is in it. */
  get ident(): number | undefined {
    return this.#ident;
  }

  protected launch(spec: WorkerSpec, events: EndpointEvents): Endpoint {
    const endpoint = startThread({ ...spec, daemon: this.daemon }, this.#settings, events);
    this.#ident = endpoint.ident;
    return endpoint;
  }
}

/** A thread as it sees itself; see {@link currentThread}. */
export interface CurrentThread {
  /** Name of the `Thread`, or of the worker of a pool; `"main"` in the main thread. */
  readonly name: string;
  /** Node's `threadId`; 0 in the main thread. */
  readonly ident: number;
  readonly daemon: boolean;
  readonly isMain: boolean;
}

/** The thread that calls this: Python's `current_thread()`. */
export function currentThread(): CurrentThread {
  const data = workerData as Partial<ThreadData> | null;
  const name = isMainThread ? "main" : (data?.everycoreName ?? `thread-${threadId}`);
  return { name, ident: threadId, daemon: data?.everycoreDaemon ?? false, isMain: isMainThread };
}

/** The threads that were started here and have not ended, oldest first: Python's `enumerate()`, without the calling thread. */
export function activeThreads(): Thread[] {
  return [...alive] as Thread[];
}
