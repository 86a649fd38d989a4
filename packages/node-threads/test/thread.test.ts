// What is special about Thread; everything else is in laws T1 to T5.
import { inspect } from "node:util";
import { TaskReferenceError, WorkerLostError } from "@everycore/core";
import {
  activeThreads,
  currentThread,
  Thread,
  type ThreadException,
  ThreadPoolExecutor,
} from "@everycore/node-threads";
import { afterEach, describe, expect, test } from "vitest";
import { tasks } from "./fixtures/thread-tasks.mjs";

const { excepthook } = Thread;
afterEach(() => {
  Thread.excepthook = excepthook;
});

/** Runs a function in a thread to its end, and gives what it wrote into the cells. */
async function cellsOf(target: (cells: Int32Array) => unknown, length: number): Promise<number[]> {
  const cells = new Int32Array(new SharedArrayBuffer(4 * length));
  const thread = new Thread(target, { args: [cells] });
  thread.start();
  await thread.join();
  return [...cells];
}

describe("Thread", () => {
  test("shares memory with the thread that started it", async () => {
    const write = (cells: Int32Array): void => cells.forEach((_, index) => Atomics.store(cells, index, index * index));
    expect(await cellsOf(write, 4)).toEqual([0, 1, 4, 9]);
  });

  test("goes on and ends while the starting thread is blocked", () => {
    const done = new Int32Array(new SharedArrayBuffer(4));
    const thread = new Thread(
      (cells: Int32Array) => {
        Atomics.store(cells, 0, 1);
        Atomics.notify(cells, 0);
      },
      { args: [done] },
    );
    thread.start();
    expect(Atomics.wait(done, 0, 0, 10_000)).not.toBe("timed-out");
  });

  test("moves what is marked to be moved", async () => {
    const { move } = await import("@everycore/core");
    const pixels = new Uint8Array(1000);
    const thread = new Thread((p: Uint8Array) => p.fill(1), { args: [move(pixels)] });
    thread.start();
    expect(pixels.length).toBe(0);
    await thread.join();
  });

  test("has an ident, and a place among the active ones while it lives", async () => {
    const thread = new Thread(() => new Promise((resolve) => setTimeout(resolve, 600_000)), { name: "waits" });
    expect(thread.ident).toBeUndefined();
    expect(inspect(thread)).toBe('Thread "waits" (initial)');
    thread.start();
    expect(thread.ident).toBeGreaterThan(0);
    expect(activeThreads()).toEqual([thread]);
    thread.terminate();
    await thread.join();
    expect(activeThreads()).toEqual([]);
  });

  test("is known by the excepthook, which takes the error once, and by join", async () => {
    const taken: ThreadException[] = [];
    Thread.excepthook = (exception) => taken.push(exception);
    const thread = new Thread(tasks.failAs, { args: ["printer"], name: "printer" });
    thread.start();
    const error = await thread.join().then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(taken).toEqual([{ error, thread }]);
    expect(error?.stack).toMatch(
      /^RangeError: failed as printer\n +at (?:Object\.)?failAs .*thread-tasks\.mjs[\s\S]*\[started by\][\s\S]*thread\.test\.ts/,
    );
  });

  test("fails with a rejection that its function left behind", async () => {
    Thread.excepthook = () => {};
    const thread = new Thread(tasks.failAs, { args: ["late", { later: true }] });
    thread.start();
    await expect(thread.join()).rejects.toThrow("failed as late");
    expect(thread.exitCode).toBe(1);
  });

  test("out of memory says so", async () => {
    Thread.excepthook = () => {};
    const hoard = (): void => {
      const kept: unknown[] = [];
      for (;;) kept.push(new Array(100_000).fill(1.5));
    };
    const thread = new Thread(hoard, { name: "hoarder", resourceLimits: { maxOldGenerationSizeMb: 24 } });
    thread.start();
    const error = await thread.join().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WorkerLostError);
    expect((error as Error).message).toBe('Thread "hoarder" ran out of memory (see resourceLimits).');
  });

  test("env and execArgv reach it", async () => {
    const look = (cells: Int32Array): void => {
      cells[0] = process.env.EVERYCORE_TEST === "yes" ? 1 : 0;
      cells[1] = process.execArgv.includes("--no-warnings") ? 1 : 0;
    };
    const cells = new Int32Array(new SharedArrayBuffer(8));
    const options = { env: { EVERYCORE_TEST: "yes" }, execArgv: ["--no-warnings"] };
    const thread = new Thread(look, { args: [cells], ...options });
    thread.start();
    await thread.join();
    expect([...cells]).toEqual([1, 1]);
  });

  test("options of the wrong type, and of another name, are refused when it is made", () => {
    const create = (options: object) => () => new Thread(() => 1, options);
    expect(create({ env: 1 })).toThrow("env must be an object of options, not a number (1)");
    expect(create({ workerUrl: "./worker.js" })).toThrow("workerUrl must be a URL");
    expect(create({ maxWorkers: 2 })).toThrow('options has no option "maxWorkers"');
  });

  test("a function that captures something is refused when it is made", () => {
    const count = Math.random();
    const create = (): Thread => new Thread(() => count);
    expect(create).toThrow(TaskReferenceError);
    expect(create).toThrow(/another thread: it captures "count".* Pass it as an argument/);
  });

  test("one with a worker file that is not there could not start", async () => {
    Thread.excepthook = () => {};
    const thread = new Thread(() => 1, { name: "lost", workerUrl: new URL("./no-such-file.js", import.meta.url) });
    thread.start();
    await expect(thread.join()).rejects.toThrow(/Thread "lost" could not start: it failed with .*no-such-file/);
    expect(thread.exitCode).toBe(1);
  });
});

describe("currentThread", () => {
  test("is main here, and has the name of the Thread in it", async () => {
    expect(currentThread()).toEqual({ name: "main", ident: 0, daemon: false, isMain: true });
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1, name: "crunch" });
    expect(await pool.submit(tasks.whoAmI)).toMatchObject({ name: "crunch-0", daemon: false, isMain: false });
    Thread.excepthook = () => {};
    const thread = new Thread(tasks.sayWhoIAm, { name: "mine", daemon: true });
    thread.start();
    const said = await thread.join().catch((thrown: unknown) => thrown);
    expect(said).toEqual({ name: "mine", ident: thread.ident, daemon: true, isMain: false });
  });
});
