// K10: executors of one kind keep to themselves, at work and at their end.
// biome-ignore-all lint/style/noNonNullAssertion: reading outside of an array gives 0 in the language

import type { DeviceArray } from "@everycore/core";
import { kernel, reduction, vectorize } from "@everycore/kernel";
import { equals, violated } from "../../assertions.js";
import { expectValues, launch } from "../../kernels/agreement.js";
import type { LawTest } from "../../law.js";

const shift = vectorize((x: number, y: number) => x + y * 2);
const sum = reduction({ combine: (a: number, b: number) => a + b, identity: 0 });
const increment = kernel((thread, x: Float32Array) => {
  x[thread.x]! += 1;
});

/** See the specification. */
export const isolationLaws: readonly LawTest[] = [
  {
    law: "K10",
    title: "two executors at once do not disturb each other",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executors = [await t.kernels(), await t.kernels()];
      const length = 40_000;
      const work = executors.map(async (executor, which) => {
        using device = executor.array(new Float32Array(length).fill(which));
        const host = new Float32Array(length).fill(10 * which);
        for (let round = 0; round < 25; round++) {
          void executor.submit(increment.over(length), device);
          await executor.submit(increment.over(length), host);
        }
        const total = await launch(executor, sum, host);
        return [(await device.read()).every((value) => value === which + 25), host[length - 1], total];
      });
      equals(
        await Promise.all(work),
        [
          [true, 25, 25 * length],
          [true, 35, 35 * length],
        ],
        "each executor has its own arrays and its own order",
      );
    },
  },
  {
    law: "K10",
    title: "the end of one executor leaves the other alone",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const [first, second] = [await t.kernels(), await t.kernels()];
      using array = second.array(Float32Array.of(1, 2));
      await first.submit(shift, Float32Array.of(1), 2);
      const future = second.submit(shift, array, 2);
      await first[Symbol.asyncDispose]();
      const result = (await future) as unknown as DeviceArray;
      const found = await result.read().catch((error) => violated(`arrays of the other one live on (got ${error})`));
      expectValues("a launch of the other one is done", found, Float32Array.of(5, 6));
      result.dispose();
      expectValues("and new ones are taken", await launch(second, sum, array), 3);
    },
  },
];
