// What is special about kernels on threads: threads of their own, and how they live and end. The rest is in @everycore/wasm's tests.

import { spawn } from "node:child_process";
import { TimeoutError } from "@everycore/core";
import { kernel, simulation, stencil } from "@everycore/kernel";
import { ThreadPoolExecutor } from "@everycore/node-threads";
import { describe, expect, test } from "vitest";
import { saxpy, slow, square, sum } from "./fixtures/ir-kernels.js";

describe("kernels on threads", () => {
  for (const kernelFeatures of [{}, { sharedMemory: false }, { webAssembly: false }]) {
    test(`launches give the same with ${JSON.stringify(kernelFeatures)}`, async () => {
      await using pool = new ThreadPoolExecutor({ maxWorkers: 2, kernelFeatures });
      const length = "webAssembly" in kernelFeatures ? 10_000 : 1_000_000;
      const x = Float32Array.from({ length }, (_, index) => index % 100);
      const y = new Float32Array(length).fill(1);
      for (let round = 0; round < 3; round++) await pool.submit(saxpy, 2, x, y);
      pool.run(saxpy, 1, x, y);
      expect(y.every((value, index) => value === 7 * (x[index] as number) + 1)).toBe(true);
      expect((await pool.submit(square, x)).every((value, index) => value === (x[index] as number) ** 2)).toBe(true);
      expect(await pool.submit(sum, x)).toBe(pool.run(sum, x));
    });
  }

  test("the executor says what it uses", async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 3 });
    expect(pool.kernelSupport).toMatch(/^kernels in WebAssembly with SIMD.*, on up to 3 kernel threads$/);
    await using single = new ThreadPoolExecutor({ kernelFeatures: { sharedMemory: false } });
    expect(single.kernelSupport).toMatch(/on the calling thread: there is no SharedArrayBuffer here$/);
  });

  test("the first launch of a kernel that never ends leaves the caller free, and its time limit holds", async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    const endless = kernel((thread, out: Int32Array) => {
      const i = 0;
      while (i < 10) out[thread.x] = i - out[thread.x]!;
    });
    let ticks = 0;
    const clock = setInterval(() => ticks++, 10);
    const future = pool.with({ timeoutMs: 200 }).submit(endless.over(4), new Int32Array(4));
    await expect(future).rejects.toThrow(TimeoutError);
    clearInterval(clock);
    expect(ticks).toBeGreaterThan(10);
    expect(await pool.submit(square, Float32Array.of(3))).toEqual(Float32Array.of(9));
  });

  test("arrays that are shorter than the grid, some of them used behind a condition, give what the simulator gives", async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    const uneven = kernel((thread, x: Float32Array, y: Float32Array, out: Float32Array, some: Int32Array) => {
      const i = thread.x;
      out[i] = 2 * x[i]! + y[i]!;
      if (i < some.length) some[i] = i;
    }).over(1000);
    for (const [short, long] of [
      [0, 1000],
      [7, 999],
      [8, 1000],
      [501, 640],
      [1000, 3],
    ] as const) {
      const inputs = (): [Float32Array, Float32Array, Float32Array, Int32Array] => [
        new Float32Array(short).fill(1),
        new Float32Array(long).fill(3),
        new Float32Array(900).fill(-1),
        new Int32Array(100).fill(-1),
      ];
      const [expected, actual] = [inputs(), inputs()];
      simulation({ checks: false })(uneven, ...expected);
      await pool.submit(uneven, ...actual);
      expect(actual).toEqual(expected);
    }
  });

  test("device arrays have shapes", async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    using image = pool.array(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    expect([image.shape, image.strides]).toEqual([
      [2, 3],
      [3, 1],
    ]);
    const below = stencil((a) => a(0, 1), undefined, { border: "constant" });
    const moved = await pool.submit(below, image);
    expect(moved.shape).toEqual([2, 3]);
    expect(moved.view).toEqual(Float32Array.of(4, 5, 6, 0, 0, 0));
    expect(pool.array("int8", [4, 6]).length).toBe(24);
    expect(() => pool.array(new Float32Array(6), [4, 2])).toThrow(
      "shape must be that of 6 elements, as the array has, not 4 × 2.",
    );
    expect(() => pool.array("int8", [4, -1])).toThrow("shape[1] must be a whole number of at least 0, not -1.");
  });

  test("a kernel does not wait for task workers that are busy", async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    const busy = (ms: number): void => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    };
    const tasks = [1, 2, 3, 4].map(() => pool.submit(busy, 1500));
    const x = pool.array("float32", 300_000);
    await pool.submit(slow, x, 100);
    pool.run(slow, x, 100);
    expect(x.view.every((value) => value === 200)).toBe(true);
    expect(tasks.some((task) => task.done())).toBe(false);
    await Promise.all(tasks);
  });

  test("terminateWorkers ends a launch that runs", async () => {
    const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    const x = pool.array("float32", 1_000_000);
    await pool.submit(slow, x, 10);
    const launch = pool.submit(slow, x, 1_000_000);
    const behind = pool.submit(slow, x, 1);
    while (!launch.running()) await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await Promise.all([
      pool.terminateWorkers(),
      expect(launch).rejects.toThrow(/kernel thread/),
      expect(behind).rejects.toThrow(),
    ]);
  });

  test("kernel options of the wrong type are refused at the call", () => {
    const create = (options: object) => () => new ThreadPoolExecutor(options);
    expect(create({ kernelWorkerUrl: "x" })).toThrow("kernelWorkerUrl must be a URL");
    expect(create({ kernelFeatures: 1 })).toThrow("kernelFeatures must be an object of options");
  });
});

describe("a process with kernel threads", () => {
  const program = (body: string): string => `
    import { TimeoutError } from "@everycore/core";
import { kernel, simulation, stencil } from "@everycore/kernel";
import { ThreadPoolExecutor } from "@everycore/node-threads";
    import { saxpy, slow, square } from ${JSON.stringify(new URL("./fixtures/ir-kernels.ts", import.meta.url).href)};
    const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    const x = pool.array("float32", 300_000);
    ${body}`;

  test("ends by itself when all threads are idle", async () => {
    const { code, output, ms } = await run(
      program(`
      await pool.submit(slow, x, 300);
      await new Promise((resolve) => setTimeout(resolve, 300));
      console.log(x.view[299_999]);`),
    );
    expect([code, output]).toEqual([0, "300\n"]);
    expect(ms).toBeLessThan(10_000);
  });

  test("does not end before pending launches are done, and nobody needs to await them", async () => {
    const { code, output } = await run(
      program(`
      for (let index = 0; index < 20; index++) {
        pool.submit(slow, x, 300).addDoneCallback(() => index === 19 && console.log(x.view[299_999]));
      }`),
    );
    expect([code, output]).toEqual([0, "6000\n"]);
  });

  test("ends while the kernels were shut down, or only used by run", async () => {
    const { code, output } = await run(
      program(`
      await pool.prepare();
      pool.run(slow, x, 3000);
      pool.run(slow, x, 3000);
      await pool.shutdown();
      console.log("end");`),
    );
    expect([code, output]).toEqual([0, "end\n"]);
  });
});

/** Runs a module in a process of its own. */
function run(source: string): Promise<{ code: number | null; output: string; ms: number }> {
  const begin = performance.now();
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", source], {
    cwd: new URL("..", import.meta.url),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  return new Promise((resolve) =>
    child.on("close", (code) => resolve({ code, output, ms: performance.now() - begin })),
  );
}
