import { describe, expect, it } from "vitest";
import { WorkerPool } from "../src/index.js";
import { HandRuntime } from "./fake-runtime.js";
import { turn } from "./support.js";

const task = (..._args: unknown[]): number => 1;

/** A pool with slots whose tasks are so short that workers are sent several ahead. */
async function warmPool(maxWorkers: number, options: object = {}) {
  const runtime = new HandRuntime({ slots: true });
  const pool = new WorkerPool(runtime, { maxWorkers, name: "p", ...options });
  const first = Array.from({ length: maxWorkers }, () => pool.submit(task));
  await turn();
  runtime.workers.forEach((worker, index) => {
    worker.ready();
    expect(worker.runAll()).toEqual([index]);
  });
  await Promise.all(first);
  for (const worker of runtime.workers) worker.sent.length = 0;
  return { runtime, pool, next: maxWorkers };
}

describe("who gets which job", () => {
  it("P1 starts at most maxWorkers; three tasks one after the other make one worker", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { maxWorkers: 3, name: "p" });
    for (let id = 0; id < 3; id++) {
      const future = pool.submit(task);
      await turn();
      if (id === 0) runtime.worker(0).ready();
      await turn();
      runtime.worker(0).answer(id);
      await future;
    }
    expect(runtime.workers).toHaveLength(1);
    for (let count = 0; count < 45; count++) pool.submit(task).catch(() => {});
    await turn();
    expect(runtime.workers.map(({ spec }) => spec.name)).toEqual(["p-0", "p-1", "p-2"]);
    await pool.terminateWorkers();
  });

  it("E9 sends the highest priority first", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { maxWorkers: 1, ageingMs: 100_000 });
    const order: number[] = [];
    for (const priority of [0, 5, 1, 5, -1])
      pool
        .with({ priority })
        .submit(task)
        .catch(() => {});
    await turn();
    const worker = runtime.worker(0).ready();
    for (let count = 0; count < 5; count++) {
      await turn();
      const id = worker.ids.at(-1) as number;
      order.push(id);
      worker.answer(id);
    }
    expect(order).toEqual([1, 3, 2, 0, 4]);
  });

  it("E9 calls back what was sent ahead when something more urgent comes", async () => {
    const { runtime, pool, next } = await warmPool(1, { ageingMs: 100_000 });
    const worker = runtime.worker(0);
    const futures = Array.from({ length: 10 }, () => pool.submit(task));
    await turn();
    expect(worker.ids).toHaveLength(10);
    const urgent = pool.with({ priority: 9 }).submit(task);
    await turn();
    const started = worker.runAll();
    expect(started).toEqual([next + 10, ...futures.map((_, index) => next + index)]);
    expect(await Promise.all([urgent, ...futures])).toEqual(started);
  });

  it("shares what was sent ahead with a worker that has nothing to do", async () => {
    const { runtime, pool, next } = await warmPool(2);
    const [busy, idle] = [runtime.worker(0), runtime.worker(1)];
    const futures = Array.from({ length: 20 }, () => pool.submit(task));
    await turn();
    expect([busy.ids.length, idle.ids.length]).toEqual([10, 10]);
    const byIdle = idle.runAll();
    expect(byIdle.length).toBeGreaterThan(14);
    const byBusy = busy.runAll();
    expect([...byIdle, ...byBusy].sort((a, b) => a - b)).toEqual(futures.map((_, index) => next + index));
    await Promise.all(futures);
    expect(pool.stats()).toMatchObject({ pending: 0, running: 0 });
  });

  it("P14 sends the same key to the same worker, and keys to different workers", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { maxWorkers: 2 });
    const keys = ["a", "b", "a", "b", "a", 5, 5];
    for (const key of keys)
      pool
        .with({ key })
        .submit(task)
        .catch(() => {});
    await turn();
    for (const worker of runtime.workers) worker.ready();
    for (let count = 0; count < keys.length; count++) {
      await turn();
      for (const worker of runtime.workers) {
        const open = worker.ids.at(-1);
        if (open !== undefined) worker.answer(open);
      }
    }
    const homes = keys.map((_, id) => runtime.workers.findIndex((worker) => worker.ids.includes(id)));
    expect(new Set([homes[0], homes[2], homes[4]]).size).toBe(1);
    expect(new Set([homes[1], homes[3]]).size).toBe(1);
    expect(homes[0]).not.toBe(homes[1]);
    expect(homes[5]).toBe(homes[6]);
  });

  it("P14 gives a key another worker when its own ends; order and cancel() stay exact", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { maxWorkers: 2 });
    const [keyA, keyB] = [pool.with({ key: "a" }), pool.with({ key: "b" })];
    const futures = [keyA.submit(task), keyB.submit(task)];
    await turn();
    for (const worker of runtime.workers) worker.ready();
    await turn();
    futures.push(keyA.submit(task), keyB.submit(task), keyA.submit(task), keyB.submit(task), keyA.submit(task));
    for (const future of futures) future.catch(() => {});
    await turn();
    const survivor = runtime.worker(1);
    runtime.worker(0).end({ exitCode: 3 });
    await turn();
    expect(futures[4]?.cancel()).toBe(true);
    for (let count = 0; count < 12; count++) {
      await turn();
      for (const worker of runtime.workers) {
        if (worker.ended) continue;
        if (worker !== survivor) worker.ready();
        const open = worker.ids.at(-1);
        if (open !== undefined && futures[open]?.done() === false) worker.answer(open);
      }
    }
    const sent = runtime.workers.flatMap(({ ids }) => ids);
    expect(sent).not.toContain(4);
    expect(sent.filter((id) => [2, 6].includes(id))).toEqual([2, 6]);
    expect(futures.map((future) => future.done())).toEqual(futures.map(() => true));
    expect(pool.stats()).toMatchObject({ submitted: 7, done: 7, pending: 0, running: 0 });
  });
});
