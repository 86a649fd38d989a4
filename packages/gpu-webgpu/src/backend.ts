// The backend's description, for programs and for the conformance kit.

import { type Backend, defineBackend } from "@everycore/core";
import { WebGPUExecutor, type WebGPUExecutorOptions, webgpuCapabilities } from "./executor.js";
import { describeAdapter, findAdapter } from "./gpu-source.js";

/** A GPU, through WebGPU, as a backend of kernels. */
export const backend: Backend<WebGPUExecutor, WebGPUExecutorOptions> = defineBackend({
  name: "gpu-webgpu",
  capabilities: webgpuCapabilities,
  async availability() {
    const found = await findAdapter();
    if ("reason" in found) return { available: false, reason: found.reason };
    return { available: true, details: `WebGPU on ${describeAdapter(found.adapter.info)}` };
  },
  create: (options) => WebGPUExecutor.create(options),
});
