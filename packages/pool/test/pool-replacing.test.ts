import { CancelledError, QueueFullError, setUnobservedErrorHandler } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { WorkerPool } from "../src/index.js";
import { HandRuntime, type HandWorker } from "./fake-runtime.js";
import { outcomeOf, turn, until } from "./support.js";

const task = (..._args: unknown[]): number => 1;

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
        await until(() => worker.ids.includes(id), `job ${id}`);
        worker.runAll(worker.ids.indexOf(id), worker.ids.indexOf(id) + 1);
        await futures[id];
        await turn();
      }
      expect(runtime.workers.map((worker) => worker.ids.length)).toEqual([3, 3, 2]);
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
