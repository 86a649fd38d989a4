// The adapter to vitest: one test per law test, run here or reported from elsewhere.

import type { Backend } from "@everycore/core";
import { beforeAll, describe, type TestContext, test } from "vitest";
import {
  type ConformanceOptions,
  type ConformancePlan,
  chooseTests,
  planConformance,
  testLimitMs,
} from "./conformance.js";
import type { LawResult, Report } from "./report.js";

/**
 * Registers every law test of a backend with vitest. Call it at the top level of a test file; the plan that it returns
 * gives the report, in a test that is registered afterwards or in `afterAll`.
 */
export function testConformance(backend: Backend, options: ConformanceOptions = {}): ConformancePlan {
  const plan = planConformance(backend, options);
  describe(`${backend.name} obeys the laws`, () => {
    for (const planned of plan.tests) {
      test(`${planned.law} ${planned.title}`, { timeout: planned.limitMs + 15_000 }, async ({ skip }) => {
        conclude(await planned.run(), skip);
      });
    }
  });
  return plan;
}

/** A run of the kit that takes place elsewhere, such as in a page: tells of every test as it ends, and resolves with the report. */
export type ReportedRun = (onResult: (result: LawResult) => void) => Promise<Report>;

/**
 * Registers every law test with vitest for a run that takes place elsewhere; it is started before the first of them, and each waits
 * for its own result. Call it at the top level of a test file; `report()` resolves with what the run resolved with.
 */
export function testReportedConformance(
  name: string,
  run: ReportedRun,
  options: Pick<ConformanceOptions, "only" | "patience"> = {},
): Pick<ConformancePlan, "report"> {
  const results = new Map<string, LawResult>();
  const waiting = new Map<string, () => void>();
  let report: Promise<Report> | undefined;
  beforeAll(() => {
    report = run((result) => {
      const key = `${result.law} ${result.title}`;
      results.set(key, result);
      waiting.get(key)?.();
    });
    report.catch(() => {});
  });
  const resultOf = async (key: string): Promise<LawResult> => {
    const told = new Promise<void>((resolve) => waiting.set(key, resolve));
    if (!results.has(key)) await Promise.race([told, report]);
    const result = results.get(key);
    if (!result) throw new Error("The run ended without a result of this test.");
    return result;
  };
  describe(`${name} obeys the laws`, () => {
    for (const lawTest of chooseTests(options.only)) {
      const key = `${lawTest.law} ${lawTest.title}`;
      test(key, { timeout: testLimitMs(lawTest, options) + 30_000 }, async ({ skip }) => {
        conclude(await resultOf(key), skip);
      });
    }
  });
  return { report: async () => report as Promise<Report> };
}

function conclude({ outcome, reason, error }: LawResult, skip: TestContext["skip"]): void {
  if (outcome === "fail") throw new Error(error);
  if (outcome !== "pass") skip(`${outcome}: ${reason}`);
}
