// What a plan says for each kind of kernel: grid, arrays, scalars and result.

import { isKernel } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { kernel, reduction, simulate, stencil, vectorize } from "../../src/index.js";
import { deviceArray, planOf, thrown } from "./support.js";

const host = Float32Array.of(1, 2, 3, 4, 5, 6);
const device = deviceArray(new Float32Array(6), [2, 3], "float32");

describe("the plan of a grid kernel", () => {
  const saxpy = kernel(function saxpy(thread, a: number, x: Float32Array, y: Float32Array) {
    const i = thread.x;
    y[i] = a * x[i]! + y[i]!;
  });

  it("has the caller's arrays and numbers in the order of the program", () => {
    const y = new Float32Array(6);
    const plan = planOf(saxpy.over(6), 2, host, y);
    expect(plan).toMatchObject({ grid: [6, 1, 1], group: [64, 1, 1], seed: 0, result: { kind: "none" } });
    const bound = plan.program.arrays.map(({ name, access, element }, index) => [
      name,
      access,
      element,
      plan.arrays[index],
    ]);
    expect(bound).toEqual([
      ["x", "read", "float32", { kind: "host", array: host }],
      ["y", "readwrite", "float32", { kind: "host", array: y }],
    ]);
    expect((plan.arrays[0] as { array: unknown }).array).toBe(host);
    expect(plan.scalars).toEqual([2]);
    expect(plan.hash).toMatch(/\S/);
  });

  it("takes device arrays in their place", () => {
    const { arrays } = planOf(saxpy.over(6), 2, device, host);
    expect(arrays).toEqual([
      { kind: "device", array: device },
      { kind: "host", array: host },
    ]);
  });

  it("rounds numbers to the type that they are used as", () => {
    expect(planOf(saxpy.over(6), 0.1, host, host).scalars).toEqual([Math.fround(0.1)]);
    const wide = new Float64Array(6);
    expect(planOf(saxpy.over(6) as never, 0.1, wide, wide).scalars).toEqual([0.1]);
    const whole = new Int32Array(6);
    expect(planOf(saxpy.over(6) as never, -3, whole, whole).scalars).toEqual([-3]);
  });

  it("refuses a number with a fraction where an integer is used", () => {
    const repeat = kernel(function repeat(thread, n: number, a: Float32Array) {
      for (let i = 0; i < n; i++) a[thread.x]! += 1;
      a[n] = 0;
    });
    expect(planOf(repeat.over(1), 3, host).scalars).toEqual([3]);
    expect(Object.is(planOf(repeat.over(1), -0, host).scalars[0], 0)).toBe(true);
    for (const n of [2.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, -(2 ** 31) - 1]) {
      expect(() => planOf(repeat.over(1), n, host)).toThrow(
        thrown(
          RangeError,
          `"n" is ${n}, but kernel "repeat" uses it as an integer (an index, a count, or a number next to integers). ` +
            "Pass a whole number from -2147483648 to 2147483647, or write Math.fround(n) where a float is meant.",
        ),
      );
    }
  });

  it("passes booleans as 0 and 1", () => {
    const clear = kernel((thread, all: boolean, a: Float32Array) => {
      if (all) a[thread.x] = 0;
    });
    expect(planOf(clear.over(6), true, host).scalars).toEqual([1]);
    expect(planOf(clear.over(6), false, host).scalars).toEqual([0]);
  });

  it("says a TypeError, not a KernelError, when a number is passed for an array", () => {
    expect(() => planOf(saxpy.over(6), 2, 3, host)).toThrow(
      thrown(TypeError, 'Argument 2 ("x") of kernel "saxpy" must be a typed array or a DeviceArray, not a number (3).'),
    );
  });
});

describe("the plan of an elementwise kernel", () => {
  const add = vectorize((x: number, y: number) => x + y);
  const above = vectorize((x: number, y: number) => x > y);

  it("makes a new array of the arguments' length", () => {
    const plan = planOf(add, host, 1);
    expect(plan.grid).toEqual([6, 1, 1]);
    expect(plan.arrays.at(-1)).toEqual({ kind: "new", element: "float32", shape: [6] });
    expect(plan.result).toEqual({ kind: "array", array: plan.arrays.length - 1, where: "host" });
    expect(planOf(above, host, 1).arrays.at(-1)).toEqual({ kind: "new", element: "bool", shape: [6] });
  });

  it("stays on the device, in its shape, if any argument is there", () => {
    for (const args of [
      [device, host],
      [host, device],
      [1, device],
    ]) {
      const plan = planOf(add, ...args);
      expect(plan.arrays.at(-1)).toEqual({ kind: "new", element: "float32", shape: [2, 3] });
      expect(plan.result).toMatchObject({ where: "device" });
    }
    const one = deviceArray(new Float32Array(1), [1, 1], "float32");
    expect(planOf(add, one, host)).toMatchObject({ grid: [6, 1, 1], result: { where: "device" } });
  });

  it("stands an array of length 1 for as many equal elements", () => {
    const one = Float32Array.of(10);
    const plan = planOf(add, one, host);
    expect(plan.grid).toEqual([6, 1, 1]);
    expect(plan.hash).not.toBe(planOf(add, host, host).hash);
    expect(planOf(add, one, one)).toMatchObject({ grid: [1, 1, 1], result: { kind: "array" } });
    expect(planOf(add, one, new Float32Array(0)).grid).toEqual([0, 1, 1]);
  });

  it("gives an element for numbers only", () => {
    expect(planOf(add, 1, 2)).toMatchObject({ grid: [1, 1, 1], result: { kind: "element", element: "float32" } });
    expect(planOf(above, 1, 2)).toMatchObject({ result: { kind: "element", element: "bool" } });
  });

  it("follows dtype", () => {
    const bytes = vectorize((x: number) => x * 255, undefined, { dtype: "uint8" });
    expect(planOf(bytes, host).arrays.at(-1)).toMatchObject({ element: "uint8" });
  });

  it("has no group of more threads than the default", () => {
    expect(planOf(add, host, 1).group).toEqual([64, 1, 1]);
  });
});

describe("the plan of a reduction", () => {
  it("counts the elements and keeps finish for the host", () => {
    const mean = reduction({
      map: (x: number, k: number) => x * k,
      combine: (a, b) => a + b,
      identity: 0,
      finish: (sum, length) => sum / length,
    });
    const plan = planOf(mean, host, 2);
    expect(plan.program.kind).toBe("reduction");
    expect(plan.grid).toEqual([6, 1, 1]);
    expect(plan.result.kind === "reduced" && plan.result.finish(12, 6)).toBe(2);
    expect(planOf(mean, device, 2).grid).toEqual([6, 1, 1]);
    expect(planOf(mean, new Float32Array(0), 2).grid).toEqual([0, 1, 1]);
  });

  it("takes infinity as the largest integer, and gives it back for no elements", () => {
    const largest = reduction({ combine: (a, b) => Math.max(a, b), identity: Number.NEGATIVE_INFINITY });
    expect(simulate(largest, Int32Array.of(16777217, 3))).toBe(16777217);
    expect(simulate(largest, Uint32Array.of(4294967295, 1))).toBe(4294967295);
    expect(simulate(largest, Int32Array.of(-5))).toBe(-5);
    expect(simulate(largest, new Int32Array(0))).toBe(Number.NEGATIVE_INFINITY);
    const least = reduction({ combine: (a, b) => Math.min(a, b), identity: Number.POSITIVE_INFINITY });
    expect(simulate(least, Uint8Array.of(7, 9))).toBe(7);
    expect(simulate(least, Int32Array.of(16777219))).toBe(16777219);
  });

  it("combines in the type that dtype asks for", () => {
    const sum = { combine: (a: number, b: number) => a + b, identity: 0 };
    const large = Int32Array.of(2 ** 30, 2 ** 30, 2 ** 30);
    expect(simulate(reduction(sum), large)).toBe(3 * 2 ** 30 - 2 ** 32);
    expect(simulate(reduction({ ...sum, dtype: "float64" }), large)).toBe(3 * 2 ** 30);
    expect(simulate(reduction({ ...sum, dtype: "float64" }), Float32Array.of(16777216, 1))).toBe(16777217);
    expect(() => reduction({ ...sum, dtype: "int32" as never })).toThrow("dtype");
  });

  it("gives the combined value itself without finish", () => {
    const largest = reduction({ combine: (a, b) => Math.max(a, b), identity: Number.NEGATIVE_INFINITY });
    const { result } = planOf(largest, host);
    expect(result.kind === "reduced" && result.finish(12, 6)).toBe(12);
  });
});

describe("the plan of a stencil", () => {
  const blur = stencil((a) => (a(-1, 0) + a(0, 0) + a(1, 0)) / 3);

  it("runs over the size that it is given, x fastest", () => {
    const plan = planOf(blur.over([3, 2]), host);
    expect(plan).toMatchObject({ grid: [3, 2, 1], group: [8, 8, 1], result: { kind: "array", where: "host" } });
    expect(plan.arrays.at(-1)).toMatchObject({ shape: [2, 3] });
  });

  it("runs over a device array's own shape, or one axis", () => {
    expect(planOf(blur, device)).toMatchObject({ grid: [3, 2, 1], result: { where: "device" } });
    expect(
      planOf(
        stencil((a) => a(-1)),
        host,
      ),
    ).toMatchObject({ grid: [6, 1, 1], group: [64, 1, 1] });
  });

  it("refuses a shape with other axes than the function has offsets", () => {
    expect(() => planOf(blur, host)).toThrow(
      "The kernel calls its arrays with 2 offsets, but runs over [6]. Write over([width, height]), or a(dx) in the function.",
    );
    expect(() => planOf(stencil((a) => a(1)).over([3, 2]), host)).toThrow(
      "The kernel calls its arrays with 1 offset, but runs over [3, 2]. Write over(n), or a(dx, dy) in the function.",
    );
  });
});

describe("a kernel", () => {
  it("is frozen, has a name, and is known by its brand", () => {
    const step = kernel(function step(_thread, _a: Float32Array) {});
    for (const [made, name] of [
      [step, "step"],
      [step.over(4), "step"],
      [vectorize((x: number) => x), "kernel"],
      [vectorize((x: number) => x, undefined, { name: "same" }), "same"],
      [reduction({ combine: (a, b) => a + b, identity: 0 }), "kernel"],
      [stencil((a) => a(0)).over(3), "kernel"],
    ] as const) {
      expect(isKernel(made)).toBe(true);
      expect(Object.isFrozen(made)).toBe(true);
      expect(made.name).toBe(name);
      expect(Object.keys(made)).toEqual(["name"]);
    }
  });
});
