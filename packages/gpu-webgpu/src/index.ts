import { registerInspector } from "@everycore/kernel/ir";
import { emitShader } from "./emit/shader.js";

export type { LaunchOptions } from "@everycore/gpu";
export { backend } from "./backend.js";
export { WebGPUArray } from "./device-array.js";
export { WebGPUExecutor, type WebGPUExecutorOptions } from "./executor.js";
export type { PowerPreference } from "./gpu-source.js";
export type { GpuAdapterInfo, GpuBuffer, GpuDevice, UserGpuBuffer, UserGpuDevice } from "./gpu-types.js";

// Inspection knows no device: of a reduction it shows the shader for devices without subgroups.
registerInspector("wgsl", (program) => emitShader(program));
