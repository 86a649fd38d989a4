// A run of the kit in this page: one test after the other, until it is stopped.

import {
  type ConformancePlan,
  type LawResult,
  type PlannedTest,
  planConformance,
  type Report,
} from "@everycore/conformance";
import { browserEnvironment } from "@everycore/conformance/browser";
import type { Backend } from "@everycore/core";
import type { WebGLExecutor } from "@everycore/gpu-webgl";
import type { WebGPUExecutor } from "@everycore/gpu-webgpu";
import type { AnyBackend } from "../backends.js";

/** Who watches. */
export interface KitObserver {
  onBegin(test: PlannedTest): void;
  onResult(test: PlannedTest, result: LawResult): void;
}

/** What the laws in these groups ask of a backend. */
export function planKit(backend: AnyBackend, groups: readonly string[]): ConformancePlan {
  // Laws about tasks are skipped on a backend without tasks: what it makes is never used as an executor of tasks.
  const loseDevice = deviceLosers[backend.name];
  const environment = browserEnvironment({ ...(loseDevice && { loseDevice }) });
  return planConformance(backend as unknown as Backend, { environment, only: groups });
}

/** How the device of an executor is lost, for those that have one. */
const deviceLosers: Readonly<Record<string, (executor: unknown) => void>> = {
  "gpu-webgpu": (executor) => (executor as WebGPUExecutor).device.destroy(),
  "gpu-webgl": (executor) => (executor as WebGLExecutor).context.getExtension("WEBGL_lose_context")?.loseContext(),
};

/** Runs a plan; when the signal fires, the test that runs is the last one. The report is about what has run. */
export async function runKit(plan: ConformancePlan, signal: AbortSignal, observer: KitObserver): Promise<Report> {
  for (const test of plan.tests) {
    if (signal.aborted) break;
    observer.onBegin(test);
    observer.onResult(test, await test.run());
    // Between two tests the page is drawn.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return plan.report();
}
