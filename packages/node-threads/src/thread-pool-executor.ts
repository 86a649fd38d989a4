// The pool over `node:worker_threads`.

import { availableParallelism } from "node:os";
import { type Backend, defineBackend } from "@everycore/core";
import { NodeTaskResolver } from "@everycore/node-tasks";
import { KernelPool } from "@everycore/pool";
import { CpuKernels, describeSupport, findFeatures } from "@everycore/wasm";
import { startKernelThread } from "./kernel-thread.js";
import { Thread } from "./thread.js";
import { capabilities } from "./thread-capabilities.js";
import { startThread } from "./thread-endpoint.js";
import { checkThreadPoolOptions, type ThreadPoolExecutorOptions } from "./thread-options.js";

/**
 * Runs tasks on threads of this process, each with a heap and an event loop of its own. Kernels have threads of their own, which
 * start with the first launch that is worth it.
 *
 * @example
 * ```ts
 * await using pool = new ThreadPoolExecutor({ maxWorkers: 4 });
 * await pool.submit(countPrimes, 0, 1_000_000); // 78498
 * ```
 */
export class ThreadPoolExecutor extends KernelPool {
  constructor(options: ThreadPoolExecutorOptions = {}) {
    checkThreadPoolOptions(options);
    super(
      {
        kind: "ThreadPoolExecutor",
        capabilities,
        defaultWorkers: availableParallelism(),
        optionNames: ["resourceLimits", "execArgv", "env", "workerUrl", "kernelWorkerUrl", "kernelFeatures"],
        resolver: new NodeTaskResolver("another thread"),
        start: (spec, events) => startThread(spec, options, events),
        createSlots: (byteLength) => new SharedArrayBuffer(byteLength),
        createKernels: ({ label, maxWorkers }) =>
          new CpuKernels({
            label,
            maxWorkers,
            startThread: (start, events) => startKernelThread(start, events, options.kernelWorkerUrl),
            later: setImmediate,
            features: options.kernelFeatures,
          }),
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
    details: `worker_threads of Node ${process.versions.node}, ${availableParallelism()} cores; ${describeSupport(findFeatures(), availableParallelism())}`,
  }),
  create: (options?: ThreadPoolExecutorOptions) => new ThreadPoolExecutor(options),
  createActivity: (target, ...options) => new Thread(target, ...options),
});
