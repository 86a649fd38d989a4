// The pool over `node:worker_threads`.

import { availableParallelism } from "node:os";
import { type Backend, type Capabilities, defineBackend, defineCapabilities } from "@everycore/core";
import { NodeTaskResolver } from "@everycore/node-tasks";
import { WorkerPool } from "@everycore/pool";
import { startThread } from "./thread-endpoint.js";
import { checkThreadOptions, type ThreadPoolExecutorOptions } from "./thread-options.js";

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
        optionNames: ["resourceLimits", "execArgv", "env", "workerUrl"],
        resolver: new NodeTaskResolver("another thread"),
        start: (spec, events) => startThread(spec, options, events),
        createSlots: (byteLength) => new SharedArrayBuffer(byteLength),
      },
      options,
    );
  }
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
