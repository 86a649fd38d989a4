// K6: what minifiers, bundlers, tsx and coverage tools make of a kernel gives what the kernel gives.

import { kernel } from "@everycore/kernel";
import { agree } from "../../kernels/agreement.js";
import { elementKinds } from "../../kernels/element-kind.js";
import { original, type TransformedKernel, transformedKernels } from "../../kernels/transformed.js";
import type { LawTest } from "../../law.js";

const threads = 50;
const elements = 41;

/** What the kernel gives, in JavaScript of the law's own. */
function expected(x: ArrayLike<number>): number[] {
  return Array.from({ length: elements }, (_, i) => {
    const near = [0, 1, 2, 3].map((k) => x[(i + k) % elements] as number);
    const sum = near.reduce((all, value) => all + (value > 5 ? value : value < 2 ? -1 : 0), 0);
    return Math.min(Math.floor(sum / 2) * 3, 40) + ([1, 2, 4][i % 3] as number);
  });
}

const types = ["float32", "float64", "int32", "uint8"] as const;

function law({ tool, fn, captures }: TransformedKernel): LawTest {
  return {
    law: "K6",
    title: `a kernel that went through ${tool} gives what its source says`,
    requires: ["kernels"],
    async run(t) {
      const executor = await t.kernels();
      for (const dtype of types.filter((type) => t.capabilities.dtypes.includes(type))) {
        const { maker } = elementKinds.find((kind) => kind.dtype === dtype) as (typeof elementKinds)[number];
        const x = maker.from(Array.from({ length: elements }, (_, index) => (index * 7) % 10));
        await agree(executor, {
          what: `the kernel after ${tool}, on ${dtype}`,
          kernel: kernel(fn as typeof original.fn, captures).over(threads),
          args: [x, elements, new maker(threads).fill(9)],
          plain: ([, , out]) => (out as Float32Array).set(expected(x)),
        });
      }
    },
  };
}

/** See the specification. */
export const transformedLaws: readonly LawTest[] = [original, ...transformedKernels].map(law);
