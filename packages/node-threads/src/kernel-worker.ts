// The file that kernel threads start with. It never returns to the event loop: kernels come through shared memory.

import { parentPort, workerData } from "node:worker_threads";
import { type KernelWorkerStart, serveKernels } from "@everycore/wasm/worker";

serveKernels(workerData as KernelWorkerStart, () => parentPort?.postMessage(0));
