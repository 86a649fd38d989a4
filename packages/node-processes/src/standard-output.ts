// Makes what a worker prints leave it before `write` returns. Node does so for files and terminals, but puts off what a full
// pipe does not take: it would come after the task's result, or be lost at the end of the process.

import { fstatSync, writeSync } from "node:fs";

/** How long to wait for a full pipe before trying again. */
const pauseMs = 1;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Does so for standard output and standard error, where they are pipes. */
export function printAtOnce(): void {
  for (const [descriptor, name] of [
    [1, "stdout"],
    [2, "stderr"],
  ] as const) {
    if (isPipe(descriptor)) redirect(process[name], descriptor);
  }
}

function isPipe(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    return status.isFIFO() || status.isSocket();
  } catch {
    // It is closed.
    return false;
  }
}

function redirect(stream: NodeJS.WriteStream, descriptor: number): void {
  stream._write = (chunk: string | Uint8Array, encoding, done) => {
    try {
      writeAll(descriptor, typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
      done();
    } catch (error) {
      done(error as Error);
    }
  };
  // The stream's own batching would bypass the above.
  (stream as { _writev?: unknown })._writev = null;
}

/** Writes all of it to a pipe, also to one that does not block. */
function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(pause, 0, 0, pauseMs);
    }
  }
}
