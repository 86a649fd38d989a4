// What is special about processes; everything else is in the laws.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Deserializer } from "node:v8";
import { ProtocolError, setUnobservedErrorHandler, UnsupportedError, WorkerLostError } from "@everycore/core";
import { ProcessPoolExecutor } from "@everycore/node-processes";
import { afterEach, describe, expect, test } from "vitest";
import { isAlive, ownWorkers } from "./processes.js";

const identity = <T>(value: T): T => value;
const ownId = (): number => process.pid;
const spin = (): void => {
  for (;;);
};
const until = async (condition: () => boolean): Promise<void> => {
  await expect.poll(condition, { timeout: 8000, interval: 5 }).toBe(true);
};

afterEach(async () => {
  await until(() => ownWorkers().length === 0);
});

describe("ProcessPoolExecutor", () => {
  test("tasks run in other processes, which are reused", async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const id = await pool.submit(ownId);
    expect(id).not.toBe(process.pid);
    expect(await pool.submit(ownId)).toBe(id);
  });

  test("a burst of small tasks travels in batches", async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 2 });
    for (let round = 0; round < 3; round++) {
      await Promise.all(Array.from({ length: 10_000 }, (_, index) => pool.submit(identity, index)));
    }
    const { done, messages } = pool.stats();
    expect(done).toBe(30_000);
    expect(messages).toBeLessThan(done / 5);
  });

  test("env, cwd and execArgv reach the processes", async () => {
    const look = (): unknown => [process.env.EVERYCORE_TEST, process.env.HOME, process.cwd(), process.execArgv];
    const cwd = realpathSync(tmpdir());
    const env = { EVERYCORE_TEST: "yes" };
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1, env, cwd, execArgv: ["--no-warnings"] });
    expect(await pool.submit(look)).toEqual(["yes", undefined, cwd, ["--no-warnings"]]);
    await using other = new ProcessPoolExecutor({ maxWorkers: 1, cwd: pathToFileURL(cwd) });
    expect(await other.submit(() => process.cwd())).toBe(cwd);
  });

  test("the process has no arguments of ours", async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    expect(await pool.submit(() => process.argv.length)).toBe(2);
  });

  test("options of the wrong type are refused at the call", () => {
    const create = (options: object) => () => new ProcessPoolExecutor(options);
    expect(create({ execArgv: "--no-warnings" })).toThrow("execArgv must be an array of strings, not a string");
    expect(create({ workerUrl: new URL("data:text/javascript,0") })).toThrow("workerUrl must be a file: URL");
    expect(create({ cwd: 1 })).toThrow("cwd must be a path or a file: URL, not a number (1)");
    expect(create({ env: 1 })).toThrow("env must be an object of options, not a number (1)");
    expect(create({ resourceLimits: {} })).toThrow('options has no option "resourceLimits"');
  });

  test("a folder that is not there breaks the pool, and is named", async () => {
    await using pool = new ProcessPoolExecutor({ cwd: "/no/such/folder" });
    await expect(pool.submit(ownId)).rejects.toThrow(/cannot start/);
  });

  test("kernels are refused, and the refusal names who has them", async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const kernel = { name: "k", [Symbol.for("everycore.kernel")]: { version: 1 } } as never;
    expect(() => pool.submit(kernel)).toThrow(UnsupportedError);
    expect(() => pool.submit(kernel)).toThrow(/ThreadPoolExecutor of @everycore\/node-threads/);
  });

  test("64 MB go there and back", async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const sent = new Float64Array(8 * 2 ** 20).map((_, index) => index);
    const received = await pool.submit(identity, sent);
    expect(Buffer.compare(Buffer.from(sent.buffer), Buffer.from(received.buffer))).toBe(0);
    const text = "ü".repeat(2 ** 24);
    expect((await pool.submit(identity, text)) === text).toBe(true);
  });

  test("a stack from a process names the line of the task and the line of the submit", async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const fail = (): never => {
      throw new RangeError("too far");
    };
    const error = (await pool.submit(fail).exception()) as Error;
    expect(error.stack).toMatch(/^RangeError: too far\n +at fail .*process-pool-executor\.test\.ts/);
    expect(error.stack).toMatch(/at \[submitted by\]\n +at .*process-pool-executor\.test\.ts/);
  });
});

describe("a process that ends", () => {
  test("by kill -9 in mid-task takes only what it ran with it, of 10,000 queued tasks", async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 2 });
    await Promise.all([pool.submit(ownId), pool.submit(ownId)]);
    const ids = await pool.broadcast(ownId);
    const before = Array.from({ length: 5000 }, (_, index) => pool.submit(identity, index));
    const stuck = [pool.submit(spin), pool.submit(spin)];
    const after = Array.from({ length: 5000 }, (_, index) => pool.submit(identity, 5000 + index));
    await until(() => stuck.every((future) => future.running()));
    for (const id of ids) process.kill(id, "SIGKILL");
    for (const future of stuck) {
      const error = await future.exception();
      expect(error).toBeInstanceOf(WorkerLostError);
      expect((error as WorkerLostError).signal).toBe("SIGKILL");
      expect((error as Error).message).toMatch(/was ended by SIGKILL.* while it ran "spin"/);
    }
    expect(await Promise.all([...before, ...after])).toEqual([...Array(10_000).keys()]);
    expect(ids).toHaveLength(2);
    expect(pool.stats().done).toBe(10_004);
  });

  test("by kill -9 while it works off a queue of 10,000 loses at most one task each time", async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 2 });
    await pool.submit(ownId);
    const count = (index: number): [number, number] => [index, process.pid];
    const futures = Array.from({ length: 10_000 }, (_, index) => pool.submit(count, index));
    let kills = 0;
    let settled = 0;
    for (const future of futures) {
      future.addDoneCallback(() => {
        if (++settled % 2000 !== 1000 || future.state !== "finished") return;
        try {
          process.kill(future.resultNow()[1], "SIGKILL");
          kills++;
        } catch {
          // This one was lost itself, or its process is gone already.
        }
      });
    }
    const outcomes = await Promise.allSettled(futures);
    const lost = outcomes.filter(({ status }) => status === "rejected");
    expect(kills).toBeGreaterThan(2);
    expect(lost.length).toBeLessThanOrEqual(kills);
    for (const { reason } of lost as PromiseRejectedResult[]) expect(reason).toBeInstanceOf(WorkerLostError);
    outcomes.forEach((outcome, index) => {
      if (outcome.status === "fulfilled") expect(outcome.value[0]).toBe(index);
    });
    expect(await pool.submit(identity, "the pool goes on")).toBe("the pool goes on");
  });

  test("by kill -9 with half a frame written breaks nothing else, with 10,000 tasks queued", async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 2 });
    const halfFrame = (): void => {
      const header = Buffer.alloc(16);
      header.writeUInt32LE(0x01437645, 0);
      header.writeUInt32LE(64 * 2 ** 20, 4);
      process.getBuiltinModule("node:fs").writevSync(5, [header, new Uint8Array(2 ** 20)]);
      process.kill(process.pid, "SIGKILL");
    };
    const before = Array.from({ length: 5000 }, (_, index) => pool.submit(identity, index));
    const cut = pool.submit(halfFrame);
    const after = Array.from({ length: 5000 }, (_, index) => pool.submit(identity, 5000 + index));
    await expect(cut).rejects.toThrow(WorkerLostError);
    expect(await Promise.all([...before, ...after])).toEqual([...Array(10_000).keys()]);
  });

  test("by kill -9 while its argument or its result of 32 MB is under way breaks nothing else", async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const big = new Uint8Array(32 * 2 ** 20).fill(7);
    for (const delayMs of [0, 5, 20, 40, 80]) {
      const id = await pool.submit(ownId);
      const future = pool.submit(identity, big);
      const neighbours = [1, 2, 3].map((value) => pool.submit(identity, value));
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      process.kill(id, "SIGKILL");
      const error = await future.exception();
      if (error === null) expect((await future).byteLength).toBe(big.byteLength);
      else expect(error).toBeInstanceOf(WorkerLostError);
      expect(await Promise.all(neighbours)).toEqual([1, 2, 3]);
    }
  });

  test("by an uncaught error says which, and by process.exit with which code", async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const leave = (): Promise<void> => {
      setTimeout(() => {
        throw new RangeError("left behind");
      }, 5);
      return new Promise((resolve) => setTimeout(resolve, 10_000));
    };
    const error = (await pool.submit(leave).exception()) as WorkerLostError;
    expect(error.message).toMatch(/failed with RangeError: left behind while it ran "leave"/);
    expect(error.cause).toBeInstanceOf(RangeError);
    expect(error.exitCode).toBe(1);
    const exit = (await pool.submit(() => process.exit(3)).exception()) as WorkerLostError;
    expect(exit.message).toMatch(/exited with code 3/);
    expect([exit.exitCode, exit.signal]).toEqual([3, null]);
  });

  test("by a lack of memory is a lost worker, and the error says so", async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1, execArgv: ["--max-old-space-size=32"] });
    const hoard = (): never => {
      const kept: unknown[] = [];
      for (;;) kept.push(new Array(100_000).fill(1.5));
    };
    const error = (await pool.submit(hoard).exception()) as WorkerLostError;
    expect(error).toBeInstanceOf(WorkerLostError);
    expect(error.message).toMatch(/memory.* while it ran "hoard"/);
    expect(await pool.submit(() => "the pool goes on")).toBe("the pool goes on");
  });

  test.each([
    ["terminateWorkers", "SIGTERM"],
    ["killWorkers", "SIGKILL"],
  ] as const)("%s ends it by %s", async (method, signal) => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const stuck = pool.submit(spin);
    await until(() => stuck.running());
    await pool[method]();
    expect(((await stuck.exception()) as WorkerLostError).signal).toBe(signal);
  });

  test("a process that does not listen to SIGTERM is killed a second later", async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const deaf = pool.submit(() => {
      process.on("SIGTERM", () => {});
      for (;;);
    });
    await until(() => deaf.running());
    // What the task does next is to register the listener.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await pool.terminateWorkers();
    expect(((await deaf.exception()) as WorkerLostError).signal).toBe("SIGKILL");
  });

  test("bytes that are no frame end at most their worker, and are reported", async () => {
    const reported: unknown[] = [];
    const previous = setUnobservedErrorHandler((error) => reported.push(error));
    try {
      await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
      const babble = async (): Promise<void> => {
        process.getBuiltinModule("node:fs").writeSync(5, "HTTP/1.1 200 OK\r\n\r\nThis is no frame.");
        await new Promise((resolve) => setTimeout(resolve, 10_000));
      };
      await expect(pool.submit(babble)).rejects.toThrow(WorkerLostError);
      expect(reported.some((error) => error instanceof ProtocolError)).toBe(true);
      expect(await pool.submit(() => "the pool goes on")).toBe("the pool goes on");
    } finally {
      setUnobservedErrorHandler(previous);
    }
  });
});

describe("a message that cannot be received (D10)", () => {
  test("by a worker fails its task, and nothing else", async () => {
    const workerUrl = new URL("./fixtures/cannot-receive.mjs", import.meta.url);
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1, workerUrl });
    const before = pool.submit(identity, "before");
    const future = pool.submit(identity, new Uint8Array(20_000));
    const after = pool.submit(identity, "after");
    await expect(future).rejects.toThrow(/cannot be received/);
    expect(await Promise.all([before, after])).toEqual(["before", "after"]);
    expect(await pool.submit(() => "the pool goes on")).toBe("the pool goes on");
  });

  test("by the pool fails its task, and the pool goes on", async () => {
    const original = Deserializer.prototype.transferArrayBuffer;
    const previous = setUnobservedErrorHandler(() => {});
    Deserializer.prototype.transferArrayBuffer = () => {
      throw new Error("cannot be received");
    };
    try {
      await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
      const future = pool.submit(() => new Uint8Array(20_000));
      await expect(future).rejects.toThrow(/cannot be received/);
      expect(await pool.submit(identity, "after")).toBe("after");
    } finally {
      Deserializer.prototype.transferArrayBuffer = original;
      setUnobservedErrorHandler(previous);
    }
  });
});

test("the processes of a program that was killed end within a second, also in an endless loop", async () => {
  const path = fileURLToPath(new URL("./fixtures/spinning-main.mjs", import.meta.url));
  const program = spawn(process.execPath, [path], { stdio: ["ignore", "pipe", "inherit"] });
  const [chunk] = (await once(program.stdout, "data")) as [Buffer];
  const ids = chunk.toString().trim().split(" ").map(Number);
  expect(ids.filter(isAlive)).toHaveLength(2);
  program.kill("SIGKILL");
  const begin = performance.now();
  await once(program, "exit");
  await expect.poll(() => ids.filter(isAlive), { timeout: 3000, interval: 10 }).toEqual([]);
  expect(performance.now() - begin).toBeLessThan(1000);
});
