// What test/subgroups-page.test.ts looks at: a reduction on the device that the executor opens, and on one without subgroups.

import { WebGPUExecutor } from "@everycore/gpu-webgpu";
import { reduction } from "@everycore/kernel";

const order = reduction({ combine: (a: number, b: number) => a * 3 + b, identity: 0 });

/** The parts of WebGPU that are used here. */
interface Surroundings {
  readonly navigator: { readonly gpu: { requestAdapter(): Promise<{ requestDevice(): Promise<never> }> } };
}

/** Whether each device has subgroups, and what it gives. */
async function reduceOnBoth(): Promise<unknown> {
  const { navigator } = globalThis as unknown as Surroundings;
  const device = await (await navigator.gpu.requestAdapter()).requestDevice();
  const executors = [await WebGPUExecutor.create(), await WebGPUExecutor.create({ device })];
  const x = Float32Array.from({ length: 10_001 }, (_, i) => Math.cos(i));
  const found = executors.map(async (gpu) => [gpu.device.features.has("subgroups"), await gpu.submit(order, x)]);
  return Promise.all(found);
}

Object.assign(globalThis, { reduceOnBoth });
