// A kernel thread over one worker thread. It gets none of the task threads' options: no code of the program runs there.

import { Worker } from "node:worker_threads";
import type { KernelThread, KernelThreadEvents, KernelWorkerStart } from "@everycore/wasm";

/** Starts a kernel thread. Every failure, also of the start itself, comes through `events.onEnd`. */
export function startKernelThread(start: KernelWorkerStart, events: KernelThreadEvents, url?: URL): KernelThread {
  let cause: unknown;
  const worker = createWorker(start, url ?? new URL("./kernel-worker.js", import.meta.url));
  worker.unref();
  worker.on("message", () => events.onBell());
  worker.on("error", (error: unknown) => {
    cause = error;
  });
  worker.on("exit", (exitCode) => events.onEnd({ exitCode, cause }));
  return {
    hold: (held) => (held ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}

/** Without this process's own options, which could load hooks that only cost time. */
function createWorker(start: KernelWorkerStart, url: URL): Worker {
  return new Worker(url, { name: `kernels-${start.thread}`, workerData: start, execArgv: [], stdout: false });
}
