export { LawViolation, Untested } from "./assertions.js";
export { type Law, laws, untestedGroups } from "./catalogue.js";
export {
  type ConformanceOptions,
  type ConformancePlan,
  type PlannedTest,
  planConformance,
  runConformance,
} from "./conformance.js";
export {
  type ContextStorage,
  type Environment,
  environmentNeeds,
  type Garbled,
  type ProgramOptions,
  type ProgramRun,
} from "./environment.js";
export type { Capability, LawTest } from "./law.js";
export type { LawContext, TaskForm } from "./law-context.js";
export { lawTests } from "./laws/index.js";
export { type Program, type ProgramHost, type ProgramName, programs } from "./programs.js";
export {
  findGaps,
  formatReport,
  type LawResult,
  type LawSummary,
  type Outcome,
  type Report,
  type Totals,
} from "./report.js";
