// The contract of everything that runs tasks, as programs see it. The part that all implementations share is in
// task-executor.ts.

import type { Capabilities } from "./capabilities.js";
import type { Future } from "./future.js";
import type { Inputs, MapOptions, MapResults } from "./map.js";
import type { Task } from "./tasks.js";
import type { WaitOptions } from "./waiting.js";

/** Options of a pool of workers. */
export interface ExecutorOptions {
  /** The most workers at a time. Default: what the hardware has. */
  readonly maxWorkers?: number | undefined;
  /** Prefix of the workers' names: `name-0`, `name-1`, … */
  readonly name?: string | undefined;
  /** Runs once in every worker before any task; if it throws, the pool is broken. */
  readonly initializer?: ((...args: never[]) => unknown) | undefined;
  /** Arguments of the initializer. */
  readonly initializerArgs?: readonly unknown[] | undefined;
  /** Data that every task finds in `taskContext().shared`; copied once per worker, `SharedArrayBuffer`s shared. */
  readonly shared?: unknown;
  /** The most tasks that wait while all workers are busy. Default: no limit. */
  readonly maxQueue?: number | undefined;
  /** What `submit` does when the queue is full; see {@link QueuePolicy}. Default `"reject"`. */
  readonly queuePolicy?: QueuePolicy | undefined;
  /** Replaces a worker after this many tasks. */
  readonly maxTasksPerWorker?: number | undefined;
  /** Replaces a worker, between tasks, when its memory is above this many bytes. */
  readonly maxWorkerMemoryBytes?: number | undefined;
  /** How long an aborted task may go on before its worker is terminated. Default 250. */
  readonly abortGraceMs?: number | undefined;
  /** Waiting this long weighs as much as one step of priority. Default 1000. */
  readonly ageingMs?: number | undefined;
}

/**
 * What happens to a `submit` when `maxQueue` tasks wait: `"reject"` throws `QueueFullError`; `"wait"` takes the task all
 * the same (await `ready()` before submitting to stay within the limit); `"run-inline"` runs it on the calling thread.
 */
export type QueuePolicy = "reject" | "wait" | "run-inline";

/** How buffers in arguments and results travel: `"copy"`; `"move"` detaches them; `"auto"` copies, and never detaches. */
export type TransferMode = "auto" | "copy" | "move";

/** Options of single tasks; given by `executor.with(options)`. */
export interface TaskOptions {
  /** Cancels the task while it waits, aborts it while it runs; if it has fired already, the task never runs. */
  readonly signal?: AbortSignal | undefined;
  /** Aborts the task and fails it with `TimeoutError` when it has run for so many milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Higher runs first; equal keeps order. Waiting raises it slowly, so that nothing starves. Default 0. */
  readonly priority?: number | undefined;
  /** How buffers travel. Default `"auto"`. */
  readonly transfer?: TransferMode | undefined;
  /** Tasks with the same key run on the same worker, as long as it lives. */
  readonly key?: string | number | undefined;
  /** Overrides the pool's `abortGraceMs`. */
  readonly abortGraceMs?: number | undefined;
}

/** Options of `stream`: the view's task options, and the size of the buffer. */
export interface StreamOptions {
  /** How many values a stream's producer may be ahead of its consumer. Default 16. */
  readonly streamBuffer?: number | undefined;
}

/** Options of `shutdown`. */
export interface ShutdownOptions {
  /** Whether the promise waits for the work and the workers' end. Default true. */
  readonly wait?: boolean | undefined;
  /** Cancels what has not started. Default false: queued work finishes. */
  readonly cancelFutures?: boolean | undefined;
}

/** A distribution of durations in milliseconds. */
export interface Distribution {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** One live worker. */
export interface WorkerStats {
  readonly name: string;
  /** How many tasks it is running. */
  readonly running: number;
  /** How many of its tasks are over. */
  readonly done: number;
}

/** A snapshot of an executor. `submitted` = `pending` + `running` + `done`. */
export interface ExecutorStats {
  readonly submitted: number;
  readonly pending: number;
  readonly running: number;
  /** Finished, failed or cancelled. */
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Live workers, and how many of them have nothing to do. */
  readonly workers: number;
  readonly idle: number;
  /** Workers started so far. */
  readonly started: number;
  /** The live workers one by one, in the order of their start. */
  readonly perWorker: readonly WorkerStats[];
  /** Messages sent to workers so far: fewer than tasks, because bursts travel together. */
  readonly messages: number;
  /** From `submit` until the task left the queue for a worker. */
  readonly queueMs: Distribution;
  /** From `submit` until the task's body began. */
  readonly waitMs: Distribution;
  /** The task's body. */
  readonly runMs: Distribution;
}

/** The values of a streaming task. Starts at the first `next()`; `break` ends the task and runs its `finally`. */
export interface TaskStream<T> extends AsyncIterableIterator<T>, AsyncDisposable {
  next(): Promise<IteratorResult<T, undefined>>;
  return(value?: unknown): Promise<IteratorResult<T, undefined>>;
  [Symbol.asyncIterator](): TaskStream<T>;
}

/** Runs functions on other cores, or wherever its backend does. Python's `concurrent.futures.Executor`. */
export interface Executor extends AsyncDisposable {
  /** The name that messages use, such as `ThreadPoolExecutor "pool"`. */
  readonly label: string;
  readonly capabilities: Capabilities;
  readonly maxWorkers: number;

  /**
   * Runs `task(...args)` in a worker.
   *
   * @throws TaskReferenceError when the function cannot be sent; ExecutorShutdownError, BrokenExecutorError,
   * QueueFullError. What goes wrong later is the future's error.
   */
  submit<A extends readonly unknown[], R>(task: Task<A, R>, ...args: A): Future<Awaited<R>>;

  /**
   * Runs `task` for each tuple of elements of `inputs`, up to the shortest, and yields the results in order. Submits
   * everything at once unless `bufferSize` is given or an input is asynchronous. Leaving the loop cancels what has not
   * started.
   */
  map<A extends readonly unknown[], R>(task: Task<A, R>, ...inputs: Inputs<A>): MapResults<Awaited<R>>;
  map<A extends readonly unknown[], R>(
    task: Task<A, R>,
    ...inputsAndOptions: [...Inputs<A>, MapOptions]
  ): MapResults<Awaited<R>>;

  /** Runs a (generator) function that returns an iterable; yields its values as they come, with back-pressure. */
  stream<A extends readonly unknown[], T>(task: Task<A, AsyncIterable<T> | Iterable<T>>, ...args: A): TaskStream<T>;

  /** Runs `task` once in every worker: those there are, and before anything else in those that start later. */
  broadcast<A extends readonly unknown[], R>(task: Task<A, R>, ...args: A): Promise<Array<Awaited<R>>>;

  /** A view of the same executor whose tasks have these options. Views have the executor's queue and shutdown. */
  with(options: TaskOptions & StreamOptions): Executor;

  /** Resolves when there is room in the queue. */
  ready(options?: WaitOptions): Promise<void>;

  stats(): ExecutorStats;

  /** Takes no more work, finishes what there is, then ends the workers. Idempotent. `await using` does the same. */
  shutdown(options?: ShutdownOptions): Promise<void>;

  /** Ends all workers now: running tasks fail with `WorkerLostError`, waiting ones are cancelled. */
  terminateWorkers(): Promise<void>;
  /** As {@link terminateWorkers}, by the hardest means that the backend has. */
  killWorkers(): Promise<void>;
}
