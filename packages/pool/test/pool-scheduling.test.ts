import { CancelledError, QueueFullError, setUnobservedErrorHandler } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { WorkerPool } from "../src/index.js";
import { HandRuntime, type HandWorker, type SentTask } from "./fake-runtime.js";
import { outcomeOf, turn, until } from "./support.js";

const task = (..._args: unknown[]): number => 1;
const ids = (worker: HandWorker): number[] => worker.tasks.map(({ id }) => id);

/** Runs what a worker was sent, in order, as real workers do; gives the ids of those that it could start. */
function runAll(worker: HandWorker, from = 0, to = Number.POSITIVE_INFINITY): number[] {
  const started: number[] = [];
  for (let index = from; index < Math.min(to, worker.tasks.length); index++) {
    const { id, slot } = worker.tasks[index] as SentTask;
    if (worker.slots && !worker.slots.start(slot)) {
      worker.say({ type: "done", results: [id, 4, slot, 0] });
      continue;
    }
    started.push(id);
    if (!worker.slots) worker.answer(id, id);
    else if (worker.slots.done(slot, id, 0.01) && worker.slots.mustRing()) worker.say({ type: "look" });
  }
  return started;
}

/** A pool with slots whose tasks are so short that workers are sent several ahead. */
async function warmPool(maxWorkers: number, options: object = {}) {
  const runtime = new HandRuntime({ slots: true });
  const pool = new WorkerPool(runtime, { maxWorkers, name: "p", ...options });
  const first = Array.from({ length: maxWorkers }, () => pool.submit(task));
  await turn();
  runtime.workers.forEach((worker, index) => {
    worker.ready();
    expect(runAll(worker)).toEqual([index]);
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
      const id = ids(worker).at(-1) as number;
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
    expect(ids(worker)).toHaveLength(10);
    const urgent = pool.with({ priority: 9 }).submit(task);
    await turn();
    const started = runAll(worker);
    expect(started).toEqual([next + 10, ...futures.map((_, index) => next + index)]);
    expect(await Promise.all([urgent, ...futures])).toEqual(started);
  });

  it("shares what was sent ahead with a worker that has nothing to do", async () => {
    const { runtime, pool, next } = await warmPool(2);
    const [busy, idle] = [runtime.worker(0), runtime.worker(1)];
    const futures = Array.from({ length: 20 }, () => pool.submit(task));
    await turn();
    expect([ids(busy).length, ids(idle).length]).toEqual([10, 10]);
    const byIdle = runAll(idle);
    expect(byIdle.length).toBeGreaterThan(14);
    const byBusy = runAll(busy);
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
        const open = ids(worker).at(-1);
        if (open !== undefined) worker.answer(open);
      }
    }
    const homes = keys.map((_, id) => runtime.workers.findIndex((worker) => ids(worker).includes(id)));
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
        const open = ids(worker).at(-1);
        if (open !== undefined && futures[open]?.done() === false) worker.answer(open);
      }
    }
    const sent = runtime.workers.flatMap(ids);
    expect(sent).not.toContain(4);
    expect(sent.filter((id) => [2, 6].includes(id))).toEqual([2, 6]);
    expect(futures.map((future) => future.done())).toEqual(futures.map(() => true));
    expect(pool.stats()).toMatchObject({ submitted: 7, done: 7, pending: 0, running: 0 });
  });
});

describe("replacing workers", () => {
  it("P7 after maxTasksPerWorker tasks another one takes over, and a backlog goes on", async () => {
    for (const slots of [false, true]) {
      const runtime = new HandRuntime({ slots });
      const pool = new WorkerPool(runtime, { maxWorkers: 1, maxTasksPerWorker: 3 });
      const futures = Array.from({ length: 8 }, () => pool.submit(task));
      for (let id = 0; id < 8; id++) {
        await until(() => runtime.workers.some((worker) => !worker.ended), "a worker");
        const worker = runtime.workers.at(-1) as HandWorker;
        worker.ready();
        await until(() => ids(worker).includes(id), `job ${id}`);
        runAll(worker, ids(worker).indexOf(id), ids(worker).indexOf(id) + 1);
        await futures[id];
        await turn();
      }
      expect(runtime.workers.map((worker) => ids(worker).length)).toEqual([3, 3, 2]);
      expect(runtime.workers.map(({ ended }) => ended)).toEqual([true, true, false]);
    }
  });

  it("P8 a worker above its memory limit is replaced when its task is over", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { maxWorkers: 1, maxWorkerMemoryBytes: 1000 });
    const [first, second] = [pool.submit(task), pool.submit(task)];
    await turn();
    const worker = runtime.worker(0).ready();
    expect(worker.sent[0]).toMatchObject({ type: "init", reportMemory: true });
    await turn();
    worker.say({ type: "look", memoryBytes: 5000 });
    await turn();
    expect(worker.ended).toBe(false);
    worker.say({ type: "done", results: [0, 0, "v", 1], memoryBytes: 5000 });
    expect(await first).toBe("v");
    await turn();
    expect(worker.types.at(-1)).toBe("stop");
    runtime.worker(1).ready();
    await turn();
    runtime.worker(1).answer(1, "w");
    expect(await second).toBe("w");
  });

  it("P3 a job whose workers end again and again before it starts is given up", async () => {
    const before = setUnobservedErrorHandler(() => {});
    const runtime = new HandRuntime({ slots: true });
    const pool = new WorkerPool(runtime, { maxWorkers: 1 });
    const future = outcomeOf(pool.submit(task), 5000);
    for (let attempt = 0; attempt < 50; attempt++) {
      await turn();
      const worker = runtime.workers.at(-1) as HandWorker;
      if (worker.ended) break;
      worker.ready();
      worker.end({ exitCode: 1, cause: new Error("dies idle") });
    }
    expect(await future).not.toBe("pending");
    expect(runtime.workers.length).toBeLessThan(20);
    setUnobservedErrorHandler(before);
  });
});

describe("a full queue", () => {
  it("E10 rejects, waits, or runs inline", async () => {
    const make = async (queuePolicy: "reject" | "wait" | "run-inline") => {
      const runtime = new HandRuntime();
      const pool = new WorkerPool(runtime, { maxWorkers: 1, maxQueue: 1, queuePolicy });
      const futures = [pool.submit(task), pool.submit(task)];
      await turn();
      const worker = runtime.worker(0).ready();
      await turn();
      return { pool, worker, futures };
    };
    const rejecting = await make("reject");
    expect(() => rejecting.pool.submit(task)).toThrow(QueueFullError);
    const ready = outcomeOf(rejecting.pool.ready());
    rejecting.worker.answer(0);
    expect(await ready).toEqual({ value: undefined });
    const waiting = await make("wait");
    expect(waiting.pool.submit(task).state).toBe("pending");
    const inline = await make("run-inline");
    const local = inline.pool.submit((a: number) => a * 2, 21);
    expect(local.state).toBe("running");
    expect(await local).toBe(42);
    expect(inline.worker.tasks.map(({ id }) => id)).toEqual([0]);
  });

  it("E7 a signal that has fired cancels even when the queue is full", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { maxWorkers: 1, maxQueue: 0 });
    void pool.submit(task);
    const future = pool.with({ signal: AbortSignal.abort("before") }).submit(task);
    expect(future.cancelled()).toBe(true);
    await expect(future).rejects.toBeInstanceOf(CancelledError);
  });
});
