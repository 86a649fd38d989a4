// The file that worker processes start with.

import { writevSync } from "node:fs";
import { Socket } from "node:net";
import { encodeError } from "@everycore/core";
import { NodeTaskLoader } from "@everycore/node-tasks/loader";
import { type WorkerPort, WorkerServer } from "@everycore/pool/worker";
import { encodeFrame, FrameReader } from "./frames.js";
import { WorkerLedger } from "./ledger-worker.js";
import { startLifeline } from "./lifeline.js";
import { identify } from "./process-identity.js";
import { descriptors, type ProcessData, type Uncaught } from "./process-protocol.js";
import { printAtOnce } from "./standard-output.js";

/** How many chunks to write at a time; the system's own limit is 1024. */
const maxChunks = 512;

serveProcess(JSON.parse(process.argv.splice(2, 1)[0] as string) as ProcessData);

function serveProcess(data: ProcessData): void {
  identify(data);
  const channel = new Socket({ fd: descriptors.fromPool, readable: true, writable: false });
  const port: WorkerPort = {
    loader: new NodeTaskLoader(),
    capabilities: { sharedMemory: false, transfer: false },
    table: data.ledger ? new WorkerLedger(descriptors.ledger) : undefined,
    sharesThread: false,
    post,
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
  const reader = new FrameReader((message) => server.receive(message), { from: "the pool" });
  process.on("uncaughtExceptionMonitor", (error) => post({ uncaught: encodeError(error) } satisfies Uncaught));
  // What it refuses is an uncaught error, which ends this process and reaches the pool as its cause.
  channel.on("data", (chunk: Uint8Array) => reader.push(chunk));
  // The pool's process is gone.
  channel.on("end", () => process.exit());
  channel.on("error", () => process.exit());
  printAtOnce();
  startLifeline(descriptors.lifeline);
}

/** Has written everything when it returns: what a task does next cannot keep a result from arriving. */
function post(message: unknown): void {
  let rest = encodeFrame(message);
  while (rest.length > 0) rest = without(rest, write(rest.slice(0, maxChunks)));
}

function write(chunks: readonly Uint8Array[]): number {
  try {
    return writevSync(descriptors.toPool, chunks);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") {
      // Nobody reads any more: the pool's process is gone.
      if ((error as NodeJS.ErrnoException).code === "EPIPE") process.exit();
      throw error;
    }
    // Somebody has made the channel a non-blocking one.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    return 0;
  }
}

/** What is left of the chunks behind so many bytes. */
function without(chunks: Uint8Array[], bytes: number): Uint8Array[] {
  let skipped = 0;
  for (let index = 0; index < chunks.length; index++) {
    const chunk = chunks[index] as Uint8Array;
    if (skipped + chunk.length > bytes) return [chunk.subarray(bytes - skipped), ...chunks.slice(index + 1)];
    skipped += chunk.length;
  }
  return [];
}
