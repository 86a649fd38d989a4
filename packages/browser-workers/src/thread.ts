// Python's `threading.Thread` over one worker of a page. The life of one is in pool's activity.ts.

import { type Activity, type ActivityOptions, reportError, type Task } from "@everycore/core";
import {
  type ActivityKind,
  type Endpoint,
  type EndpointEvents,
  WorkerActivity,
  type WorkerSpec,
} from "@everycore/pool";
import { capabilities } from "./browser-capabilities.js";
import { namedTasks } from "./named-tasks.js";
import { startWorker } from "./worker-endpoint.js";
import { checkWorkerSettings, type WorkerFactory, type WorkerSettings } from "./worker-options.js";

/** Options of {@link Thread}. */
export type ThreadOptions<A extends readonly unknown[] = readonly unknown[]> = ActivityOptions<A> &
  WorkerSettings & {
    /** Starts a worker whose file calls `serve`. */
    readonly worker: WorkerFactory;
  } & ([] extends A ? unknown : { readonly args: A });

/** What {@link Thread.excepthook} is given. */
export interface ThreadException {
  readonly error: unknown;
  readonly thread: Thread;
}

const alive = new Set<Activity>();

const threadKind: ActivityKind = {
  kind: "Thread",
  capabilities,
  optionNames: ["worker", "startTimeoutMs"],
  resolver: namedTasks,
  signals: false,
  alive,
  excepthook: (error, activity) => Thread.excepthook({ error, thread: activity as Thread }),
};

/**
 * A thread that runs one function once, with a heap and an event loop of its own.
 *
 * `new` throws a `TaskReferenceError` for a function that `defineTasks` has not named. What the function returns is dropped. The thread ends
 * when the function has returned, its promise has settled, and no timer is pending. `terminate()` and `kill()` are one here; `exitCode` is
 * then `null`. Nothing holds a page, so `daemon` is only told.
 *
 * @example
 * ```ts
 * const thread = new Thread(tasks.printNumbers, { worker, args: [5], name: "printer" });
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

  readonly #worker: WorkerFactory;
  readonly #startTimeoutMs: number | undefined;
  #ident: number | undefined;

  constructor(target: Task<A>, options: ThreadOptions<A>) {
    super(threadKind, target, options);
    checkWorkerSettings(options?.worker, options);
    this.#worker = options.worker;
    this.#startTimeoutMs = options.startTimeoutMs;
  }

  /** Number of the worker in this page, from `start()` on. */
  get ident(): number | undefined {
    return this.#ident;
  }

  protected launch({ name }: WorkerSpec, events: EndpointEvents): Endpoint {
    const spec = { name, daemon: this.daemon, startTimeoutMs: this.#startTimeoutMs };
    const endpoint = startWorker(spec, this.#worker, events);
    this.#ident = endpoint.ident;
    return endpoint;
  }
}

/** The threads that were started here and have not ended, oldest first: Python's `enumerate()`, without the calling thread. */
export function activeThreads(): Thread[] {
  return [...alive] as Thread[];
}
