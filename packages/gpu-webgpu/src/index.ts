import { registerInspector } from "@everycore/kernel/ir";
import { emitShader } from "./emit/shader.js";

export { backend } from "./backend.js";
export { WebGPUArray } from "./device-array.js";
export { type LaunchOptions, WebGPUExecutor, type WebGPUExecutorOptions } from "./executor.js";
export type { PowerPreference } from "./gpu-source.js";
export type { GpuAdapterInfo, GpuBuffer, GpuDevice, UserGpuBuffer, UserGpuDevice } from "./gpu-types.js";

registerInspector("wgsl", (program) => emitShader(program));
