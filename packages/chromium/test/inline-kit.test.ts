// The laws over the inline backend in a page, from the built files. It also shows that what is platform-free needs no platform.

import { bundle, Chromium, pageOf, runKit, serveSite } from "@everycore/chromium";
import { findGaps } from "@everycore/conformance";
import { saveReport } from "@everycore/conformance/node";
import { testReportedConformance } from "@everycore/conformance/vitest";
import { expect, test } from "vitest";

const run = testReportedConformance("inline in a page", async (onResult) => {
  const files = await bundle({ page: "test/pages/inline-kit.ts" });
  const second = await bundle({ "second-core": "@everycore/core" });
  await using site = await serveSite({ files: { ...files, ...second, "/index.html": pageOf("/page.js") } });
  await using chromium = await Chromium.start();
  return await runKit(chromium, { url: `${site.url}/` }, onResult);
});

test("the report says of every law what became of it", async () => {
  const report = await run.report();
  await saveReport(report, "test-results", "inline-chromium");
  expect(findGaps(report)).toEqual([]);
});
