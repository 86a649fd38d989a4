// The first kernel that one writes: the squares of some numbers.

import type { KernelExecutor } from "@everycore/core";
import { vectorize } from "@everycore/kernel";
import { expectEqual, type Scenario } from "../scenario.js";

const square = vectorize((x: number) => x ** 2);

/** Makes the scenario. */
export function squareNumbers(): Scenario<Float32Array, Float32Array, KernelExecutor> {
  return {
    name: "square",
    title: "Square numbers",
    description: "An elementwise kernel squares the numbers from 0 to 9. Checked one by one.",
    requires: ["kernels"],
    incomparable: "ten numbers are no work",
    prepare: async () => Float32Array.from({ length: 10 }, (_, i) => i),
    run: async ({ executor, input }) => executor.submit(square, input),
    check: async (outcome) => [
      ...expectEqual("how many squares", outcome.length, 10),
      ...[0, 1, 4, 9, 16, 25, 36, 49, 64, 81].flatMap((value, i) =>
        expectEqual(`the square of ${i}`, outcome[i] as number, value),
      ),
    ],
    describe: (outcome) => outcome.join(", "),
  };
}
