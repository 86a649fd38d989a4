// How launches end otherwise than by being done: cancelled, aborted, failed, lost; and how executors end.

import {
  AbortError,
  CancelledError,
  ExecutorShutdownError,
  setUnobservedErrorHandler,
  TimeoutError,
  WorkerLostError,
} from "@everycore/core";
import { describe, expect, test } from "vitest";
import {
  add,
  append,
  compileProgram,
  create,
  double,
  floats,
  meet,
  sum,
  threads,
  threadsUp,
  trap,
  unknown,
  work,
} from "./support.js";

const variants = {
  "on threads": {},
  "on the calling thread": { startThread: undefined },
  "without shared memory": { features: { sharedMemory: false } },
};
const turn = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

for (const [name, options] of Object.entries(variants)) {
  describe(`ends ${name}`, () => {
    test("cancel is true exactly when the launch never runs", async () => {
      await using kernels = create(options);
      await kernels.prepare(undefined, []);
      const list = kernels.array("int32", 400);
      const futures = Array.from({ length: 300 }, (_, index) => kernels.submit(append, [list, index]));
      const cancelled = new Set<number>();
      for (let index = 299; index >= 0; index -= 3) {
        if (index % 30 === 29) await turn();
        if (futures[index]?.cancel()) cancelled.add(index);
      }
      await Promise.allSettled(futures);
      const ran = [...list.view].slice(1, 1 + (list.view[0] as number));
      expect(ran).toEqual(Array.from({ length: 300 }, (_, index) => index).filter((index) => !cancelled.has(index)));
      expect(cancelled.size).toBeGreaterThan(0);
      for (const index of cancelled) await expect(futures[index]).rejects.toBeInstanceOf(CancelledError);
    });

    test("a running launch is aborted between chunks, and what is behind it runs", async () => {
      await using kernels = create(options);
      const count = kernels.array("int32", 1);
      const running = kernels.submit(work, [count, 100_000, 20_000]);
      const behind = kernels.submit(work, [kernels.array("int32", 1), 10, 10]);
      while (!running.running()) await turn();
      expect(running.cancel()).toBe(false);
      expect(running.abort("enough")).toBe(true);
      await expect(running).rejects.toThrow(AbortError);
      await expect(running).rejects.toThrow("enough");
      expect(running.cancelled()).toBe(true);
      await behind;
      const reached = count.view[0] as number;
      expect(reached).toBeLessThan(100_000);
      await turn(20);
      expect(count.view[0]).toBe(reached);
    });

    test("a signal stops launches, before and while they run", async () => {
      await using kernels = create(options);
      const count = kernels.array("int32", 1);
      const controller = new AbortController();
      const { signal } = controller;
      const futures = Array.from({ length: 20 }, () => kernels.submit(work, [count, 100_000, 20_000], { signal }));
      const other = kernels.submit(work, [count, 10, 10]);
      while (!futures[0]?.running()) await turn();
      controller.abort(new Error("stop"));
      for (const future of futures) await expect(future).rejects.toThrow("stop");
      await other;
      await expect(kernels.submit(work, [count, 1, 1], { signal })).rejects.toThrow(AbortError);
      expect(count.view[0]).toBeLessThan(100_010);
    });

    test("timeoutMs counts from the start of the launch", async () => {
      await using kernels = create(options);
      const count = kernels.array("int32", 1);
      const first = kernels.submit(work, [count, 100_000_000, 20_000], { timeoutMs: 60 });
      const second = kernels.submit(work, [kernels.array("int32", 1), 10, 10], { timeoutMs: 50 });
      await expect(first).rejects.toThrow(TimeoutError);
      await second;
    });

    test("a trap fails its launch and no other", async () => {
      await using kernels = create(options);
      const array = kernels.array("int32", 1);
      const before = kernels.submit(work, [array, 10, 10]);
      const failing = [1, 2, 3].map(() => kernels.submit(trap, [array, 10_000]));
      const behind = kernels.submit(work, [array, 10, 10]);
      await before;
      for (const future of failing)
        await expect(future).rejects.toThrow(/unreachable|"trap" failed in a kernel thread/);
      await behind;
      expect(() => kernels.run(trap, [array, 10_000])).toThrow(/unreachable/);
      expect(array.view[0]).toBe(20);
    });

    test("shutdown finishes what was submitted, and refuses what comes later", async () => {
      const kernels = create(options);
      const count = kernels.array("int32", 1);
      const { view } = count;
      const futures = [1, 2, 3].map(() => kernels.submit(work, [count, 100, 10_000]));
      const end = kernels.shutdown({});
      expect(() => kernels.submit(work, [count, 1, 1])).toThrow(ExecutorShutdownError);
      expect(() => kernels.run(work, [count, 1, 1])).toThrow(ExecutorShutdownError);
      expect(() => kernels.array("int32", 1)).toThrow(ExecutorShutdownError);
      await end;
      expect(futures.every((future) => future.state === "finished")).toBe(true);
      expect(view[0]).toBe(300);
      expect(() => count.view).toThrow("its executor has been shut down");
      count.dispose();
      await kernels.shutdown({});
    });

    test("shutdown with cancelFutures cancels what has not started", async () => {
      const kernels = create(options);
      const count = kernels.array("int32", 1);
      const futures = Array.from({ length: 300 }, () => kernels.submit(work, [count, 200, 20_000]));
      // It may be finished before anybody sees it running.
      while (futures[0]?.state === "pending") await turn();
      await kernels.shutdown({ cancelFutures: true });
      expect(futures[0]?.state).toBe("finished");
      expect(futures.at(-1)?.state).toBe("cancelled");
    });

    test("an array that is disposed while launches use it serves them to their end", async () => {
      await using kernels = create(options);
      const array = kernels.array(new Float32Array(100_000).fill(1));
      const result = kernels.array(new Float32Array(1));
      const futures = Array.from({ length: 50 }, () => kernels.submit(add, [array, 1]));
      const last = array.read();
      const { view } = array;
      array.dispose();
      array.dispose();
      expect(() => kernels.submit(add, [array, 1])).toThrow(
        "(float32, 100000 elements) of TestExecutor cannot be used: it was disposed",
      );
      expect(() => array.view).toThrow("it was disposed");
      await expect(array.read()).rejects.toThrow("it was disposed");
      expect(() => kernels.submit(add, [view, 1])).toThrow("it was disposed");
      // Were the memory given away, these would write into it.
      for (let index = 0; index < 10; index++) kernels.array(new Float32Array(100_000).fill(1000));
      await Promise.all(futures);
      expect((await last).every((value) => value === 51)).toBe(true);
      result.dispose();
    });

    test("an array of another executor, or of something else, is refused by name", async () => {
      await using kernels = create(options);
      await using other = create({ ...options, label: "OtherExecutor" });
      expect(() => kernels.submit(add, [other.array("float32", 4), 1])).toThrow(
        "TestExecutor cannot use a device array of another executor, OtherExecutor. Copy it: array(await other.read()).",
      );
      expect(() => kernels.submit(add, [{ dtype: "float32", length: 4 }, 1])).toThrow(TypeError);
    });

    test("an array refuses what it cannot be", async () => {
      await using kernels = create(options);
      expect(() => kernels.array("float16", 4)).toThrow("TestExecutor does not support arrays of float16");
      expect(() => kernels.array("float32", -1)).toThrow(RangeError);
      expect(() => kernels.array(new BigInt64Array(4) as never)).toThrow("not an object (BigInt64Array)");
      const array = kernels.array("bool", 4);
      await expect(array.write(new Int32Array(4) as never)).rejects.toThrow("can be written from a Uint8Array");
      await expect(array.write(new Uint8Array(5))).rejects.toThrow("source.length must be 4, not 5.");
    });

    test("memory that is out is an error with numbers, and the executor goes on", async () => {
      await using kernels = create({
        ...options,
        features: { ...("features" in options ? options.features : {}), maxPages: 64 },
      });
      const first = kernels.array("float32", 500_000);
      expect(() => kernels.array("float64", 1_000_000)).toThrow(
        "TestExecutor cannot get 8000000 bytes of memory for kernels: 2000000 bytes are in use, and the limit is 4194304.",
      );
      expect(() => kernels.submit(add, [new Float32Array(1_000_000), 1])).toThrow(RangeError);
      await kernels.submit(add, [first, 1]);
      first.dispose();
      expect(kernels.array("float32", 500_000).length).toBe(500_000);
    });

    test("a thousand launches leave the memory as it was", async () => {
      await using kernels = create(options);
      const host = new Float32Array(10_000);
      const doubles = new Float64Array(20_000);
      const round = async (): Promise<void> => {
        const futures = Array.from({ length: 250 }, (_, index) => [
          kernels.submit(add, [host, 1]),
          kernels.submit(double, [host]),
          kernels.submit(sum, [doubles]),
          kernels.submit(append, [new Int32Array(4), index]),
        ]);
        await Promise.all(futures.flat());
        kernels.run(add, [host, 1]);
      };
      await round();
      const bytes = takenBytes(kernels);
      for (let index = 0; index < 4; index++) await round();
      // What each program keeps for `run` may come and go; one array per launch would be forty megabytes.
      expect(Math.abs(takenBytes(kernels) - bytes)).toBeLessThan(200_000);
      expect(host[9999]).toBe(5 * 251);
    });

    test("arrays that nobody holds are collected, and views keep them", async () => {
      await using kernels = create({
        ...options,
        features: { ...("features" in options ? options.features : {}), maxPages: 1024 },
      });
      const { view } = floats(kernels, 1000);
      view.fill(5);
      for (let index = 0; index < 100; index++) {
        floats(kernels, 1_000_000);
        if (index % 10 < 9) continue;
        for (let wait = 0; wait < 3; wait++) {
          (globalThis as { gc?: () => void }).gc?.();
          await turn();
        }
      }
      expect(view.length === 0 || view.every((value) => value === 5)).toBe(true);
      expect(takenBytes(kernels)).toBeLessThan(20 * 4_000_000);
    });

    test("two executors do not disturb each other", async () => {
      await using one = create(options);
      await using other = create(options);
      const host = new Float32Array(100_000);
      const [first, second] = [one, other].map((kernels) => kernels.array(host)) as [
        ReturnType<typeof floats>,
        ReturnType<typeof floats>,
      ];
      const futures = Array.from({ length: 100 }, () => [one.submit(add, [first, 1]), other.submit(add, [second, 2])]);
      await Promise.all(futures.flat());
      await one.shutdown({});
      expect(((await second.read()) as Float32Array).every((value) => value === 200)).toBe(true);
      await other.submit(add, [second, 1]);
      expect(second.view[0]).toBe(201);
    });
  });
}

describe("the compiler", () => {
  test("is loaded once, with the first launch; if that fails, so do the launches, and the next one tries again", async () => {
    let loads = 0;
    const loadCompiler = async () => {
      if (++loads === 1) throw new Error("no network");
      return { compileProgram };
    };
    await using kernels = create({ loadCompiler });
    const array = kernels.array("float32", 10);
    expect(loads).toBe(0);
    const futures = [kernels.submit(add, [array, 1]), kernels.submit(add, [array, 1])];
    const read = array.read();
    for (const future of futures) await expect(future).rejects.toThrow("no network");
    expect((await read)[0]).toBe(0);
    await kernels.submit(add, [array, 1]);
    expect([loads, array.view[0]]).toEqual([2, 1]);
  });

  test("what it refuses fails the launch that waited for it, and throws at the call once it is loaded", async () => {
    await using kernels = create();
    const early = kernels.submit(unknown, [new Float32Array(4)]);
    const good = kernels.submit(add, [new Float32Array(4), 1]);
    await expect(early).rejects.toThrow("no program of this name");
    await good;
    expect(() => kernels.submit(unknown, [new Float32Array(4)])).toThrow("no program of this name");
    expect(() => kernels.run(unknown, [new Float32Array(4)])).toThrow("no program of this name");
  });

  test("launches that wait for it can be cancelled, and shutdown waits for it", async () => {
    const kernels = create({ loadCompiler: () => turn(50).then(() => ({ compileProgram })) });
    const array = kernels.array("float32", 10);
    const { view } = array;
    const [first, second] = [kernels.submit(add, [array, 1]), kernels.submit(add, [array, 10])];
    expect([first.state, second.cancel(), second.state]).toEqual(["pending", true, "cancelled"]);
    await kernels.shutdown({});
    expect([first.state, view[0]]).toEqual(["finished", 1]);
  });
});

describe("kernel threads", () => {
  test("a thread that is killed fails the launch it ran, and others take its place", async () => {
    await using kernels = create();
    const before = threads.length;
    const count = kernels.array("int32", 1);
    void kernels.submit(work, [count, 10, 10]);
    await threadsUp(before, 2);
    const running = kernels.submit(work, [count, 2000, 1_000_000]);
    const behind = kernels.submit(work, [kernels.array("int32", 1), 100, 10_000]);
    while (!running.running()) await turn();
    await turn(100);
    await threads[before]?.terminate();
    await expect(running).rejects.toThrow(WorkerLostError);
    await expect(running).rejects.toThrow('A kernel thread of TestExecutor exited with code 1 while it ran "work"');
    await behind;
    await kernels.submit(work, [count, 100, 10_000]);
    expect(threads.length).toBeGreaterThan(before + 2);
  });

  test("run refuses to wait for a launch whose thread is being ended, and goes on behind it", async () => {
    await using kernels = create();
    const before = threads.length;
    const count = kernels.array("int32", 1);
    void kernels.submit(work, [count, 10, 10]);
    await threadsUp(before, 2);
    const lost = kernels.submit(work, [kernels.array("int32", 1), 1, 2_000_000_000]);
    const failure = expect(lost).rejects.toThrow(WorkerLostError);
    while (!lost.running()) await turn();
    await turn(20);
    kernels.terminate();
    expect(() => kernels.run(work, [count, 10, 10])).toThrow('run("work") cannot wait for "work"');
    await failure;
    kernels.run(work, [count, 10, 10]);
    expect(count.view[0]).toBe(20);
    await kernels.submit(work, [count, 1000, 100_000]);
    expect(count.view[0]).toBe(1020);
  });

  test("all threads killed while idle: the next launch starts others", async () => {
    await using kernels = create();
    const before = threads.length;
    const count = kernels.array("int32", 1);
    await kernels.submit(work, [count, 1000, 100_000]);
    await threadsUp(before, 2);
    expect(threads.length).toBe(before + 2);
    await Promise.all(threads.slice(before).map((thread) => thread.terminate()));
    await kernels.submit(work, [count, 1000, 100_000]);
    kernels.run(work, [count, 1000, 10_000]);
    expect(count.view[0]).toBe(3000);
  });

  test("threads that cannot start are reported once, and kernels run all the same", async () => {
    const reports: string[] = [];
    setUnobservedErrorHandler((_, where) => reports.push(where));
    try {
      const { startThread } = await import("./support.js");
      await using kernels = create({
        startThread: (start, events) => startThread({ ...start, refuse: true } as never, events),
      });
      const count = kernels.array("int32", 1);
      for (let index = 0; index < 3; index++) await kernels.submit(work, [count, 1000, 100_000]);
      expect(count.view[0]).toBe(3000);
      expect(reports).toEqual([
        "the kernel threads of TestExecutor cannot start, its kernels run on the calling thread (in a bundle, pass kernelWorkerUrl)",
      ]);
    } finally {
      setUnobservedErrorHandler(null);
    }
  });

  test("a chunk that never ends is ended with its thread, after the grace period", async () => {
    await using kernels = create();
    const before = threads.length;
    const count = kernels.array("int32", 1);
    await kernels.submit(work, [count, 1000, 100_000]);
    await threadsUp(before, 2);
    const endless = kernels.submit(meet, [kernels.array(Int32Array.of(0, 5))]);
    const behind = kernels.submit(work, [count, 10, 10]);
    while (!endless.running()) await turn();
    endless.abort("too long");
    await expect(endless).rejects.toThrow(AbortError);
    await behind;
  });

  test("submit returns at once, and the event loop goes on while launches run", async () => {
    await using kernels = create();
    const before = threads.length;
    const count = kernels.array("int32", 1);
    await kernels.submit(work, [count, 1000, 100_000]);
    await threadsUp(before, 2);
    const begin = performance.now();
    const future = kernels.submit(work, [count, 1000, 1_000_000]);
    expect(performance.now() - begin).toBeLessThan(20);
    let turns = 0;
    while (!future.done()) {
      turns++;
      await turn(1);
    }
    expect(turns).toBeGreaterThan(20);
  });

  test("two threads work on one launch at the same time, and so does the thread that calls run", async () => {
    await using kernels = create();
    const before = threads.length;
    const list = kernels.array("int32", 2);
    void kernels.submit(append, [kernels.array("int32", 2), 1]);
    await threadsUp(before, 2);
    await kernels.submit(meet, [list]);
    expect([...list.view]).toEqual([2, 2]);
    list.view.fill(0);
    kernels.run(meet, [list]);
    expect([...list.view]).toEqual([2, 2]);
  });
});

function takenBytes(kernels: object): number {
  return (kernels as { usedBytes: number }).usedBytes;
}
