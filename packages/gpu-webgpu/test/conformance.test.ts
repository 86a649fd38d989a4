// The laws over WebGPU in Node, and a guard: every law appears in the report, as passed or with a reason. Without a Vulkan device
// everything here fails.

import { findGaps } from "@everycore/conformance";
import { nodeEnvironment, saveReport } from "@everycore/conformance/node";
import { testConformance } from "@everycore/conformance/vitest";
import { backend } from "@everycore/gpu-webgpu";
import { expect, test } from "vitest";

const backendUrl = new URL("../dist/index.js", import.meta.url).href;

const loseDevice = (executor: unknown): void => {
  (executor as { device: { destroy(): void } }).device.destroy();
};

// A driver takes a tenth of a second for a shader, and random programs in IR are compared as well: random-ir.test.ts.
const randomPrograms = Number(process.env.EVERYCORE_RANDOM_PROGRAMS ?? 60);
const environment = nodeEnvironment({ backendUrl, loseDevice, randomPrograms });
const plan = testConformance(backend as never, { environment });

test("there is a device", async () => {
  expect(await backend.availability()).toMatchObject({ available: true });
});

test("the report says of every law what became of it", async () => {
  const report = await plan.report();
  await saveReport(report, "test-results");
  expect(findGaps(report)).toEqual([]);
});
