import {
  AbortError,
  CancelledError,
  decodeError,
  TimeoutError,
  taskContext,
  type WireError,
  WorkerLostError,
} from "@everycore/core";
import { describe, expect, it } from "vitest";
import { WorkerPool } from "../src/index.js";
import { ChannelRuntime, HandRuntime } from "./fake-runtime.js";
import { outcomeOf, turn, until } from "./support.js";

const task = (..._args: unknown[]): number => 1;

describe("a worker without slots", () => {
  it("gets one job at a time, and none before it is ready", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { maxWorkers: 1 });
    const futures = [0, 1, 2].map(() => pool.submit(task));
    await turn();
    const worker = runtime.worker(0);
    expect(worker.types).toEqual(["init"]);
    worker.ready();
    await turn();
    expect(worker.tasks.map(({ id }) => id)).toEqual([0]);
    expect(futures.map(({ state }) => state)).toEqual(["running", "pending", "pending"]);
    expect(futures[0]?.cancel()).toBe(false);
    expect(futures[1]?.cancel()).toBe(true);
    worker.answer(0, "zero");
    await turn();
    expect(worker.tasks.map(({ id }) => id)).toEqual([0, 2]);
    worker.answer(2, "two");
    expect(await Promise.all([futures[0], futures[2]])).toEqual(["zero", "two"]);
    expect(pool.stats()).toMatchObject({ submitted: 3, done: 3, cancelled: 1, pending: 0, running: 0 });
  });

  it("is told to stop what it runs, with the reason", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { maxWorkers: 1, abortGraceMs: 60_000 });
    const future = pool.submit(task);
    await turn();
    const worker = runtime.worker(0).ready();
    await turn();
    expect(future.abort("enough")).toBe(true);
    const abort = worker.sent.at(-1) as { type: string; id: number; reason: WireError };
    expect(abort).toMatchObject({ type: "abort", id: 0 });
    expect(decodeError(abort.reason)).toBe("enough");
    worker.say({ type: "done", results: [0, 3, abort.reason, 1] });
    const { thrown } = (await outcomeOf(future)) as { thrown: AbortError };
    expect(thrown).toBeInstanceOf(AbortError);
    expect(thrown.reason).toBe("enough");
    expect(future.cancelled()).toBe(true);
  });

  it("is terminated when a task does not stop within the grace period", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { maxWorkers: 1, abortGraceMs: 2 });
    const [stuck, next] = [pool.submit(task), pool.submit(task)];
    await turn();
    runtime.worker(0).ready();
    await turn();
    stuck.abort();
    expect(await outcomeOf(stuck)).toMatchObject({ thrown: expect.any(AbortError) });
    expect(runtime.worker(0).terminations).toEqual([false]);
    await turn();
    runtime.worker(1).ready();
    await turn();
    runtime.worker(1).answer(1, "next");
    expect(await next).toBe("next");
  });

  it("that ends takes only what it ran with it", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { maxWorkers: 1 });
    const [running, waiting] = [pool.submit(task), pool.submit(task)];
    await turn();
    runtime.worker(0).ready();
    await turn();
    runtime.worker(0).end({ exitCode: 3 });
    expect(await outcomeOf(running)).toMatchObject({ thrown: expect.any(WorkerLostError) });
    await turn();
    runtime.worker(1).ready();
    await turn();
    runtime.worker(1).answer(1, 5);
    expect(await waiting).toBe(5);
  });

  it("that ends gives no value to a broadcast that waits for it, and shutdown ends", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { maxWorkers: 1 });
    const running = outcomeOf(pool.submit(task));
    await turn();
    const worker = runtime.worker(0).ready();
    await turn();
    const broadcast = outcomeOf(pool.broadcast(task));
    await turn();
    expect(worker.tasks).toHaveLength(1);
    worker.end({ exitCode: 3 });
    expect(await running).not.toBe("pending");
    expect(await broadcast).toEqual({ value: [] });
    expect(await outcomeOf(pool.shutdown())).toEqual({ value: undefined });
  });

  it("counts tasks only, also while a broadcast runs", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { maxWorkers: 1 });
    const first = pool.submit(task);
    await turn();
    const worker = runtime.worker(0).ready();
    await turn();
    worker.answer(0);
    await first;
    void pool.broadcast(task);
    await turn();
    expect(worker.tasks).toHaveLength(2);
    expect(pool.stats()).toMatchObject({ submitted: 1, pending: 0, running: 0, done: 1 });
    worker.answer(1);
    await pool.shutdown();
  });
});

describe.each([
  ["without slots", false],
  ["with slots", true],
])("the real worker over a channel, %s", (_, slots) => {
  it("does everything that a pool does", async () => {
    const runtime = new ChannelRuntime({ slots });
    const pool = new WorkerPool(runtime, { shared: { base: 10 }, initializer: task });
    expect(await pool.submit((a: number, b: number) => a + b, 1, 2)).toBe(3);
    expect(await pool.submit(async () => "async")).toBe("async");
    expect(await pool.submit(() => [undefined, null, { deep: new Map([[1n, "x"]]) }])).toEqual([
      undefined,
      null,
      { deep: new Map([[1n, "x"]]) },
    ]);
    const square = (x: number): number => x * x;
    expect(await pool.map(square, [1, 2, 3, 4, 5], { chunkSize: 2 }).toArray()).toEqual([1, 4, 9, 16, 25]);
    expect(await pool.submit(() => (taskContext().shared as { base: number }).base)).toBe(10);
    const streamed: number[] = [];
    for await (const value of pool.with({ streamBuffer: 2 }).stream(function* (to: number) {
      for (let value = 0; value < to; value++) yield value;
    }, 20))
      streamed.push(value);
    expect(streamed).toHaveLength(20);
    async function* source(): AsyncGenerator<number> {
      for (let value = 0; value < 40; value++) yield value;
    }
    const sum = async (values: AsyncIterable<number>): Promise<number> => {
      let total = 0;
      for await (const value of values) total += value;
      return total;
    };
    expect(await pool.submit(sum, source())).toBe(780);
    expect(await pool.broadcast(() => taskContext().workerId)).toHaveLength(pool.stats().workers);
    await pool.shutdown();
    expect(runtime.live).toBe(0);
    expect(pool.stats()).toMatchObject({ pending: 0, running: 0, workers: 0, failed: 0 });
  });

  it("settles 1,000 tiny tasks once each, in order of submission for one worker", async () => {
    const pool = new WorkerPool(new ChannelRuntime({ slots }), { maxWorkers: 1 });
    const ended: number[] = [];
    const futures = Array.from({ length: 1000 }, (_unused, index) =>
      pool.submit((x: number) => x, index).addDoneCallback(() => ended.push(index)),
    );
    const values = await Promise.all(futures);
    expect(values).toEqual([...values.keys()]);
    expect(ended).toEqual(values);
    await pool.shutdown();
  });

  it("passes errors, progress and aborts", async () => {
    const pool = new WorkerPool(new ChannelRuntime({ slots }), { maxWorkers: 1 });
    const failing = pool.submit(() => {
      throw Object.assign(new RangeError("bad"), { detail: 5 });
    });
    expect(await failing.exception()).toMatchObject({ name: "RangeError", message: "bad", detail: 5 });
    const progress: unknown[] = [];
    await pool
      .submit(() => {
        for (const step of [1, 2, 3]) taskContext().report(step);
      })
      .onProgress((value) => progress.push(value));
    expect(progress).toEqual([1, 2, 3]);
    const waiting = pool.submit(
      (): Promise<void> =>
        new Promise((_resolve, reject) => {
          const { signal } = taskContext();
          signal.addEventListener("abort", () => reject(signal.reason));
        }),
    );
    await until(() => waiting.running(), "the start");
    waiting.abort("enough");
    await expect(waiting).rejects.toBeInstanceOf(AbortError);
    await expect(
      pool.with({ timeoutMs: 2, abortGraceMs: 5 }).submit(() => new Promise<void>(() => {})),
    ).rejects.toBeInstanceOf(TimeoutError);
    await pool.shutdown();
  });

  it("cancels exactly what never runs", async () => {
    const pool = new WorkerPool(new ChannelRuntime({ slots }), { maxWorkers: 2 });
    const ran = new Set<number>();
    const futures = Array.from({ length: 500 }, (_unused, index) => pool.submit((x: number) => void ran.add(x), index));
    await turn();
    const cancelled = futures.map((future, index) => index % 3 === 0 && future.cancel());
    await Promise.allSettled(futures);
    futures.forEach((future, index) => {
      expect(cancelled[index], `task ${index}`).toBe(!ran.has(index));
      expect(future.cancelled()).toBe(cancelled[index]);
    });
    await pool.shutdown();
  });

  it("shuts down: finishes what there is, cancels what it is told to", async () => {
    const pool = new WorkerPool(new ChannelRuntime({ slots }), { maxWorkers: 1 });
    const futures = Array.from({ length: 20 }, () => pool.submit(async () => void (await turn())));
    await until(() => futures.some((future) => future.running()), "a start");
    await pool.shutdown({ cancelFutures: true });
    const outcomes = await Promise.all(futures.map((future) => outcomeOf(future)));
    expect(outcomes.filter((outcome) => outcome !== "pending" && "value" in outcome).length).toBeGreaterThan(0);
    for (const outcome of outcomes) {
      if (outcome !== "pending" && "thrown" in outcome) expect(outcome.thrown).toBeInstanceOf(CancelledError);
      expect(outcome).not.toBe("pending");
    }
    const { submitted, done } = pool.stats();
    expect([submitted, done]).toEqual([20, 20]);
  });
});
