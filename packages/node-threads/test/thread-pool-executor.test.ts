// What is special about threads; everything else is in the laws.
import { ThreadPoolExecutor } from "@everycore/node-threads";
import { describe, expect, test } from "vitest";

describe("ThreadPoolExecutor", () => {
  test("a burst of small tasks travels in batches", async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    const identity = (value: number): number => value;
    for (let round = 0; round < 3; round++) {
      await Promise.all(Array.from({ length: 10_000 }, (_, index) => pool.submit(identity, index)));
    }
    const { done, messages } = pool.stats();
    expect(done).toBe(30_000);
    expect(messages).toBeLessThan(done / 5);
  });

  test("env, execArgv and resourceLimits reach the threads", async () => {
    await using pool = new ThreadPoolExecutor({
      maxWorkers: 1,
      env: { EVERYCORE_TEST: "yes" },
      execArgv: ["--no-warnings"],
      resourceLimits: { maxOldGenerationSizeMb: 64 },
    });
    const look = (): unknown => [process.env.EVERYCORE_TEST, process.execArgv];
    expect(await pool.submit(look)).toEqual(["yes", ["--no-warnings"]]);
    const hoard = (): number => {
      const kept: unknown[] = [];
      for (;;) kept.push(new Array(100_000).fill(1.5));
    };
    await expect(pool.submit(hoard)).rejects.toThrow(/ran out of memory \(see resourceLimits\) while it ran "hoard"/);
    expect(await pool.submit(() => "the pool goes on")).toBe("the pool goes on");
  });

  test("options of the wrong type are refused at the call", () => {
    const create = (options: object) => () => new ThreadPoolExecutor(options);
    expect(create({ execArgv: "--no-warnings" })).toThrow("execArgv must be an array of strings, not a string");
    expect(create({ workerUrl: "./worker.js" })).toThrow('workerUrl must be a URL, not a string ("./worker.js")');
    expect(create({ env: 1 })).toThrow("env must be an object of options, not a number (1)");
    expect(create({ resourceLimits: null })).toThrow("resourceLimits must be an object of options, not null");
  });

  test("an option that no thread can have breaks the pool with Node's own words", async () => {
    await using pool = new ThreadPoolExecutor({ execArgv: ["--no-such-flag"] });
    await expect(pool.submit(() => 1)).rejects.toThrow(/cannot start .*--no-such-flag/);
  });

  test("a stack from a thread names the line of the task and the line of the submit", async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const fail = (): never => {
      throw new RangeError("too far");
    };
    const error = (await pool.submit(fail).exception()) as Error;
    expect(error.stack).toMatch(/^RangeError: too far\n +at fail .*thread-pool-executor\.test\.ts/);
    expect(error.stack).toMatch(/at \[submitted by\]\n +at .*thread-pool-executor\.test\.ts/);
    expect(error.stack).not.toMatch(/packages\/pool/);
  });

  test("a stack says so when it shows where a call near the one that failed was made", async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const fail = (now: boolean): void => {
      if (now) throw new Error("at last");
    };
    const failure = async (): Promise<string | undefined> =>
      ((await pool.submit(fail, true).exception()) as Error).stack;
    for (let run = 0; run < 33; run++) await pool.submit(fail, false);
    expect(await failure()).toMatch(
      /at \[submitted by or near, not every call is recorded\]\n +at .*thread-pool-executor\.test\.ts/,
    );
    expect(await failure()).toMatch(/at \[submitted by\]\n +at failure /);
  });

  test("a future shows nothing of its pool", async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const future = pool.submit(() => 1);
    expect([JSON.stringify(future), Object.keys(future), future.constructor.name]).toEqual(["{}", [], "Future"]);
    await future;
  });

  test("an option of another name is refused, wherever there are options", () => {
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const misspelt = (options: object): never => options as never;
    expect(() => new ThreadPoolExecutor(misspelt({ max_workers: 2 }))).toThrow('options has no option "max_workers"');
    expect(() => pool.with(misspelt({ timeout: 5 }))).toThrow(
      'options has no option "timeout". There are signal, timeoutMs',
    );
    expect(() => pool.map((x: number) => x, [1], misspelt({ chunksize: 2 }))).toThrow(
      'options has no option "chunksize"',
    );
    expect(() => pool.shutdown(misspelt({ cancel: true }))).toThrow('options has no option "cancel"');
  });

  test("a buffer that was moved before is named, and the pool goes on", async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const whole = new Float64Array(10);
    const length = (part: Float64Array): number => part.length;
    const [first, second] = [whole.subarray(0, 5), whole.subarray(5)].map((part) =>
      pool.with({ transfer: "move" }).submit(length, part),
    );
    expect(await first).toBe(5);
    await expect(second).rejects.toThrow(
      "args[0] was moved before: its buffer is detached; move it once, or send a copy.",
    );
    expect(await pool.submit(() => "the pool goes on")).toBe("the pool goes on");
  });

  test("what would arrive hollow is refused", async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const take = (value: unknown): unknown => value;
    await expect(pool.submit(take, pool.submit(take, 1))).rejects.toThrow(
      "args[0] is a Future: await it, and send its value.",
    );
    await expect(pool.submit(take, { url: new URL("data:,x") })).rejects.toThrow(
      "args[0].url is a URL: it would arrive empty",
    );
    const generate = function* (): Generator<number> {
      yield 1;
    };
    await expect(pool.submit(generate)).rejects.toThrow("result is a generator: call the task with executor.stream()");
  });

  test("calls that send nothing do not blur where later tasks were submitted", async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    for (let count = 0; count < 20; count++) pool.stream(() => [1]);
    await Promise.resolve();
    const fail = (): never => {
      throw new Error("failed");
    };
    const submitHere = (): Promise<unknown> => pool.submit(fail).exception();
    expect(((await submitHere()) as Error).stack).toMatch(/at \[submitted by\]\n +at submitHere/);
  });

  test("an error that an earlier task left behind is not put down to the task that it ends", async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    await pool.submit(() => {
      setTimeout(() => {
        throw new Error("left behind");
      }, 20);
    });
    const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10_000));
    await expect(pool.submit(wait)).rejects.toThrow(/failed with Error: left behind .*an earlier task may have left/);
  });

  test("what a task does with parentPort is its own affair", async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const meddle = async (): Promise<string> => {
      // Not import(), which the test runner rewrites into a call of a variable of its own.
      const { parentPort } = process.getBuiltinModule("node:worker_threads");
      parentPort?.postMessage({ type: "done", results: [0, 0, "forged", 0] });
      return "genuine";
    };
    expect(await pool.submit(meddle)).toBe("genuine");
  });
});
