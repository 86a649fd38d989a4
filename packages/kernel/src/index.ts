export { helper } from "./api/helper.js";
export { kernel } from "./api/kernel.js";
export type {
  Captures,
  ElementArgument,
  ElementArguments,
  ElementFunction,
  ElementOf,
  ElementwiseKernel,
  ElementwiseOptions,
  GridArguments,
  GridFunction,
  GridKernel,
  GridLaunch,
  GridSize,
  Inspectable,
  KernelArgument,
  KernelOptions,
  LaunchOptions,
  ReductionKernel,
  StencilArguments,
  StencilFunction,
  StencilInput,
  StencilKernel,
} from "./api/kernel-types.js";
export { type ReductionOptions, reduction } from "./api/reduction.js";
export { type Simulate, type SimulationSettings, simulate, simulation } from "./api/simulation.js";
export { type StencilOptions, stencil } from "./api/stencil.js";
export type { AtomicArray, AtomicIntegers, Axes, KernelThread } from "./api/thread.js";
export { vectorize } from "./api/vectorize.js";
export type { AnyFunction, Border } from "./front-end.js";
export type { ElementType } from "./ir/ir.js";
