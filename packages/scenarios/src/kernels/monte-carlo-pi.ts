// π by throwing darts. The random numbers are counted off, not drawn from a state: every backend throws the same darts.

import type { KernelExecutor } from "@everycore/core";
import { kernel, reduction } from "@everycore/kernel";
import { randomNumber } from "@everycore/kernel/ir";
import { expectEqual, type Scenario } from "../scenario.js";

/** Size of `monte-carlo-pi`. */
export interface MonteCarloOptions {
  readonly throwers?: number;
  /** Darts of each thrower. */
  readonly darts?: number;
  readonly seed?: number;
}

/** How many darts hit the quarter circle, by thrower, and in all. */
export interface Darts {
  readonly hits: Int32Array;
  readonly total: number;
}

/** Each thread throws darts at the unit square and counts those in the quarter circle. */
const throwDarts = kernel((thread, darts: number, hits: Int32Array) => {
  let count = 0;
  for (let i = 0; i < darts; i++) {
    const x = thread.random();
    const y = thread.random();
    if (x * x + y * y < 1) count++;
  }
  hits[thread.x] = count;
});

const sum = reduction({ combine: (a, b) => a + b, identity: 0 });

/** Makes the scenario. */
export function monteCarloPi({
  throwers = 65_536,
  darts = 256,
  seed = 2026,
}: MonteCarloOptions = {}): Scenario<undefined, Darts, KernelExecutor> {
  const all = throwers * darts;
  return {
    name: "monte-carlo-pi",
    title: "Estimate π with random numbers",
    description:
      `${all.toLocaleString("en")} darts, thrown by ${throwers.toLocaleString("en")} threads with counter-based random numbers, added up by a ` +
      "reduction. Checked: every 512th thrower's darts one by one, the sum, and π within five standard deviations.",
    requires: ["kernels"],
    prepare: async () => undefined,
    serial: async () => countHits(all),
    run: async ({ executor }) => {
      using hits = executor.array("int32", throwers);
      executor.submit(throwDarts.over(throwers, { seed }), darts, hits);
      const total = await executor.submit(sum, hits);
      return { hits: await hits.read(), total };
    },
    check: async ({ hits, total }) => [
      ...expectEqual("how many throwers there are", hits.length, throwers),
      ...expectEqual(
        "the sum of all hits",
        total,
        hits.reduce((left, right) => left + right, 0),
      ),
      ...checkThrowers(hits, darts, seed),
      ...(Math.abs(piOf(total, all) - Math.PI) < (5 * 1.642) / Math.sqrt(all) ? [] : [`π is not ${piOf(total, all)}`]),
    ],
    describe: ({ total }) => `π ≈ ${piOf(total, all)} from ${total.toLocaleString("en")} hits`,
  };
}

function piOf(hits: number, all: number): number {
  return (4 * hits) / all;
}

/** With Math.random, as one would write it; for the time alone. */
function countHits(all: number): Darts {
  let total = 0;
  for (let i = 0; i < all; i++) {
    const [x, y] = [Math.random(), Math.random()];
    if (x * x + y * y < 1) total++;
  }
  return { hits: Int32Array.of(total), total };
}

function checkThrowers(hits: Int32Array, darts: number, seed: number): string[] {
  return everyNth(hits, 512).flatMap((thrower) => {
    let count = 0;
    for (let dart = 0; dart < darts; dart++) {
      const x = randomNumber("float32", seed, thrower, 2 * dart);
      const y = randomNumber("float32", seed, thrower, 2 * dart + 1);
      if (Math.fround(Math.fround(x * x) + Math.fround(y * y)) < 1) count++;
    }
    return expectEqual(`the hits of thrower ${thrower}`, hits[thrower] as number, count);
  });
}

function everyNth(array: Int32Array, n: number): number[] {
  return Array.from({ length: Math.ceil(array.length / n) }, (_, i) => i * n);
}
