// The laws over WebGL in a page, from the built files, and a guard: every law appears in the report, as passed or with a reason.

import { bundle, Chromium, pageOf, runKit, serveSite } from "@everycore/chromium";
import { findGaps } from "@everycore/conformance";
import { saveReport } from "@everycore/conformance/node";
import { testReportedConformance } from "@everycore/conformance/vitest";
import { expect, test } from "vitest";

const run = testReportedConformance("gpu-webgl in a page", async (onResult) => {
  const files = await bundle({ page: "test/pages/kit.ts" });
  await using site = await serveSite({ files: { ...files, "/index.html": pageOf("/page.js") } });
  await using chromium = await Chromium.start();
  return await runKit(chromium, { url: `${site.url}/` }, onResult);
});

test("the report says of every law what became of it", async () => {
  const report = await run.report();
  await saveReport(report, "test-results", "gpu-webgl-chromium");
  expect(findGaps(report)).toEqual([]);
});
