// The pool over child processes of Node.

import { availableParallelism } from "node:os";
import { type Backend, defineBackend, type Future, UnsupportedError } from "@everycore/core";
import { NodeTaskResolver } from "@everycore/node-tasks";
import { WorkerPool } from "@everycore/pool";
import { ProcessQueue } from "./channels/index.js";
import { PoolLedger } from "./ledger-pool.js";
import { Process } from "./process.js";
import { capabilities } from "./process-capabilities.js";
import { startProcess } from "./process-endpoint.js";
import { checkProcessOptions, type ProcessPoolExecutorOptions, processOptionNames } from "./process-options.js";

const killAfterMs = 1000;

/**
 * Runs tasks in child processes, each with memory, environment and working directory of its own. What ends one of them,
 * be it a crash of native code or the system's lack of memory, harms no other, nor this process. Python's
 * `ProcessPoolExecutor`.
 *
 * @example
 * ```ts
 * await using pool = new ProcessPoolExecutor({ maxWorkers: 4 });
 * await pool.submit(countPrimes, 0, 1_000_000); // 78498
 * ```
 */
export class ProcessPoolExecutor extends WorkerPool {
  constructor(options: ProcessPoolExecutorOptions = {}) {
    checkProcessOptions(options);
    const startOptions = { ...options, killAfterMs };
    super(
      {
        kind: "ProcessPoolExecutor",
        capabilities,
        defaultWorkers: availableParallelism(),
        optionNames: processOptionNames,
        resolver: new NodeTaskResolver("another process"),
        createSlots: () => undefined,
        createTable: () => PoolLedger.create(),
        start: (spec, events, table) =>
          startProcess(spec, startOptions, events, table instanceof PoolLedger ? table.fd : undefined),
      },
      options,
    );
  }

  protected override enqueueKernel(): Future<unknown> {
    throw new UnsupportedError("kernels", this.label, "Use ThreadPoolExecutor of @everycore/node-threads.");
  }
}

/** The processes backend, as apps and the conformance kit load it. */
export const backend: Backend<ProcessPoolExecutor, ProcessPoolExecutorOptions> = defineBackend({
  name: "node-processes",
  capabilities,
  availability: () => ({
    available: true,
    details: `child processes of Node ${process.versions.node}, ${availableParallelism()} cores`,
  }),
  create: (options?: ProcessPoolExecutorOptions) => new ProcessPoolExecutor(options),
  createActivity: (target, ...options) => new Process(target, ...options),
  createQueue: (options) => new ProcessQueue(options),
});
