// K1: what stands around a kernel's function: captured names, helpers, random numbers, stencils, options.
// biome-ignore-all lint/style/noNonNullAssertion: reading outside of an array gives 0 in the language

import { helper, kernel, stencil, vectorize } from "@everycore/kernel";
import { equals, holds } from "../../assertions.js";
import { agree } from "../../kernels/agreement.js";
import type { LawTest } from "../../law.js";

const f = Math.fround;
const table = Float32Array.of(10, 20, 30, 40);
const settings = { scale: 4, offset: { x: 1 } };
const twice = (x: number): number => x * 2;
const bend = helper(
  (x: number) => twice(x) + settings.offset.x,
  () => ({ twice, settings }),
);

const width = 13;
const height = 9;

/** Where a stencil's border finds the element that lies outside; −1 is the constant. */
const borders: Readonly<Record<"clamp" | "wrap" | "constant", (index: number, size: number) => number>> = {
  clamp: (index, size) => Math.min(Math.max(index, 0), size - 1),
  wrap: (index, size) => ((index % size) + size) % size,
  constant: (index, size) => (index < 0 || index >= size ? -1 : index),
};

function borderLaw(border: keyof typeof borders): LawTest {
  return {
    law: "K1",
    title: `a stencil with the border "${border}", in one and two dimensions`,
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const options = { border, value: 7 } as const;
      const line = stencil((a, k: number) => a(-2) + a(0) * k + a(1), undefined, options);
      const plane = stencil((a, b: typeof a) => a(-1, 0) + a(1, -2) * 2 + b(0, 1) + b(0, 0), undefined, options);
      const image = Float32Array.from({ length: width * height }, (_, index) => (index * 31) % 97);
      const at = (x: number, y: number, columns: number, rows: number): number => {
        const [column, row] = [borders[border](x, columns), borders[border](y, rows)];
        return column < 0 || row < 0 ? 7 : (image[row * columns + column] as number);
      };
      const lengths = [1, 2, 5, width * height];
      for (const n of lengths) {
        const inLine = (x: number): number => at(x, 0, n, 1);
        const plain = (): Float32Array =>
          Float32Array.from({ length: n }, (_, x) => inLine(x - 2) + inLine(x) * 3 + inLine(x + 1));
        await agree(executor, {
          what: `a line of ${n} with ${border}`,
          kernel: line,
          args: [image.slice(0, n), 3],
          plain,
        });
      }
      const inPlane = (_: unknown, index: number): number => {
        const [x, y] = [index % width, Math.floor(index / width)];
        const see = (dx: number, dy: number): number => at(x + dx, y + dy, width, height);
        return see(-1, 0) + see(1, -2) * 2 + see(0, 1) + see(0, 0);
      };
      const what = `an image of ${width}×${height} with ${border}`;
      const over = plane.over([width, height]);
      await agree(executor, {
        what,
        kernel: over,
        args: [image, image],
        plain: () => Float32Array.from(image, inPlane),
      });
    },
  };
}

/** See the specification. */
export const makerLaws: readonly LawTest[] = [
  {
    law: "K1",
    title: "captured numbers, objects, arrays and functions",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const fn = vectorize(
        (x: number) => bend(x) * settings.scale + settings.offset.x + twice(x),
        () => ({ bend, settings, twice }),
      );
      const x = Float32Array.of(1, 2, 3.5);
      await agree(executor, {
        what: "captures",
        kernel: fn,
        args: [x],
        plain: () => x.map((v) => (v * 2 + 1) * 4 + 1 + v * 2),
      });
      const look = kernel(
        (thread, index: Int32Array, out: Float32Array) => {
          out[thread.x] = table[index[thread.x]!]! + table.length;
        },
        () => ({ table }),
      );
      const args = [Int32Array.of(3, 0, 9, 1), new Float32Array(4)];
      const plain = ([, out]: readonly unknown[]): void => (out as Float32Array).set([44, 14, 4, 24]);
      if (t.capabilities.dtypes.includes("int32")) {
        await agree(executor, { what: "a captured array", kernel: look.over(4), args, plain });
      }
    },
  },
  {
    law: "K1",
    title: "captures are read at each launch",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      let scale = 2;
      const fn = vectorize(
        (x: number) => x * scale,
        () => ({ scale }),
      );
      const results: number[] = [];
      for (scale of [2, 3, 0.5, 2]) results.push((await executor.submit(fn, Float32Array.of(8)))[0] as number);
      equals(results, [16, 24, 4, 16], "a captured number is what it is at the launch");
    },
  },
  {
    law: "K1",
    title: "random numbers are those of the simulator, for each seed",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const draw = kernel((thread, first: Float32Array, second: Float32Array) => {
        first[thread.x] = thread.random();
        const times = thread.x % 3;
        for (let k = 0; k < times; k++) thread.random();
        second[thread.x] = thread.random();
      });
      const seen = new Set<number>();
      for (const seed of [0, 1, 4294967295]) {
        const what = `random numbers of seed ${seed}`;
        const args = [new Float32Array(1000), new Float32Array(1000)];
        const { args: drawn } = await agree(executor, { what, kernel: draw.over(1000, { seed }), args });
        for (const value of [...(drawn[0] as Float32Array), ...(drawn[1] as Float32Array)]) seen.add(value);
      }
      const values = [...seen];
      holds(
        values.every((value) => value >= 0 && value < 1),
        "they are at least 0 and less than 1",
      );
      holds(seen.size > 5900, `they are all different (${seen.size} of 6000)`);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      holds(Math.abs(mean - 0.5) < 0.02, `they are spread evenly (their mean is ${mean})`);
    },
  },
  {
    law: "K1",
    title: "random numbers of float64 kernels have 53 bits",
    requires: ["kernels"],
    dtypes: ["float64"],
    async run(t) {
      const executor = await t.kernels();
      const draw = kernel((thread, out: Float64Array) => {
        out[thread.x] = thread.random();
      });
      const { args } = await agree(executor, {
        what: "random float64",
        kernel: draw.over(300),
        args: [new Float64Array(300)],
      });
      const fine = [...(args[0] as Float64Array)].filter((value) => f(value) !== value);
      holds(fine.length > 250, "they are finer than float32");
    },
  },
  borderLaw("clamp"),
  borderLaw("wrap"),
  borderLaw("constant"),
  {
    law: "K1",
    title: "the dtype of a result can be chosen",
    requires: ["kernels"],
    dtypes: ["float32", "uint8", "int32"],
    async run(t) {
      const executor = await t.kernels();
      const bytes = vectorize((x: number) => x * 2, undefined, { dtype: "uint8" });
      const whole = vectorize((x: number) => x * 2, undefined, { dtype: "int32" });
      const x = Float32Array.of(1.75, 100, 200, -3);
      await agree(executor, { what: "bytes", kernel: bytes, args: [x], plain: () => Uint8Array.of(3, 200, 144, 250) });
      await agree(executor, {
        what: "integers",
        kernel: whole,
        args: [x],
        plain: () => Int32Array.of(3, 200, 400, -6),
      });
    },
  },
  {
    law: "K1",
    title: "fast math is near the exact result",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const fn = vectorize((x: number, y: number) => (x * y + x) / (y + 3) + Math.sqrt(x), undefined, {
        fastMath: true,
      });
      const x = Float32Array.from({ length: 500 }, (_, index) => index / 7);
      const y = Float32Array.from({ length: 500 }, (_, index) => (500 - index) / 9);
      const plain = (): Float32Array => x.map((a, i) => (a * y[i]! + a) / (y[i]! + 3) + Math.sqrt(a));
      await agree(executor, { what: "fast math", kernel: fn, args: [x, y], plain, ulps: 8 });
    },
  },
];
