// A worker process must not outlive the process of its pool, also when a task never returns to the event loop. So it has a
// small thread that does nothing but wait for the end of a pipe whose other end the pool's process holds, and never
// writes to. A main thread that is free sees the end of its own channel, and leaves in an orderly way; the thread gives it
// a moment before it ends the process by the hardest means.

import { Worker } from "node:worker_threads";

const graceMs = 200;

const program = `
const { Socket } = require("node:net");
const { workerData: { descriptor, graceMs } } = require("node:worker_threads");
const pipe = new Socket({ fd: descriptor, readable: true, writable: false });
let ending = false;
const end = () => {
  if (ending) return;
  ending = true;
  setTimeout(() => process.kill(process.pid, "SIGKILL"), graceMs);
};
pipe.on("end", end).on("error", end).on("close", end).resume();
`;

/** Ends this process soon after the other end of the pipe was closed. */
export function startLifeline(descriptor: number): void {
  const thread = new Worker(program, {
    eval: true,
    name: "everycore-lifeline",
    workerData: { descriptor, graceMs },
    // Nothing of the program's own may run there.
    execArgv: [],
    env: {},
    trackUnmanagedFds: false,
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
  });
  thread.unref();
  // A process that cannot have the thread still works; it ends with its channel.
  thread.on("error", () => {});
}
