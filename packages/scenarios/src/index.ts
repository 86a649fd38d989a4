export { type CancelOptions, cancel, type TaskEnd, type TaskEnds } from "./cancel.js";
export type { Host, LogFile, LogHost, TextDigest, TextFile, TextHost, TextSummary } from "./host.js";
export { type PrimeCounts, type PrimesOptions, primes } from "./primes.js";
export { type PrintedNumbers, type PrintNumbersOptions, printNumbers } from "./print-numbers.js";
export { scenarios } from "./registry.js";
export {
  type AnyScenario,
  type CheckContext,
  missingCapability,
  type PrepareContext,
  type RunContext,
  type Scenario,
  type SerialContext,
} from "./scenario.js";
export { type StreamedText, type StreamScenarioOptions, stream } from "./stream.js";
export { type WordCountOptions, wordCount } from "./word-count.js";
export { addWords, type WordCounts } from "./words.js";
export { startWorkers } from "./worker-start.js";
