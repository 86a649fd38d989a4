export { type Balances, type BankOptions, bank } from "./bank.js";
export { type CancelOptions, cancel, type TaskEnd, type TaskEnds } from "./cancel.js";
export type { Host, LogFile, LogHost, SampleHost, TextDigest, TextFile, TextHost, TextSummary } from "./host.js";
export { type BlurOptions, blur, edges } from "./kernels/blur.js";
export { type Groups, kMeans, type Table } from "./kernels/k-means.js";
export { type EscapeTimes, type MandelbrotOptions, mandelbrot } from "./kernels/mandelbrot.js";
export { type MatmulOptions, matmul } from "./kernels/matmul.js";
export { type Darts, type MonteCarloOptions, monteCarloPi } from "./kernels/monte-carlo-pi.js";
export { type NBodyOptions, type NBodyOutcome, nBody } from "./kernels/n-body.js";
export { type DevicePicture, fromGray, type GrayPicture, type Picture, paint, toGray } from "./kernels/picture.js";
export { squareNumbers } from "./kernels/square.js";
export { type PipelineOptions, type PipelineOutcome, pipeline } from "./pipeline.js";
export { type PrimeCounts, type PrimesOptions, primes } from "./primes.js";
export { type PrintedNumbers, type PrintNumbersOptions, printNumbers } from "./print-numbers.js";
export { scenarios, smallScenarios } from "./registry.js";
export {
  type AnyScenario,
  type CheckContext,
  missingCapability,
  type PrepareContext,
  type RunContext,
  type Scenario,
  type SerialContext,
} from "./scenario.js";
export { type ActivitiesEnd, startAndJoin } from "./start-and-join.js";
export { type StreamedText, type StreamScenarioOptions, stream } from "./stream.js";
export { timeFastest } from "./timing.js";
export { type WordCountOptions, wordCount } from "./word-count.js";
export { addWords, type WordCounts } from "./words.js";
export { startWorkers } from "./worker-start.js";
