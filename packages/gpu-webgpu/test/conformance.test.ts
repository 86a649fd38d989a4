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

const plan = testConformance(backend as never, { environment: nodeEnvironment({ backendUrl, loseDevice }) });

test("there is a device", async () => {
  expect(await backend.availability()).toMatchObject({ available: true });
});

test("the report says of every law what became of it", async () => {
  const report = await plan.report();
  await saveReport(report, "test-results");
  expect(findGaps(report)).toEqual([]);
});
