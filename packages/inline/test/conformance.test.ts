// The laws over the inline backend, and a guard: every law appears in the report, as passed or with a reason.

import { findGaps } from "@everycore/conformance";
import { nodeEnvironment, saveReport } from "@everycore/conformance/node";
import { testConformance } from "@everycore/conformance/vitest";
import { backend } from "@everycore/inline";
import { expect, test } from "vitest";

const backendUrl = new URL("../dist/index.js", import.meta.url).href;

const plan = testConformance(backend, { environment: nodeEnvironment({ backendUrl, references: true }) });

test("the report says of every law what became of it", async () => {
  const report = await plan.report();
  await saveReport(report, "test-results");
  expect(findGaps(report)).toEqual([]);
});
