// The laws over WebGPU in a page, from the built files, and a guard: every law appears in the report, as passed or with a reason.
// conformance.test.ts is the same in Node.

import { bundle, Chromium, pageOf, runKit, serveSite } from "@everycore/chromium";
import { findGaps } from "@everycore/conformance";
import { saveReport } from "@everycore/conformance/node";
import { testReportedConformance } from "@everycore/conformance/vitest";
import { expect, test } from "vitest";

const run = testReportedConformance("gpu-webgpu in a page", async (onResult) => {
  // The package "webgpu" is for Node; no page gets as far as loading it.
  const files = await bundle({ page: "test/pages/kit.ts" }, { external: ["webgpu"] });
  await using site = await serveSite({ files: { ...files, "/index.html": pageOf("/page.js") } });
  await using chromium = await Chromium.start();
  return await runKit(chromium, { url: `${site.url}/` }, onResult);
});

test("the report says of every law what became of it", async () => {
  const report = await run.report();
  await saveReport(report, "test-results", "gpu-webgpu-chromium");
  expect(findGaps(report)).toEqual([]);
});
