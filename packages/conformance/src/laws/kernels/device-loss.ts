// K11: a device that is lost fails what was pending, and nothing else; a new executor works.
// biome-ignore-all lint/style/noNonNullAssertion: reading outside of an array gives 0 in the language

import { DeviceLostError } from "@everycore/core";
import { kernel, vectorize } from "@everycore/kernel";
import { equals, holds, rejection, rejects } from "../../assertions.js";
import { within } from "../../conditions.js";
import type { LawTest } from "../../law.js";

const limitMs = 10_000;

const spin = kernel((thread, x: Float32Array) => {
  let value = x[thread.x]!;
  for (let round = 0; round < 2000; round++) value = value * 0.5 + 1;
  x[thread.x] = value;
});
const add = vectorize((x: number) => x + 1);

/** See the specification. */
export const deviceLossLaws: readonly LawTest[] = [
  {
    law: "K11",
    title: "a lost device fails what was pending with DeviceLostError, and a new executor works",
    requires: ["kernels"],
    dtypes: ["float32"],
    needs: ["loseDevice"],
    async run(t) {
      const executor = await t.kernels();
      const before = await executor.submit(add, Float32Array.of(1, 2));
      const array = executor.array(new Float32Array(100_000));
      const pending = Array.from({ length: 20 }, () => executor.submit(spin.over(array.length), array));
      const read = array.read();
      await t.need("loseDevice")(executor);
      const outcomes = await within(
        limitMs,
        Promise.allSettled([...pending, read].map((promise) => Promise.resolve(promise))),
        "what was pending on a lost device is settled",
      );
      holds(outcomes.at(-1)?.status === "rejected", "a read that was pending fails");
      for (const outcome of outcomes) {
        if (outcome.status === "fulfilled") continue;
        const { reason } = outcome;
        holds(reason instanceof DeviceLostError, `what fails, fails with DeviceLostError (got ${reason})`);
      }
      equals([...before], [2, 3], "what was done before is not touched");
      const late = Promise.resolve().then(() => executor.submit(add, Float32Array.of(1)));
      await rejects(within(limitMs, late, "a later launch ends"), DeviceLostError, /./, "a later launch is refused");
      await rejection(
        Promise.resolve().then(() => array.read()),
        "an array that was on it is gone",
      );
      array.dispose();
      const fresh = await t.kernels();
      equals([...(await fresh.submit(add, Float32Array.of(1)))], [2], "a new executor works");
    },
  },
];
