// Real threads for the queue tests.

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Portable, Recipient } from "@everycore/core";

/** A thread that has a queue and a role, see fixtures/queue-worker.js. */
export class QueueThread {
  readonly worker: Worker;
  /** What its role returned; rejects when the thread ends without. */
  readonly result: Promise<any>;
  readonly ready: Promise<void>;

  constructor(queue: Portable, role: string, options: object = {}) {
    const ends: Array<(how: string) => void> = [];
    const recipient: Recipient = { name: role, sharedMemory: true, onEnd: (listener) => void ends.push(listener) };
    const workerData = { form: queue.toPortable(recipient), role, options };
    this.worker = new Worker(new URL("./fixtures/queue-worker.js", import.meta.url), { workerData });
    this.worker.on("exit", (code) => ends.forEach((end) => end(`exited with code ${code}`)));
    this.ready = new Promise((resolve) => this.worker.on("message", ({ ready }) => ready && resolve()));
    this.result = new Promise((resolve, reject) => {
      this.worker.on("message", (message) => "result" in message && resolve(message.result));
      this.worker.on("error", reject);
      this.worker.on("exit", (code) => reject(new Error(`The thread exited with code ${code}.`)));
    });
    this.result.catch(() => {});
  }

  async exit(): Promise<void> {
    if (this.worker.threadId > 0) await once(this.worker, "exit");
  }
}

/** Resolves once `isTrue`, which it asks every few milliseconds: for what is only visible in shared memory. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2));
}
