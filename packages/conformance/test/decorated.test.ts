// The kit over a decorated backend: decorators of users must be able to conform, too.

import { afterAll, expect, test } from "vitest";
import { backend } from "../../inline/dist/index.js";
import { laws } from "../dist/index.js";
import { nodeEnvironment } from "../dist/node/index.js";
import { testConformance } from "../dist/vitest.js";
import { logged } from "./logged.js";

let lines = 0;
// The programs of `runProgram` load a backend by its URL, which a decorated one does not have.
const { runProgram: _, ...environment } = nodeEnvironment({ backendUrl: "", references: true });

/** What kernels compute: a decorator has no part in it, only in how they are launched. */
const computed = ["K2", "K3", "K4", "K5", "K6", "K8"];

const plan = testConformance(
  logged(backend, () => lines++),
  { environment, only: laws.map(({ law }) => law).filter((law) => !computed.includes(law)) },
);

test("the decorator saw the tasks", () => {
  expect(lines).toBeGreaterThan(10_000);
});

afterAll(async () => {
  const { totals } = await plan.report();
  expect(totals.pass).toBeGreaterThan(200);
});
