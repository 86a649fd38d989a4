// K3: sizes: around every power of two, beyond 65,535 groups, in two and three dimensions, with groups of any size.
// biome-ignore-all lint/style/noNonNullAssertion: reading outside of an array gives 0 in the language

import { type KernelThread, kernel, vectorize } from "@everycore/kernel";
import { same } from "../../assertions.js";
import { agree, expectValues } from "../../kernels/agreement.js";
import { runPlain, type Sizes } from "../../kernels/plain-grid.js";
import type { LawTest } from "../../law.js";

const sizes = [1, 2, 3, ...Array.from({ length: 15 }, (_, k) => 2 ** (k + 2)).flatMap((n) => [n - 1, n, n + 1])];
const simulated = 1100;

/** Writes down where each thread is, in one number: a mistake in any axis shows. */
const trace = (thread: KernelThread, out: Int32Array): void => {
  const place = thread.x + thread.size.x * (thread.y + thread.size.y * thread.z);
  const inGroup = thread.local.x + thread.groupSize.x * (thread.local.y + thread.groupSize.y * thread.local.z);
  out[place] = place * 7 + inGroup * 1009 + thread.group.x * 3 + thread.group.y * 50_021 + thread.group.z * 700_001;
};

const grids: ReadonlyArray<{ readonly grid: Sizes; readonly group: Sizes }> = [
  { grid: [1], group: [1] },
  { grid: [7], group: [1] },
  { grid: [100], group: [7] },
  { grid: [100], group: [1024] },
  { grid: [1000], group: [64] },
  { grid: [5, 3], group: [1, 1] },
  { grid: [5, 3], group: [8, 8] },
  { grid: [17, 9], group: [3, 5] },
  { grid: [33, 31], group: [16, 16] },
  { grid: [1, 40], group: [4, 4] },
  { grid: [40, 1], group: [4, 4] },
  { grid: [3, 5, 7], group: [1, 1, 1] },
  { grid: [3, 5, 7], group: [4, 4, 4] },
  { grid: [9, 7, 5], group: [2, 3, 4] },
  { grid: [1, 1, 9], group: [1, 1, 4] },
];

/** See the specification. */
export const gridLaws: readonly LawTest[] = [
  {
    law: "K3",
    title: "arrays of every length around the powers of two",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const shift = vectorize((x: number, y: number) => x * 0.5 + y);
      for (const length of sizes) {
        const x = Float32Array.from({ length }, (_, index) => index % 1000);
        const y = Float32Array.from({ length }, (_, index) => length - index);
        const plain = (): Float32Array => x.map((value, index) => value * 0.5 + (y[index] as number));
        const what = `an array of ${length} elements`;
        if (length <= simulated) await agree(executor, { what, kernel: shift, args: [x, y], plain });
        else
          expectValues(
            `${what}: the backend agrees with plain JavaScript`,
            await executor.submit(shift, x, y),
            plain(),
          );
      }
    },
  },
  {
    law: "K3",
    title: "more than 65,535 groups",
    requires: ["kernels"],
    dtypes: ["int32"],
    async run(t) {
      const executor = await t.kernels();
      const mark = kernel((thread, out: Int32Array) => {
        out[thread.x] = thread.x * 3 + thread.group.x + thread.local.x;
      });
      for (const [length, group] of [
        [65_535 * 2 + 3, 1],
        [70_001 * 3, 3],
        [5_000_011, 64],
      ] as const) {
        const out = new Int32Array(length);
        await executor.submit(mark.over(length, { group }), out);
        const wrong = out.findIndex((value, i) => value !== i * 3 + Math.floor(i / group) + (i % group));
        same(wrong, -1, `each of ${length} threads in groups of ${group} is run at its place`);
      }
    },
  },
  {
    law: "K3",
    title: "grids of one, two and three dimensions, with whole and partial groups",
    requires: ["kernels"],
    dtypes: ["int32"],
    async run(t) {
      const executor = await t.kernels();
      for (const { grid, group } of grids) {
        const threads = grid.reduce<number>((product, size = 1) => product * size, 1);
        await agree(executor, {
          what: `a grid of [${grid}] in groups of [${group}]`,
          kernel: kernel(trace).over(grid as [number, number, number], { group: group as [number, number, number] }),
          args: [new Int32Array(threads)],
          plain: (args) => runPlain(trace, grid, group, args),
        });
      }
    },
  },
  {
    law: "K3",
    title: "a grid may be smaller or larger than its arrays",
    requires: ["kernels"],
    dtypes: ["int32"],
    async run(t) {
      const executor = await t.kernels();
      const increment = kernel((thread, x: Int32Array) => {
        if (thread.x < x.length) x[thread.x]! += 1;
      });
      for (const size of [1, 3, 5, 6, 100]) {
        const plain = ([x]: readonly unknown[]): void => {
          for (let i = 0; i < Math.min(size, 5); i++) (x as Int32Array)[i]! += 1;
        };
        const args = [Int32Array.of(1, 2, 3, 4, 5)];
        await agree(executor, { what: `a grid of ${size} on 5 elements`, kernel: increment.over(size), args, plain });
      }
    },
  },
];
