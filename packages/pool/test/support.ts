// Small real stand-ins for what these tests need of a job, and seeded numbers.

import { Future, type TransferMode } from "@everycore/core";
import type { Job } from "../src/host/job.js";
import { TaskHistory } from "../src/host/task-history.js";
import type { PayloadLimits } from "../src/wire/payload.js";

let nextId = 0;

/** A job as the pool makes them, with some parts set. */
export function job(parts: Partial<Job> = {}): Job {
  return {
    id: nextId++,
    future: new Future<unknown>(),
    reference: { kind: "local", id: 0, name: "task" },
    history: new TaskHistory(),
    task: () => 0,
    flags: 0,
    args: [],
    options: {},
    priority: 0,
    submittedAt: performance.now(),
    site: undefined,
    sink: undefined,
    control: false,
    queued: false,
    worker: undefined,
    inline: undefined,
    slot: -1,
    quick: false,
    sends: 0,
    losses: 0,
    moved: false,
    abort: undefined,
    cleanups: undefined,
    ...parts,
  };
}

/** A transport that can do everything. */
export const anything: PayloadLimits = { sharedMemory: true, transfer: true, label: "TestExecutor" };

export const modes: readonly TransferMode[] = ["auto", "copy", "move"];

/** A turn of the event loop: every microtask that is due has run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Waits until `condition` holds; fails after a while. */
export async function until(condition: () => boolean, what = "the condition"): Promise<void> {
  for (let attempt = 0; attempt < 2000; attempt++) {
    if (condition()) return;
    await (attempt < 100 ? turn() : new Promise((resolve) => setTimeout(resolve, 2)));
  }
  throw new Error(`${what} did not come true`);
}

/** Repeatable random numbers; print the seed with what they decide. */
export function seeded(seed: number): { next(): number; below(limit: number): number } {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, below: (limit) => Math.floor(next() * limit) };
}

/** What `call` throws. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown.");
}

/** The outcome of a promise, as data; `"pending"` if it does not settle in time. */
export async function outcomeOf(
  promise: PromiseLike<unknown>,
  withinMs = 2000,
): Promise<{ value: unknown } | { thrown: unknown } | "pending"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"pending">((resolve) => {
    timer = setTimeout(() => resolve("pending"), withinMs);
  });
  const settled = Promise.resolve(promise).then(
    (value) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  );
  return Promise.race([settled, late]).finally(() => clearTimeout(timer));
}
