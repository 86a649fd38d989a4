// The file that threads start with.

import { type MessagePort, type TransferListItem, workerData } from "node:worker_threads";
import { NodeTaskLoader } from "@everycore/node-tasks/loader";
import { type WorkerPort, WorkerServer } from "@everycore/pool/worker";
import type { Printed, ThreadData } from "./thread-protocol.js";

serveThread((workerData as ThreadData).everycorePort);

function serveThread(channel: MessagePort): void {
  const port: WorkerPort = {
    loader: new NodeTaskLoader(),
    capabilities: { sharedMemory: true, transfer: true },
    sharesThread: false,
    post: (message, transfer) => channel.postMessage(message, transfer as TransferListItem[]),
    memoryBytes: () => {
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    },
    nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
    close(exitCode) {
      if (exitCode !== undefined) process.exit(exitCode);
      // Not closed: timers of the task may go on, and print.
      channel.unref();
    },
  };
  const server = new WorkerServer(port);
  // Both are uncaught errors, which end this thread and reach the pool as its cause.
  channel.on("message", (message: unknown) => server.receive(message));
  channel.on("messageerror", (error: Error) => {
    throw error;
  });
  redirect(process.stdout, 1, channel);
  redirect(process.stderr, 2, channel);
}

/** Sends what is printed over the channel, at once and in order with everything else. */
function redirect(stream: NodeJS.WriteStream, number: 1 | 2, channel: MessagePort): void {
  stream._write = (chunk: string | Uint8Array, _encoding, done) => {
    const printed: Printed = { printed: typeof chunk === "string" ? chunk : Uint8Array.from(chunk), stream: number };
    channel.postMessage(printed);
    done();
  };
  // The stream's own batching would bypass the above.
  (stream as { _writev?: unknown })._writev = null;
}
