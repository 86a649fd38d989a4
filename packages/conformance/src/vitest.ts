// The adapter to vitest: one test per law test.

import type { Backend } from "@everycore/core";
import { describe, test } from "vitest";
import { type ConformanceOptions, type ConformancePlan, planConformance } from "./conformance.js";

/**
 * Registers every law test of a backend with vitest. Call it at the top level of a test file; the plan that it returns
 * gives the report, in a test that is registered afterwards or in `afterAll`.
 */
export function testConformance(backend: Backend, options: ConformanceOptions = {}): ConformancePlan {
  const plan = planConformance(backend, options);
  describe(`${backend.name} obeys the laws`, () => {
    for (const planned of plan.tests) {
      test(`${planned.law} ${planned.title}`, { timeout: planned.limitMs + 15_000 }, async ({ skip }) => {
        const { outcome, reason, error } = await planned.run();
        if (outcome === "fail") throw new Error(error);
        if (outcome !== "pass") skip(`${outcome}: ${reason}`);
      });
    }
  });
  return plan;
}
