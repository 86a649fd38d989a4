export * from "./channels/index.js";
export { activeChildren, Process, type ProcessException, type ProcessOptions } from "./process.js";
export { type CurrentProcess, currentProcess, type ParentProcess, parentProcess } from "./process-identity.js";
export type { ProcessPoolExecutorOptions, ProcessSettings } from "./process-options.js";
export { backend, ProcessPoolExecutor } from "./process-pool-executor.js";
