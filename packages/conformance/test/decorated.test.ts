// The kit over a decorated backend: decorators of users must be able to conform, too.

import { afterAll, expect, test } from "vitest";
import { backend } from "../../inline/dist/index.js";
import { nodeEnvironment } from "../dist/node/index.js";
import { testConformance } from "../dist/vitest.js";
import { logged } from "./logged.js";

let lines = 0;
// The programs of `runProgram` load a backend by its URL, which a decorated one does not have.
const { runProgram: _, ...environment } = nodeEnvironment({ backendUrl: "", references: true });

const plan = testConformance(
  logged(backend, () => lines++),
  { environment },
);

test("the decorator saw the tasks", () => {
  expect(lines).toBeGreaterThan(10_000);
});

afterAll(async () => {
  const { totals } = await plan.report();
  expect(totals.pass).toBeGreaterThan(200);
});
