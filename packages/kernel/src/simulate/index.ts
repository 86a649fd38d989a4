// The simulator: the meaning of kernels in plain JavaScript, thread by thread, with checks.

export { SimulationError, type SimulationIssue } from "./issue.js";
export type { MathLibrary } from "./lower.js";
export { type PlanSimulationOptions, simulatePlan } from "./plan.js";
export { runProgram, type SimulationOptions } from "./run.js";
