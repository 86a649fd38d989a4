// The adapter to Node's own test runner: one test per law test.

import { describe, test } from "node:test";
import type { Backend } from "@everycore/core";
import { type ConformanceOptions, type ConformancePlan, planConformance } from "./conformance.js";

/**
 * Registers every law test of a backend with `node:test`. Call it at the top level of a test file; the plan that it
 * returns gives the report, in `after` or in a test that is registered afterwards.
 */
export function testConformance(backend: Backend, options: ConformanceOptions = {}): ConformancePlan {
  const plan = planConformance(backend, options);
  void describe(`${backend.name} obeys the laws`, () => {
    for (const planned of plan.tests) {
      void test(`${planned.law} ${planned.title}`, { timeout: planned.limitMs + 15_000 }, async (t) => {
        const { outcome, reason, error } = await planned.run();
        if (outcome === "fail") throw new Error(error);
        if (outcome !== "pass") t.skip(`${outcome}: ${reason}`);
      });
    }
  });
  return plan;
}
