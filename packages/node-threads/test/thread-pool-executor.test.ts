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
    const look = (): unknown => [process.env["EVERYCORE_TEST"], process.execArgv];
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
