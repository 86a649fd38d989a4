// `simulate` as users see it: results as `submit` would give them, and mistakes with their places.

import { KernelError } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { kernel, reduction, simulate, simulation, stencil, vectorize } from "../../src/index.js";
import { deviceArray } from "./support.js";

const file = import.meta.url.slice("file://".length);

function mistakeOf(run: () => unknown): KernelError {
  try {
    run();
  } catch (error) {
    if (error instanceof KernelError) return error;
    throw error;
  }
  throw new Error("There was no mistake.");
}

describe("simulate", () => {
  it("updates host arrays in place", () => {
    const step = kernel((thread, dt: number, position: Float32Array, velocity: Float32Array) => {
      const i = thread.x;
      velocity[i]! += -10 * dt;
      position[i]! += velocity[i]! * dt;
    });
    const position = Float32Array.of(0, 100);
    const velocity = Float32Array.of(0, 10);
    expect(simulate(step.over(2), 0.5, position, velocity)).toBeUndefined();
    expect([...position, ...velocity]).toEqual([-2.5, 102.5, -5, 5]);
  });

  it("gives what the kernel gives: arrays, elements, reduced values", () => {
    const square = vectorize((x: number) => x ** 2);
    expect(simulate(square, Float32Array.of(0, 1, 2, 3))).toEqual(Float32Array.of(0, 1, 4, 9));
    expect(simulate(square, 3)).toBe(9);
    const positive = vectorize((x: number) => x > 0);
    expect(simulate(positive, Float32Array.of(-1, 1))).toEqual(Uint8Array.of(0, 1));
    expect(simulate(positive, 1)).toBe(true);
    const dot = reduction({ map: (x: number, y: number) => x * y, combine: (a, b) => a + b, identity: 0 });
    expect(simulate(dot, Float32Array.of(1, 2), Float32Array.of(3, 4))).toBe(11);
    const add = vectorize((x: number, y: number) => x + y);
    expect(simulate(add, Float32Array.of(1, 2), Float32Array.of(10))).toEqual(Float32Array.of(11, 12));
  });

  it.each([
    ["clamp", [1, 3, 6, 8]],
    ["wrap", [4, 3, 6, 5]],
    ["constant", [1, 3, 6, 5]],
  ] as const)("reads beyond the edge as the stencil says: %s", (border, expected) => {
    const blur = stencil((a) => (a(-1) + a(0) + a(1)) / 3, undefined, { border });
    expect([...simulate(blur, Float32Array.of(0, 3, 6, 9))]).toEqual(expected);
  });

  it("runs stencils over two axes", () => {
    const up = stencil((a) => a(0, 1), undefined, { border: "constant", value: 9 });
    const image = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect([...simulate(up.over([3, 2]), image)]).toEqual([4, 5, 6, 9, 9, 9]);
    expect([...simulate(up.over([2, 3]), image)]).toEqual([3, 4, 5, 6, 9, 9]);
  });

  it("works on the memory of device arrays that the host sees, and gives one back", async () => {
    const square = vectorize((x: number) => x ** 2);
    const result = simulate(square, deviceArray(Float32Array.of(1, 2, 3, 4), [2, 2], "float32"));
    expect(result).toMatchObject({ dtype: "float32", shape: [2, 2], strides: [2, 1], length: 4, byteLength: 16 });
    expect(await result.read()).toEqual(Float32Array.of(1, 4, 9, 16));
    expect(simulate(square, result)).toMatchObject({ view: Float32Array.of(1, 16, 81, 256) });
    const hidden = { ...deviceArray(new Float32Array(4), [4], "float32"), view: undefined };
    expect(() => simulate(square, hidden)).toThrow("Simulate with a copy: await array.read().");
  });

  it("refuses what is no kernel", () => {
    expect(() => simulate((() => 1) as never)).toThrow(TypeError);
    expect(() => simulate(kernel(() => {}) as never)).toThrow(/has no grid/);
  });
});

describe("a mistake that simulate finds", () => {
  it("is an access outside of an array", () => {
    const shift = kernel((thread, from: Float32Array, to: Float32Array) => {
      to[thread.x] = from[thread.x + 1]!;
    });
    const mistake = mistakeOf(() => simulate(shift.over(4), new Float32Array(4), new Float32Array(4)));
    expect(mistake.reason).toBe("out-of-bounds");
    expect(mistake.location?.file).toBe(file);
    expect(mistake.message).toMatch(/> \d+ \| {7}to\[thread\.x\] = from\[thread\.x \+ 1\]!;/);
    expect(mistake.message).toMatch(/\n {7,}\| {22}\^{18}\n/);
  });

  it("is a race", () => {
    const sum = kernel((thread, a: Float32Array, total: Float32Array) => {
      total[0]! += a[thread.x]!;
    });
    const mistake = mistakeOf(() => simulate(sum.over(4), new Float32Array(4), new Float32Array(1)));
    expect(mistake.reason).toBe("race");
    expect(mistake.message).toContain("thread.atomicAdd");
  });

  it("is told one by one if somebody listens, and the simulation goes on", () => {
    const mistakes: KernelError[] = [];
    const shift = kernel((thread, a: Int32Array) => {
      a[thread.x + 2] = 1;
    });
    const a = new Int32Array(4);
    simulation({ onMistake: (mistake) => mistakes.push(mistake) })(shift.over(4), a);
    expect(mistakes.map(({ reason }) => reason)).toEqual(["out-of-bounds", "out-of-bounds"]);
    expect([...a]).toEqual([0, 0, 1, 1]);
  });

  it("is not looked for without checks", () => {
    const shift = kernel((thread, a: Int32Array) => {
      a[thread.x + 2] = 1;
    });
    expect(() => simulation({ checks: false })(shift.over(4), new Int32Array(4))).not.toThrow();
  });

  it("is found also where simplification would remove it", () => {
    const look = kernel((thread, a: Float32Array, b: Float32Array) => {
      const unused = a[thread.x + 100]!;
      b[thread.x] = unused * 0 === 0 ? 1 : 1;
    });
    expect(mistakeOf(() => simulate(look.over(4), new Float32Array(4), new Float32Array(4))).reason).toBe(
      "out-of-bounds",
    );
  });
});
