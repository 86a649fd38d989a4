// A quick task that is alone, and the quick way of its result: nothing but its speed may tell.

import { defineTasks } from "@everycore/core";
import { expect, it, vi } from "vitest";
import { WorkerPool } from "../src/index.js";
import { ChannelRuntime, HandRuntime, type HandWorker } from "./fake-runtime.js";
import { turn } from "./support.js";

// Of a table, since a function counts as quick by its reference, and the fake runtimes make a new one of others each time.
const { task, other } = defineTasks("pool-lone", {
  task: (..._args: unknown[]): number => 1,
  other: (..._args: unknown[]): number => 2,
});

/** A pool whose only worker has proved that `task` is quick, and the number of the next task. */
async function quickPool(): Promise<{ pool: WorkerPool; worker: HandWorker; next: number }> {
  const runtime = new HandRuntime();
  const pool = new WorkerPool(runtime, { maxWorkers: 1 });
  let next = 0;
  for (; next < 8; next++) {
    const future = pool.submit(task, next);
    await turn();
    if (next === 0) runtime.worker(0).ready();
    await turn();
    runtime.worker(0).result(next, next, 0.01);
    await future;
  }
  return { pool, worker: runtime.worker(0), next };
}

it("a lone task is sent when the program pauses, and answered by the quick way", async () => {
  const { pool, worker, next } = await quickPool();
  const future = pool.submit(task, "lone");
  expect(worker.tasks).toHaveLength(next);
  await Promise.resolve();
  expect(worker.tasks.at(-1)).toMatchObject({ id: next, args: ["lone"] });
  expect(future.running()).toBe(true);
  worker.result(next, "back");
  expect(future.resultNow()).toBe("back");
  expect(pool.stats()).toMatchObject({ submitted: next + 1, done: next + 1, pending: 0, running: 0 });
  // Said twice, it is a result of nothing.
  worker.result(next, "again");
  worker.result(12_345, "never sent");
  expect(future.resultNow()).toBe("back");
  expect(pool.stats().done).toBe(next + 1);
});

it("a lone task can be cancelled until the program pauses, and is not sent then", async () => {
  const { pool, worker, next } = await quickPool();
  const [gone, sent] = [pool.submit(task), pool.submit(task)];
  expect(gone.cancel()).toBe(true);
  await turn();
  expect(worker.tasks.slice(next).map(({ id }) => id)).toEqual([next + 1]);
  worker.result(next + 1, 0);
  await sent;
  const last = pool.submit(task);
  expect(last.cancel()).toBe(true);
  await turn();
  expect(worker.tasks).toHaveLength(next + 1);
  expect(pool.stats()).toMatchObject({ cancelled: 2, pending: 0, running: 0 });
  await pool.shutdown();
});

it("a task that is joined by others before the program pauses keeps its place and its priority", async () => {
  const { pool, worker, next } = await quickPool();
  const futures = [pool.submit(task), pool.with({ priority: 5 }).submit(other), pool.submit(task)];
  await turn();
  for (const id of [next + 1, next, next + 2]) {
    expect(worker.tasks.some((sent) => sent.id === id)).toBe(true);
    worker.result(id, id);
    await turn();
  }
  expect(await Promise.all(futures)).toEqual([next, next + 1, next + 2]);
  expect(worker.tasks.slice(next).map(({ id }) => id)).toEqual([next + 1, next, next + 2]);
});

it("a lone task waits for a busy worker, and is run elsewhere when a worker ends", async () => {
  const { pool, worker, next } = await quickPool();
  const busy = pool.submit(other);
  await turn();
  const waiting = pool.submit(task);
  await turn();
  expect(worker.tasks.at(-1)?.id).toBe(next);
  worker.end({ exitCode: 1 });
  await expect(busy).rejects.toThrow("exited with code 1");
  expect(waiting.done()).toBe(false);
  expect(pool.stats()).toMatchObject({ pending: 1, workers: 1 });
  expect(waiting.cancel()).toBe(true);
});

it("a lone task is in the books, and its worker counts as active from then on", async () => {
  const { pool, worker, next } = await quickPool();
  const later = performance.now() + 20;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => later);
  try {
    void pool.submit(task, "lone");
    await turn();
    expect(pool.stats().queueMs.count).toBe(next + 1);
    // Nothing is sent ahead to a worker that has been at one task for long: this one has not.
    void pool.submit(task, "ahead");
    await turn();
    expect(worker.tasks.slice(next).map(({ args }) => args)).toEqual([["lone"], ["ahead"]]);
  } finally {
    clock.mockRestore();
  }
});

it("a task is not alone while a worker has one of its own to begin", async () => {
  const runtime = new HandRuntime();
  const pool = new WorkerPool(runtime, { maxWorkers: 2 });
  const first = [pool.submit(task), pool.submit(other)];
  await turn();
  for (const index of [0, 1]) runtime.worker(index).ready();
  await turn();
  for (const index of [0, 1]) runtime.worker(index).answer(index);
  await Promise.all(first);
  const both = [pool.with({ key: "bound" }).submit(task), pool.submit(task)];
  await turn();
  expect(both.map(({ state }) => state)).toEqual(["running", "running"]);
});

it("a quick task is timed by the clock of milliseconds, also when that is set back", async () => {
  let now = 1_000_000;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now);
  try {
    await using pool = new WorkerPool(new ChannelRuntime(), { maxWorkers: 1 });
    const { step } = defineTasks("pool-lone steps", {
      step: (ms: number): void => {
        now += ms;
      },
    });
    // Until it has proved that it is quick, by the finer clock, which these steps do not touch.
    for (let run = 0; run < 8; run++) await pool.submit(step, 500);
    expect(pool.stats().runMs.max).toBeLessThan(500);
    // A core that is taken away meanwhile makes it slow for a while.
    for (let tries = 0; tries < 20 && pool.stats().runMs.max < 700; tries++) {
      for (let run = 0; run < 100; run++) await pool.submit(step, 0);
      await pool.submit(step, 700);
    }
    expect(pool.stats().runMs.max).toBe(700);
    for (let run = 0; run < 200; run++) await pool.submit(step, 0);
    const before = pool.stats().runMs;
    await pool.submit(step, -9000);
    const after = pool.stats().runMs;
    expect(after.mean * after.count).toBeGreaterThan(before.mean * before.count - 1e-6);
  } finally {
    clock.mockRestore();
  }
});

it("the event loop has its turn between tasks also when the clock is set back", async () => {
  let now = 1_000_000;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now);
  try {
    await using pool = new WorkerPool(new ChannelRuntime({ slots: true }), { maxWorkers: 1 });
    let turned = false;
    const setBack = (): void => {
      now -= 9000;
      setImmediate(() => {
        turned = true;
      });
    };
    for (let run = 0; run < 20; run++) await pool.submit(task);
    const sent = pool.stats().messages;
    const futures = [pool.submit(setBack), pool.submit(() => turned)];
    expect(await futures[1]).toBe(true);
    expect(pool.stats().messages - sent).toBe(1);
  } finally {
    clock.mockRestore();
  }
});
