import {
  BrokenExecutorError,
  encodeError,
  ProtocolError,
  setUnobservedErrorHandler,
  type UnobservedErrorHandler,
  WorkerLostError,
} from "@everycore/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WorkerPool } from "../src/index.js";
import { type FakeOptions, HandRuntime } from "./fake-runtime.js";
import { outcomeOf, turn } from "./support.js";

const reported: Array<{ error: unknown; where: string }> = [];
let before: UnobservedErrorHandler;

beforeEach(() => {
  reported.length = 0;
  before = setUnobservedErrorHandler((error, where) => reported.push({ error, where }));
});
afterEach(() => {
  setUnobservedErrorHandler(before);
});

const task = (): number => 1;

async function twoWorkers(options: FakeOptions = {}) {
  const runtime = new HandRuntime(options);
  const pool = new WorkerPool(runtime, { maxWorkers: 2, name: "p" });
  const [a, b] = [pool.submit(task), pool.submit(task)];
  await turn();
  runtime.worker(0).ready();
  runtime.worker(1).ready();
  await turn();
  return { runtime, pool, a, b, bad: runtime.worker(0), good: runtime.worker(1) };
}

const hostile: Array<[string, unknown]> = [
  ["nothing", undefined],
  ["null", null],
  ["text", "done"],
  ["an array", []],
  ["an unknown type", { type: "exec" }],
  ["a prototype key", { type: "__proto__" }],
  ["constructor", { type: "constructor" }],
  ["another version", { type: "ready", version: 99 }],
  ["a malformed error", { type: "done", results: [0, 1, null, 1] }],
  [
    "an error of a hostile class",
    { type: "done", results: [0, 1, { ...encodeError(new Error("x")), base: "__proto__" }, 1] },
  ],
  ["a malformed chunk", { type: "done", results: [0, 2, null, 1] }],
  ["an unknown status", { type: "done", results: [0, 77, 1, 1] }],
  ["a truncated result", { type: "done", results: [0, 0] }],
  ["a duration that is none", { type: "done", results: [0, 0, 1, Number.NaN] }],
  ["a host's message", { type: "stop" }],
];

describe("hostile messages", () => {
  it.each(hostile)("D11 end only that worker: %s", async (_, message) => {
    for (const slots of [false, true]) {
      const { pool, runtime, a, b, bad, good } = await twoWorkers({ slots });
      if (slots) bad.slots?.start(0);
      bad.say(message);
      const lost = (await outcomeOf(a)) as { thrown: unknown };
      good.answer(1, "fine");
      expect(await outcomeOf(b)).toEqual({ value: "fine" });
      expect(lost === ("pending" as never), "the task of the bad worker settles").toBe(false);
      if (bad.ended) {
        expect(bad.terminations).toEqual([true]);
        expect(lost.thrown).toBeInstanceOf(WorkerLostError);
        expect(reported[0]?.error).toBeInstanceOf(ProtocolError);
        expect(reported[0]?.where).toBe('worker p-0 of HandPool "p" was ended');
      }
      expect(good.ended).toBe(false);
      const next = pool.submit(task);
      await turn();
      const taker = runtime.workers.find((worker) => worker.tasks.some(({ id }) => id === 2)) ?? good;
      taker.answer(2, "again");
      expect(await outcomeOf(next)).toEqual({ value: "again" });
      expect(pool.stats()).toMatchObject({ submitted: 3, done: 3, pending: 0, running: 0 });
      expect(runtime.workers).toHaveLength(2);
      reported.length = 0;
    }
  });

  it("D11 a broken error at the start breaks the pool, and nothing is thrown at the runtime", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime, { name: "p" });
    const future = pool.submit(task);
    await turn();
    runtime.worker(0).say({ type: "unready", error: {} });
    runtime.worker(0).end();
    const { thrown } = (await outcomeOf(future)) as { thrown: BrokenExecutorError };
    expect(thrown).toBeInstanceOf(BrokenExecutorError);
    await pool.shutdown();
  });

  it("D11 another version at the start breaks the pool, with that cause", async () => {
    const runtime = new HandRuntime();
    const pool = new WorkerPool(runtime);
    const future = pool.submit(task);
    await turn();
    runtime.worker(0).say({ type: "ready", version: 99 });
    const { thrown } = (await outcomeOf(future)) as { thrown: BrokenExecutorError };
    expect(thrown).toBeInstanceOf(BrokenExecutorError);
    expect(thrown.cause).toBeInstanceOf(ProtocolError);
  });
});

describe("misleading messages", () => {
  it("D11 results for tasks that are not there are dropped", async () => {
    for (const slots of [false, true]) {
      const { pool, a, bad } = await twoWorkers({ slots });
      for (const id of [1, 5, -1, 1e9, 0.5]) bad.answer(id, "foreign");
      bad.say({ type: "started", id: 99 });
      bad.say({ type: "progress", id: 99, value: 1 });
      bad.say({ type: "yield", id: 0, values: [1] });
      bad.say({ type: "yield", id: 99, values: [1] });
      bad.say({ type: "pull", input: 99, count: 1 });
      bad.say({ type: "drop", input: 99 });
      bad.say({ type: "look" });
      expect(bad.ended).toBe(false);
      if (slots) bad.slots?.start(0);
      bad.answer(0, "mine");
      expect(await a).toBe("mine");
      expect(pool.stats()).toMatchObject({ submitted: 2, done: 1 });
    }
  });

  it("D11 a second answer for a task changes nothing", async () => {
    const { pool, a, bad } = await twoWorkers();
    bad.answer(0, "first");
    bad.answer(0, "second");
    bad.say({ type: "done", results: [0, 1, encodeError(new Error("third")), 1] });
    expect(await a).toBe("first");
    expect(pool.stats()).toMatchObject({ done: 1, failed: 0 });
  });

  it("D11 skipping a slot that is not the worker's harms nobody else", async () => {
    const { a, b, bad, good } = await twoWorkers({ slots: true });
    for (const slot of [-1, 1e6, 0.5]) bad.say({ type: "done", results: [99, 4, slot, 0] });
    good.slots?.start(0);
    good.answer(1, "fine");
    expect(await b).toBe("fine");
    bad.end({ exitCode: 3 });
    expect(await outcomeOf(a)).not.toBe("pending");
  });

  it("D11 messages after the end are dropped, and a second end too", async () => {
    const { pool, a, bad } = await twoWorkers();
    bad.end({ exitCode: 3 });
    const { thrown } = (await outcomeOf(a)) as { thrown: WorkerLostError };
    expect(thrown).toMatchObject({ exitCode: 3 });
    bad.answer(0, "late");
    bad.say({ type: "look" });
    bad.say("garbage");
    bad.endAgain({ exitCode: 4 });
    await turn();
    expect(reported).toEqual([]);
    expect(pool.stats()).toMatchObject({ done: 1, failed: 1, workers: 1 });
  });

  it("D11 an answer with a wild duration does not spoil the numbers", async () => {
    const { pool, a, bad } = await twoWorkers();
    bad.say({ type: "done", results: [0, 0, "v", -5] });
    await outcomeOf(a);
    const { mean, p50, max } = pool.stats().runMs;
    for (const number of [mean, p50, max]) expect(Number.isFinite(number)).toBe(true);
  });
});
