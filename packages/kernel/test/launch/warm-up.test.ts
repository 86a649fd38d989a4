// What an executor's prepare() makes ready before the first kernel comes.

import { expect, test } from "vitest";
import { kernel } from "../../src/index.js";
import { definitionOf } from "../../src/launch-plan.js";
import { atWarmUp, warmUp } from "../../src/warm-up.js";

const copy = kernel(
  (thread, out: Int32Array) => {
    out[thread.x] = thread.x;
  },
  undefined,
  { name: "copy" },
);
const plan = () => definitionOf(copy.over(2)).plan([new Int32Array(2)]);

test("the sample that comes with kernel() is planned, and each sample once", () => {
  const [first] = warmUp();
  expect(first?.program.kind).toBe("grid");
  atWarmUp(plan);
  expect(warmUp().map(({ program }) => program.name)).toEqual([first?.program.name, "copy"]);
  expect(warmUp()[0]).toBe(first);
});
