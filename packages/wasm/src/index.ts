export { CpuKernels, type CpuKernelsOptions, cpuKernelCapabilities, describeSupport } from "./cpu-kernels.js";
export { type FoundFeatures, findFeatures, type KernelFeatures } from "./engine.js";
export type { KernelThread, KernelThreadEnd, KernelThreadEvents, StartKernelThread } from "./kernel-threads.js";
export type { KernelWorkerStart } from "./worker.js";
