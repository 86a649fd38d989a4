// What a task can learn about itself. A worker installs the context around each task; outside of any task there is a
// detached one, so that a task function can also be called directly.

import { type AsyncStorage, createAsyncStorage } from "./async-context.js";

/** What a task knows about the run it is in; see {@link taskContext}. */
export interface TaskContext {
  /** Fires when the task is aborted or times out. A real `AbortSignal`: pass it to `fetch`, timers, streams. */
  readonly signal: AbortSignal;
  /** Number of the worker, unique within the executor; −1 outside of a task. */
  readonly workerId: number;
  /** Name of the worker, such as `pool-0`; `"main"` outside of a task. */
  readonly workerName: string;
  /** The executor's `shared` data; `undefined` where it has none. */
  readonly shared: unknown;
  /** Throws an `AbortError` if the task was aborted. Works in a loop that never yields, where memory can be shared. */
  throwIfAborted(): void;
  /** Sends a progress value to the future's `onProgress` listeners. Does nothing outside of a task. */
  report(progress: unknown): void;
}

const detached: TaskContext = {
  signal: new AbortController().signal,
  workerId: -1,
  workerName: "main",
  shared: undefined,
  throwIfAborted() {},
  report() {},
};

/** What a worker runtime installs: the context is made when a task first asks for it. */
export interface TaskContextHolder {
  readonly context: TaskContext;
}

let storage: AsyncStorage<TaskContextHolder> | undefined;
let current: TaskContextHolder | undefined;

/**
 * The context of the task that calls this.
 *
 * @example
 * ```ts
 * export function search(cells: Float64Array): number {
 *   const { throwIfAborted, report } = taskContext();
 *   for (let i = 0; i < cells.length; i++) {
 *     if (i % 1000 === 0) throwIfAborted(), report(i / cells.length);
 *   }
 * }
 * ```
 */
export function taskContext(): TaskContext {
  return (current ?? storage?.getStore())?.context ?? detached;
}

/** For worker runtimes that run one task at a time and nothing else: makes this the current context, or none. */
export function setTaskContext(holder: TaskContextHolder | undefined): void {
  current = holder;
}

/**
 * For worker runtimes that share their thread with other code: runs `body` with a context of its own, also after its
 * awaits where the runtime keeps async context, and elsewhere until its first await.
 */
export function runWithTaskContext<R>(holder: TaskContextHolder, body: () => R): R {
  storage ??= createAsyncStorage<TaskContextHolder>();
  if (storage) return storage.run(holder, body);
  current = holder;
  try {
    return body();
  } finally {
    current = undefined;
  }
}
