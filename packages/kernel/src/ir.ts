// What backends need: the IR, the library of math functions, printer, verifier, hash, the launch plan, and the simulator as the
// fallback where nothing faster runs. No parser.

export { type Inspector, registerInspector } from "./api/inspection.js";
export * from "./ir/function.js";
export { hashProgram } from "./ir/hash.js";
export * from "./ir/ir.js";
export { printExpression, printProgram, printStatement } from "./ir/printer.js";
export { randomNumber, threefryDefinition } from "./ir/random.js";
export { expressionsOf, listsOf, operandsOf, targetOf } from "./ir/structure.js";
export { verifyProgram } from "./ir/verifier.js";
export {
  definitionOf,
  isElementType,
  type KernelDefinition,
  type LaunchPlan,
  type PlannedArray,
  type PlannedResult,
} from "./launch-plan.js";
export { mathFunction, ulpBounds } from "./math/index.js";
export {
  type MathLibrary,
  type PlanSimulationOptions,
  runProgram,
  SimulationError,
  type SimulationIssue,
  type SimulationOptions,
  simulatePlan,
} from "./simulate/index.js";
export { warmUp } from "./warm-up.js";
