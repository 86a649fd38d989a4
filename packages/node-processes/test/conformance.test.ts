// The laws over the node-processes backend, and a guard: every law appears in the report, as passed or with a reason.

import { findGaps } from "@everycore/conformance";
import { nodeEnvironment, saveReport } from "@everycore/conformance/node";
import { testConformance } from "@everycore/conformance/vitest";
import { backend } from "@everycore/node-processes";
import { expect, test } from "vitest";
import { isAlive, ownWorkers } from "./processes.js";

const fixture = (name: string): URL => new URL(`./fixtures/${name}`, import.meta.url);

const environment = nodeEnvironment({
  backendUrl: new URL("../dist/index.js", import.meta.url).href,
  references: true,
  unstartable: {
    "a missing file": { workerUrl: fixture("no-such-worker.mjs") },
    "a syntax error": { workerUrl: fixture("no-module.mjs") },
    "options that Node refuses": { execArgv: ["--no-such-option"] },
    "a worker that ends at once": { workerUrl: fixture("ends-at-once.mjs") },
    "a folder that is not there": { cwd: "/no/such/folder" },
  },
  smallMemory: { execArgv: ["--max-old-space-size=24"] },
  // Sent by its source: a frame of its own making in the channel that this backend's workers have.
  postRaw: (message) => {
    const { Serializer } = process.getBuiltinModule("node:v8");
    const serializer = new Serializer();
    serializer.writeHeader();
    serializer.writeValue(message);
    const body = serializer.releaseBuffer();
    const header = Buffer.alloc(16);
    header.writeUInt32LE(0x01437645, 0);
    header.writeUInt32LE(body.length, 4);
    process.getBuiltinModule("node:fs").writevSync(5, [header, body]);
  },
  isProcessAlive: isAlive,
});

const plan = testConformance(backend, { environment });

test("the report says of every law what became of it", async () => {
  const report = await plan.report();
  await saveReport(report, "test-results");
  expect(findGaps(report)).toEqual([]);
});

test("after all of them no process is left, and none that nobody has asked about", async () => {
  await expect.poll(ownWorkers, { timeout: 3000 }).toEqual([]);
});
