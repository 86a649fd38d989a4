// The laws in a page that is not isolated: without shared memory; from the built files.

import { Chromium, runKit, serveSite } from "@everycore/chromium";
import { findGaps } from "@everycore/conformance";
import { saveReport } from "@everycore/conformance/node";
import { testReportedConformance } from "@everycore/conformance/vitest";
import { expect, test } from "vitest";
import { kitFiles } from "./kit-site.js";

const run = testReportedConformance("browser-workers, not-isolated,", async (onResult) => {
  await using site = await serveSite({ files: await kitFiles(), isolated: false });
  await using chromium = await Chromium.start();
  return await runKit(chromium, { url: `${site.url}/` }, onResult);
});

test("the report says of every law what became of it", async () => {
  const report = await run.report();
  await saveReport(report, "test-results", "browser-workers-not-isolated");
  expect(report.capabilities.sharedMemory).toBe(false);
  expect(findGaps(report)).toEqual([]);
});
