// The simulator: the meaning of kernels in plain JavaScript, thread by thread, with checks.

export type { DivergentBarrier, OutOfBounds, Race, SimulationIssue, ThreadPlace } from "./issue.js";
export { placeText, SimulationError } from "./issue.js";
export type { MathLibrary } from "./lower.js";
export { type PlanSimulationOptions, simulatePlan } from "./plan.js";
export { type ProgramRun, runProgram, type SimulationOptions } from "./run.js";
