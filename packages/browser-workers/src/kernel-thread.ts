// A kernel thread over one worker of a page: the same file as for tasks, which is told to be something else.

import type { KernelThread, KernelThreadEvents, KernelWorkerStart } from "@everycore/wasm";
import { StartedWorker } from "./started-worker.js";
import type { WorkerFactory } from "./worker-options.js";

/** Starts a kernel thread. Every failure, also of the start itself, comes through `events.onEnd`. */
export function startKernelThread(
  factory: WorkerFactory,
  start: KernelWorkerStart,
  events: KernelThreadEvents,
  startTimeoutMs: number | undefined,
): KernelThread {
  const worker = new StartedWorker(
    factory,
    { everycore: "kernels", start },
    {
      onMessage() {
        events.onBell();
        return true;
      },
      onEnd: ({ cause }) => events.onEnd({ exitCode: null, cause }),
    },
    startTimeoutMs,
  );
  return {
    // Nothing keeps a page alive.
    hold() {},
    terminate: () => worker.terminate(),
  };
}
