// The calling thread as a backend: the reference for what an executor does, a test double, and the template for new
// backends. A "worker" is a WorkerServer in this very thread behind an Endpoint that passes copies of messages, so that
// a program behaves here as it does on real workers: arguments are copied, errors travel as data, order is the same.
//
// What it cannot do, because everything shares one thread: run while the caller is busy, or end a task that does not
// listen.

import {
  type Backend,
  type Capabilities,
  defineBackend,
  defineCapabilities,
  type ExecutorOptions,
} from "@everycore/core";
import { KernelPool, later } from "@everycore/pool";
import { CpuKernels, cpuKernelCapabilities, describeSupport, findFeatures, type KernelFeatures } from "@everycore/wasm";
import { startInlineWorker } from "./inline-endpoint.js";
import { LocalTasks } from "./local-tasks.js";

const capabilities: Capabilities = defineCapabilities({
  tasks: true,
  closures: true,
  sharedMemory: typeof SharedArrayBuffer !== "undefined",
  transfer: true,
  stdout: true,
  ...cpuKernelCapabilities,
});

/** Options of {@link InlineExecutor}: those of every pool. `maxWorkers` is how many tasks may be in progress. */
export interface InlineExecutorOptions extends ExecutorOptions {
  /** Switches off what the platform offers for kernels, such as WebAssembly. */
  readonly kernelFeatures?: KernelFeatures | undefined;
}

/**
 * Runs tasks on the calling thread, one after the other, each in a turn of its own. Kernels run there too, in slices of about a
 * millisecond.
 *
 * @example
 * ```ts
 * await using pool = new InlineExecutor();
 * await pool.submit((a: number, b: number) => a + b, 1, 2); // 3
 * ```
 */
export class InlineExecutor extends KernelPool {
  constructor(options: InlineExecutorOptions = {}) {
    const tasks = new LocalTasks();
    super(
      {
        kind: "InlineExecutor",
        capabilities,
        defaultWorkers: 1,
        optionNames: ["kernelFeatures"],
        resolver: tasks,
        start: (_spec, events) => startInlineWorker(tasks, capabilities, events),
        createSlots: (byteLength) => new ArrayBuffer(byteLength),
        createKernels: ({ label }) => new CpuKernels({ label, maxWorkers: 1, later, features: options.kernelFeatures }),
      },
      options,
    );
  }
}

/** The inline backend, as apps and the conformance kit load it. */
export const backend: Backend<InlineExecutor, InlineExecutorOptions> = defineBackend({
  name: "inline",
  capabilities,
  availability: () => ({ available: true, details: `the calling thread; ${describeSupport(findFeatures(), 0)}` }),
  create: (options?: InlineExecutorOptions) => new InlineExecutor(options),
});
