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
import { WorkerPool } from "@everycore/pool";
import { startInlineWorker } from "./inline-endpoint.js";
import { LocalTasks } from "./local-tasks.js";

const capabilities: Capabilities = defineCapabilities({
  tasks: true,
  closures: true,
  sharedMemory: typeof SharedArrayBuffer !== "undefined",
  transfer: true,
  stdout: true,
});

/** Options of {@link InlineExecutor}: those of every pool. `maxWorkers` is how many tasks may be in progress. */
export interface InlineExecutorOptions extends ExecutorOptions {}

/**
 * Runs tasks on the calling thread, one after the other, each in a turn of its own.
 *
 * @example
 * ```ts
 * await using pool = new InlineExecutor();
 * await pool.submit((a: number, b: number) => a + b, 1, 2); // 3
 * ```
 */
export class InlineExecutor extends WorkerPool {
  constructor(options: InlineExecutorOptions = {}) {
    const tasks = new LocalTasks();
    super(
      {
        kind: "InlineExecutor",
        capabilities,
        defaultWorkers: 1,
        resolver: tasks,
        start: (_spec, events) => startInlineWorker(tasks, capabilities, events),
        createSlots: (byteLength) => new ArrayBuffer(byteLength),
      },
      options,
    );
  }
}

/** The inline backend, as apps and the conformance kit load it. */
export const backend: Backend<InlineExecutor, InlineExecutorOptions> = defineBackend({
  name: "inline",
  capabilities,
  availability: () => ({ available: true, details: "the calling thread" }),
  create: (options?: InlineExecutorOptions) => new InlineExecutor(options),
});
