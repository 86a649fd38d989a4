// Kernels on the calling thread, in every way that a platform allows.

import { AbortError, ExecutorShutdownError, UnsupportedError } from "@everycore/core";
import { backend, InlineExecutor } from "@everycore/inline";
import { describe, expect, test } from "vitest";
import { saxpy, slow, square, sum } from "./ir-kernels.js";

const platforms = {
  "with everything": [{}, /^kernels in WebAssembly with SIMD.*, on the calling thread$/],
  "without SharedArrayBuffer": [{ sharedMemory: false }, /^kernels in WebAssembly with SIMD.*, on the calling thread$/],
  "without WebAssembly": [
    { webAssembly: false },
    /^kernels in the simulator, on the calling thread: there is no WebAssembly/,
  ],
} as const;

for (const [name, [kernelFeatures, support]] of Object.entries(platforms)) {
  describe(`kernels ${name}`, () => {
    test("the executor says what it uses", async () => {
      await using pool = new InlineExecutor({ kernelFeatures });
      expect(pool.kernelSupport).toMatch(support);
      const found = await backend.availability();
      expect(found.available && found.details).toMatch(/^the calling thread; kernels in WebAssembly with SIMD/);
    });

    for (const length of [0, 1, 1000, 20_000]) {
      test(`submit and run compute ${length} elements`, async () => {
        await using pool = new InlineExecutor({ kernelFeatures });
        const x = Float32Array.from({ length }, (_, index) => index % 100);
        const y = new Float32Array(length).fill(1);
        await pool.submit(saxpy, 2, x, y);
        expect(y.every((value, index) => value === 2 * (x[index] as number) + 1)).toBe(true);
        pool.run(saxpy, 1, x, y);
        expect(y.every((value, index) => value === 3 * (x[index] as number) + 1)).toBe(true);
        const squares = x.map((value) => value * value);
        expect(await pool.submit(square, x)).toEqual(squares);
        expect(pool.run(square, x)).toEqual(squares);
        const total = x.reduce((left, right) => left + right, 0);
        expect(await pool.submit(sum, x)).toBe(total);
        expect(pool.run(sum, x)).toBe(total);
      });
    }

    test("device arrays are resident: their view is their memory", async () => {
      await using pool = new InlineExecutor({ kernelFeatures });
      using x = pool.array(new Float32Array(100).fill(3));
      using y = pool.array("float32", 100);
      for (let round = 0; round < 10; round++) void pool.submit(saxpy, 2, x, y);
      expect((await y.read())[99]).toBe(60);
      expect(y.view[99]).toBe(60);
      y.view.fill(1);
      const squares = await pool.submit(square, y);
      expect((await squares.read())[99]).toBe(1);
      await y.write(new Float32Array(100).fill(2));
      pool.run(saxpy, 1, x, y);
      expect(y.view[0]).toBe(5);
    });

    test("a view's signal and timeout hold for its launches", async () => {
      await using pool = new InlineExecutor({ kernelFeatures });
      const controller = new AbortController();
      const x = pool.array("float32", 10);
      const launch = pool.with({ signal: controller.signal }).submit(slow, x, 10);
      controller.abort();
      await expect(launch).rejects.toThrow(AbortError);
      await pool.with({ timeoutMs: 60_000, priority: 1 }).submit(slow, x, 10);
      expect(x.view[0]).toBe(10);
    });

    test("tasks and kernels share an executor and its end", async () => {
      const pool = new InlineExecutor({ kernelFeatures });
      const x = new Float32Array(10);
      const task = pool.submit((value: number) => value + 1, 1);
      const launch = pool.submit(slow, x, 5);
      const end = pool.shutdown();
      expect(() => pool.submit(slow, x, 5)).toThrow(ExecutorShutdownError);
      expect(() => pool.run(slow, x, 5)).toThrow(ExecutorShutdownError);
      await expect(pool.prepare()).rejects.toThrow(ExecutorShutdownError);
      await end;
      expect([await task, await launch, x[9]]).toEqual([2, undefined, 5]);
    });
  });
}

describe("kernels on the calling thread", () => {
  test("a long launch leaves the event loop its turns, and can be aborted", async () => {
    await using pool = new InlineExecutor();
    const x = pool.array("float32", 1_000_000);
    const launch = pool.submit(slow, x, 1000);
    let turns = 0;
    while (turns < 10) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      turns++;
    }
    expect(launch.running()).toBe(true);
    launch.abort("enough");
    await expect(launch).rejects.toThrow("enough");
  });

  test("a kernel is no task, and no kernel is refused by run", async () => {
    await using pool = new InlineExecutor();
    expect(() => pool.map(square as never, [1])).toThrow(UnsupportedError);
    expect(() => pool.stream(square as never)).toThrow("does not support kernels in map and stream");
    expect(() => pool.run((() => 1) as never)).toThrow("kernel must be a kernel, made by kernel(), vectorize()");
  });

  test("options of another name or type are refused", () => {
    expect(() => new InlineExecutor({ kernelFeature: {} } as never)).toThrow('options has no option "kernelFeature"');
  });
});
