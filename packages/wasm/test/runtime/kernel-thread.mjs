// A kernel thread of these tests.
import { parentPort, workerData } from "node:worker_threads";
import { serveKernels } from "@everycore/wasm/worker";

if (workerData.refuse) process.exit(7);
serveKernels(workerData, () => parentPort.postMessage(0));
