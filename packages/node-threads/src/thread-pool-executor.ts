// The pool over `node:worker_threads`.

import { availableParallelism } from "node:os";
import type { ResourceLimits } from "node:worker_threads";
import {
  type Backend,
  type Capabilities,
  checkOptions,
  defineBackend,
  defineCapabilities,
  type ExecutorOptions,
  typeError,
} from "@everycore/core";
import { NodeTaskResolver } from "@everycore/node-tasks";
import { WorkerPool } from "@everycore/pool";
import { startThread } from "./thread-endpoint.js";

const capabilities: Capabilities = defineCapabilities({
  tasks: true,
  parallel: true,
  isolated: true,
  sharedMemory: true,
  transfer: true,
  terminate: true,
  abortInLoops: true,
  memoryLimit: true,
  stdout: true,
});

/** Options of {@link ThreadPoolExecutor}: those of every pool, and what `worker_threads` can set per thread. */
export interface ThreadPoolExecutorOptions extends ExecutorOptions {
  /** Limits of each thread's JavaScript engine. A thread that exceeds them is lost with "ran out of memory". */
  readonly resourceLimits?: ResourceLimits | undefined;
  /** Node options of the threads. Default: those of this process. */
  readonly execArgv?: readonly string[] | undefined;
  /** `process.env` in the threads. Default: a copy of this one. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /**
   * The file that threads start with. Default: this package's own; set it when a bundler has moved that file, to a
   * file that imports `@everycore/node-threads/worker`.
   */
  readonly workerUrl?: URL | undefined;
}

/**
 * Runs tasks on threads of this process, each with a heap and an event loop of its own.
 *
 * @example
 * ```ts
 * await using pool = new ThreadPoolExecutor({ maxWorkers: 4 });
 * await pool.submit(countPrimes, 0, 1_000_000); // 78498
 * ```
 */
export class ThreadPoolExecutor extends WorkerPool {
  constructor(options: ThreadPoolExecutorOptions = {}) {
    checkThreadOptions(options);
    super(
      {
        kind: "ThreadPoolExecutor",
        capabilities,
        defaultWorkers: availableParallelism(),
        resolver: new NodeTaskResolver("another thread"),
        start: (spec, events) => startThread(spec, options, events),
        createSlots: (byteLength) => new SharedArrayBuffer(byteLength),
      },
      options,
    );
  }
}

function checkThreadOptions(options: ThreadPoolExecutorOptions): void {
  checkOptions("options", options);
  const { resourceLimits, execArgv, env, workerUrl } = options;
  if (resourceLimits !== undefined) checkOptions("resourceLimits", resourceLimits);
  if (execArgv !== undefined && !Array.isArray(execArgv)) throw typeError("execArgv", "an array of strings", execArgv);
  if (env !== undefined) checkOptions("env", env);
  if (workerUrl !== undefined && !(workerUrl instanceof URL)) throw typeError("workerUrl", "a URL", workerUrl);
}

/** The threads backend, as apps and the conformance kit load it. */
export const backend: Backend<ThreadPoolExecutor, ThreadPoolExecutorOptions> = defineBackend({
  name: "node-threads",
  capabilities,
  availability: () => ({
    available: true,
    details: `worker_threads of Node ${process.versions.node}, ${availableParallelism()} cores`,
  }),
  create: (options?: ThreadPoolExecutorOptions) => new ThreadPoolExecutor(options),
});
