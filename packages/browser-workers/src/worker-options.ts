// What can be set for workers of a page, and its checks.

import { checkMs, checkOptions, type ExecutorOptions, typeError } from "@everycore/core";
import type { KernelFeatures } from "@everycore/wasm";

/**
 * Starts a worker from a file that calls `serve`. Written like this, every bundler understands it:
 * `() => new Worker(new URL("./tasks.worker.ts", import.meta.url), { type: "module" })`.
 */
export type WorkerFactory = () => Worker;

/** What can be set per worker. */
export interface WorkerSettings {
  /** How long a worker may take to load its file and call `serve`; after that it counts as one that cannot start. Default 15,000. */
  readonly startTimeoutMs?: number | undefined;
}

/** Options of `WorkerPoolExecutor`: those of every pool, of its workers, and of those that run kernels. */
export interface WorkerPoolExecutorOptions extends ExecutorOptions, WorkerSettings {
  /** Switches off what the platform offers for kernels, such as shared memory. */
  readonly kernelFeatures?: KernelFeatures | undefined;
}

/** Throws a `TypeError` or `RangeError` for what no worker can have. */
export function checkWorkerSettings(worker: WorkerFactory, options: WorkerSettings): void {
  if (typeof worker !== "function") {
    throw typeError("worker", "a function that makes a Worker: () => new Worker(…)", worker);
  }
  checkOptions("options", options);
  if (options.startTimeoutMs !== undefined) checkMs("startTimeoutMs", options.startTimeoutMs);
}
