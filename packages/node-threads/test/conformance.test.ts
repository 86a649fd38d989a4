// The laws over the node-threads backend, and a guard: every law appears in the report, as passed or with a reason.

import { findGaps } from "@everycore/conformance";
import { nodeEnvironment, saveReport } from "@everycore/conformance/node";
import { testConformance } from "@everycore/conformance/vitest";
import { backend } from "@everycore/node-threads";
import { expect, test } from "vitest";

const environment = nodeEnvironment({
  backendUrl: new URL("../dist/index.js", import.meta.url).href,
  references: true,
  garbles: true,
  unstartable: {
    "a missing file": { workerUrl: new URL("./no-such-worker.js", import.meta.url) },
    "a syntax error": { workerUrl: new URL("data:text/javascript,this is no module") },
    "options that Node refuses": { execArgv: ["--no-such-option"] },
    "a worker that ends at once": { workerUrl: new URL("data:text/javascript,process.exit(0)") },
  },
  smallMemory: { resourceLimits: { maxOldGenerationSizeMb: 24 } },
  // Sent by its source: the channel that this backend's workers have.
  postRaw: (message) => {
    process.getBuiltinModule("node:worker_threads").workerData.everycorePort.postMessage(message);
  },
});

const plan = testConformance(backend, { environment });

test("the report says of every law what became of it", async () => {
  const report = await plan.report();
  await saveReport(report, "test-results");
  expect(findGaps(report)).toEqual([]);
});
