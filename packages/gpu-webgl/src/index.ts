import { registerInspector } from "@everycore/kernel/ir";
import { inspectKernel } from "./inspection.js";

export type { LaunchOptions } from "@everycore/gpu";
export { backend } from "./backend.js";
export { WebGLArray } from "./device-array.js";
export { WebGLExecutor, type WebGLExecutorOptions } from "./executor.js";
export type { Gl, GlCanvas, UserCanvas, UserContext } from "./gl-types.js";

registerInspector("gpu.js", inspectKernel);
