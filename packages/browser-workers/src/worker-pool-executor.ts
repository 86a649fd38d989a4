// The pool over workers of a page.

import { type Backend, type BackendDefinition, defineBackend, typeError } from "@everycore/core";
import { KernelPool, later } from "@everycore/pool";
import { CpuKernels, describeSupport, findFeatures } from "@everycore/wasm";
import { capabilities, sharesMemory } from "./browser-capabilities.js";
import { startKernelThread } from "./kernel-thread.js";
import { namedTasks } from "./named-tasks.js";
import { Thread } from "./thread.js";
import { startWorker } from "./worker-endpoint.js";
import { checkWorkerSettings, type WorkerFactory, type WorkerPoolExecutorOptions } from "./worker-options.js";

/**
 * Runs tasks on workers of a page, each with a heap and an event loop of its own. Kernels have workers of their own, which start with
 * the first launch that is worth it; without cross-origin isolation they run on the calling thread.
 *
 * @param worker Starts a worker whose file calls `serve`; it is called once for each worker.
 * @example
 * ```ts
 * const pool = new WorkerPoolExecutor(() => new Worker(new URL("./tasks.worker.ts", import.meta.url), { type: "module" }));
 * await pool.submit(tasks.countPrimes, 0, 1_000_000); // 78498
 * ```
 */
export class WorkerPoolExecutor extends KernelPool {
  constructor(worker: WorkerFactory, options: WorkerPoolExecutorOptions = {}) {
    checkWorkerSettings(worker, options);
    const { startTimeoutMs, kernelFeatures } = options;
    super(
      {
        kind: "WorkerPoolExecutor",
        capabilities,
        defaultWorkers: coreCount(),
        optionNames: ["startTimeoutMs", "kernelFeatures"],
        resolver: namedTasks,
        start: ({ name }, events) => startWorker({ name, startTimeoutMs }, worker, events),
        createSlots: (byteLength) => (sharesMemory ? new SharedArrayBuffer(byteLength) : undefined),
        createKernels: ({ label, maxWorkers }) =>
          new CpuKernels({
            label,
            maxWorkers,
            startThread: (start, events) => startKernelThread(worker, start, events, startTimeoutMs),
            later,
            features: kernelFeatures,
          }),
      },
      options,
    );
  }
}

/** What `create` of {@link backend} is given. */
type BackendOptions = WorkerPoolExecutorOptions & { readonly worker?: WorkerFactory };

const description: BackendDefinition<WorkerPoolExecutor, BackendOptions> = {
  name: "browser-workers",
  capabilities: { ...capabilities, activities: false },
  availability() {
    if (typeof Worker === "undefined")
      return { available: false, reason: "There are no workers here: this is no page." };
    const memory = sharesMemory ? "shared memory" : "no shared memory, as the page is not cross-origin isolated";
    const kernels = describeSupport(findFeatures(), coreCount());
    return { available: true, details: `workers of a page, ${coreCount()} cores, ${memory}; ${kernels}` };
  },
  create({ worker, ...options }: BackendOptions = {}) {
    if (!worker)
      throw typeError("options.worker", "a function that makes a Worker; or use createBackend(worker)", worker);
    return new WorkerPoolExecutor(worker, options);
  },
};

/** The browser backend for a program that gives `create` its worker factory as the option `worker`. */
export const backend: Backend<WorkerPoolExecutor, BackendOptions> = defineBackend(description);

/** The browser backend over the workers of one file, as apps and the conformance kit load it. */
export function createBackend(worker: WorkerFactory): Backend<WorkerPoolExecutor, BackendOptions> {
  checkWorkerSettings(worker, {});
  return defineBackend({
    ...description,
    capabilities,
    create: (options: BackendOptions = {}) => description.create({ worker, ...options }),
    createActivity: (target, ...[options]) => new Thread(target, { worker, ...options } as never),
  });
}

function coreCount(): number {
  return Math.max(1, (globalThis.navigator as Navigator | undefined)?.hardwareConcurrency ?? 1);
}
