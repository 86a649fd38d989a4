// Where there are no slots, tasks of a function that has proved to be quick are sent in batches.

import { defineTasks, WorkerLostError } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { Pace } from "../src/host/pace.js";
import { WorkerPool } from "../src/index.js";
import { taskFlags } from "../src/wire/protocol.js";
import { ChannelRuntime, HandRuntime, type HandWorker } from "./fake-runtime.js";
import { outcomeOf, turn, until } from "./support.js";

const tasks = defineTasks("batches", {
  quick: (value: number): number => value,
  other: (value: number): number => value,
  spin: (ms: number): number => {
    const end = performance.now() + ms;
    while (performance.now() < end);
    return ms;
  },
});

/** A pool of one worker, for which `quick` and `other` have proved to be quick. */
async function provenPool(): Promise<{ pool: WorkerPool; worker: HandWorker; sentBefore: number }> {
  const runtime = new HandRuntime();
  const pool = new WorkerPool(runtime, { maxWorkers: 1 });
  const proving = Array.from({ length: 20 }, (_, n) => pool.submit(n % 2 ? tasks.quick : tasks.other, n));
  await turn();
  const worker = runtime.worker(0).ready();
  for (let id = 0; id < 20; id++) {
    await until(() => worker.ids.includes(id));
    worker.say({ type: "done", results: [id, 0, id, 0.01] });
  }
  await Promise.all(proving);
  return { pool, worker, sentBefore: worker.tasks.length };
}

describe("a batch", () => {
  it("is of one function; its tasks count as running, and those of others wait", async () => {
    const { pool, worker, sentBefore } = await provenPool();
    const batch = [1, 2, 3].map((n) => pool.submit(tasks.quick, n));
    const other = pool.submit(tasks.other, 4);
    await turn();
    expect(worker.tasks.slice(sentBefore).map(({ args }) => args)).toEqual([[1], [2], [3]]);
    expect(worker.tasks.slice(sentBefore).every(({ flags }) => (flags & taskFlags.quick) !== 0)).toBe(true);
    expect(batch.map((future) => [future.state, future.cancel()])).toEqual(Array(3).fill(["running", false]));
    expect(other.cancel()).toBe(true);
    worker.say({ type: "done", results: [20, 0, 1, 0.01, 21, 0, 2, 0.01, 22, 0, 3, 0.01] });
    expect(await Promise.all(batch)).toEqual([1, 2, 3]);
  });

  it("takes no task that has a time limit, a key, or moves its arguments", async () => {
    const { pool, worker, sentBefore } = await provenPool();
    const views = [{ timeoutMs: 60_000 }, { transfer: "move" as const }, { key: "k" }].map((options) =>
      pool.with(options),
    );
    for (const view of views) view.submit(tasks.quick, 1).catch(() => {});
    pool.submit(tasks.quick, 2).catch(() => {});
    await turn();
    expect(worker.tasks.slice(sentBefore)).toHaveLength(1);
    await pool.terminateWorkers();
  });

  it("P3 runs elsewhere, but for the task that had begun, when its worker leaves", async () => {
    const { pool, worker, sentBefore } = await provenPool();
    const futures = [1, 2, 3].map((n) => pool.submit(tasks.quick, n));
    await turn();
    const [first, second] = worker.ids.slice(sentBefore);
    worker.say({ type: "done", results: [first, 0, "one", 0.01] });
    worker.say({ type: "leaving", id: second });
    worker.end({ exitCode: 0 });
    expect(await futures[0]).toBe("one");
    const { thrown } = (await outcomeOf(futures[1] as PromiseLike<unknown>)) as { thrown: Error };
    expect(thrown).toBeInstanceOf(WorkerLostError);
    await turn();
    expect(futures[2]?.state).toBe("pending");
    futures[2]?.catch(() => {});
    await pool.terminateWorkers();
  });

  it("is lost as a whole when its worker ends without a word", async () => {
    const { pool, worker } = await provenPool();
    const futures = [1, 2, 3].map((n) => pool.submit(tasks.quick, n));
    await turn();
    worker.end({ exitCode: 1 });
    const errors = await Promise.all(futures.map((future) => future.exception()));
    expect(errors.every((error) => error instanceof WorkerLostError)).toBe(true);
  });
});

it("results of a batch come in few messages, in order, and before anything that is posted later", async () => {
  const pool = new WorkerPool(new ChannelRuntime(), { maxWorkers: 1 });
  for (let n = 0; n < 20; n++) await pool.submit(tasks.quick, n);
  const before = pool.stats().messages;
  const order: number[] = [];
  const futures = Array.from({ length: 1000 }, (_, n) =>
    pool.submit(tasks.quick, n).addDoneCallback(() => order.push(n)),
  );
  expect(await Promise.all(futures)).toEqual([...Array(1000).keys()]);
  expect(order).toEqual([...Array(1000).keys()]);
  expect(pool.stats().messages - before).toBeLessThan(200);
  await pool.shutdown();
});

it("a task of a batch that has not begun can be aborted", async () => {
  const pool = new WorkerPool(new ChannelRuntime(), { maxWorkers: 1, abortGraceMs: 60_000 });
  for (let n = 0; n < 20; n++) await pool.submit(tasks.spin, 0);
  const [slow, next] = [pool.submit(tasks.spin, 20), pool.submit(tasks.spin, 0)];
  await Promise.resolve();
  next.abort("not wanted");
  expect(await slow).toBe(20);
  const { thrown } = (await outcomeOf(next)) as { thrown: Error };
  expect(thrown.name).toBe("AbortError");
  await pool.shutdown();
});

describe("Pace", () => {
  it("calls a function quick after eight runs that were, and not after one that was slow", () => {
    const pace = new Pace();
    for (let run = 0; run < 7; run++) pace.ran(0.02);
    expect(pace.isQuick).toBe(false);
    pace.ran(0.02);
    expect(pace.isQuick).toBe(true);
    pace.ran(5);
    expect(pace.isQuick).toBe(false);
  });

  it("does not call a function quick whose runs take half a millisecond", () => {
    const pace = new Pace();
    for (let run = 0; run < 100; run++) pace.ran(0.5);
    expect(pace.isQuick).toBe(false);
  });
});
