// Plans and runs the laws over one backend. The plan is made at once, so that a test runner can register every law test
// by name before anything runs; adapters are vitest.ts and node-test.ts. Without a runner, `runConformance` runs all.

import type { Backend } from "@everycore/core";
import { LawViolation, Untested } from "./assertions.js";
import { hintFor, isPortable } from "./catalogue.js";
import { type Environment, environmentNeeds } from "./environment.js";
import type { LawTest } from "./law.js";
import { LawContext, type TaskForm } from "./law-context.js";
import { lawTests } from "./laws/index.js";
import { createReport, type LawResult, type Report } from "./report.js";

/** Options of a run. */
export interface ConformanceOptions {
  /** What the kit cannot do itself; see {@link Environment}. Default: nothing. */
  readonly environment?: Environment | undefined;
  /** Runs only these laws, such as `["P3", "X"]`; a letter stands for its group. Default: all. */
  readonly only?: readonly string[] | undefined;
  /** Sends tasks by name, which every backend must accept, or as plain exports of a module. Default `"named"`. */
  readonly taskForm?: TaskForm | undefined;
  /** Multiplies every limit of time, for slow machines. Default 1. */
  readonly patience?: number | undefined;
  /** Told about every law test when it is over. */
  readonly onResult?: ((result: LawResult) => void) | undefined;
}

/** A law test that is ready to run, or will not run for a reason. */
export interface PlannedTest {
  readonly law: string;
  readonly title: string;
  readonly limitMs: number;
  readonly omission: { readonly outcome: "skipped" | "untested"; readonly reason: string } | undefined;
  /** Runs it. Never rejects: a failure is in the result. */
  run(): Promise<LawResult>;
}

/** The laws over one backend. */
export interface ConformancePlan {
  readonly tests: readonly PlannedTest[];
  /** What has become of the tests so far. */
  report(): Promise<Report>;
}

const defaultLimitMs = 20_000;

/** Plans a run: which tests there are, and which of them have to be left out. */
export function planConformance(backend: Backend, options: ConformanceOptions = {}): ConformancePlan {
  const results = new Map<LawTest, LawResult>();
  const chosen = chooseTests(options.only);
  const begin = performance.now();
  return {
    tests: chosen.map((test) => planTest(test, backend, options, (result) => results.set(test, result))),
    async report() {
      const availability = await backend.availability();
      return createReport({
        backend: backend.name,
        platform: options.environment?.platform ?? "an unnamed platform",
        details: availability.available ? availability.details : availability.reason,
        capabilities: backend.capabilities,
        results: chosen.flatMap((test) => results.get(test) ?? []),
        ms: performance.now() - begin,
      });
    },
  };
}

/**
 * Runs the laws over a backend, one after the other.
 *
 * @example
 * ```ts
 * const report = await runConformance(backend, { environment: nodeEnvironment({ backendUrl }) });
 * console.log(formatReport(report));
 * ```
 */
export async function runConformance(backend: Backend, options: ConformanceOptions = {}): Promise<Report> {
  const plan = planConformance(backend, options);
  for (const test of plan.tests) await test.run();
  return plan.report();
}

/** The law tests that a run with this `only` has. */
export function chooseTests(only: readonly string[] | undefined): readonly LawTest[] {
  return lawTests.filter(({ law }) => isChosen(law, only));
}

/** When a test counts as hanging. */
export function testLimitMs(test: LawTest, { patience = 1 }: Pick<ConformanceOptions, "patience">): number {
  return (test.timeoutMs ?? defaultLimitMs) * patience;
}

function isChosen(law: string, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((entry) => entry === law || entry === law.slice(0, 1));
}

function planTest(
  test: LawTest,
  backend: Backend,
  options: ConformanceOptions,
  onResult: (result: LawResult) => void,
): PlannedTest {
  const { law, title } = test;
  const environment = options.environment ?? {};
  const omission = findOmission(test, backend, environment);
  const limitMs = testLimitMs(test, options);
  return {
    law,
    title,
    limitMs,
    omission,
    async run() {
      const context = (): LawContext => new LawContext(backend, environment, options.taskForm ?? "named");
      const result = omission ? { law, title, ms: 0, ...omission } : await runTest(test, context(), limitMs);
      onResult(result);
      options.onResult?.(result);
      return result;
    },
  };
}

function findOmission(
  { law, requires = [], dtypes = [], lacks, needs = [] }: LawTest,
  { capabilities }: Backend,
  environment: Environment,
): PlannedTest["omission"] {
  const required = requires.includes("kernels") ? requires : (["tasks", ...requires] as const);
  const absent =
    required.find((capability) => !capabilities[capability]) ??
    dtypes.find((dtype) => !capabilities.dtypes.includes(dtype));
  if (absent) return { outcome: "skipped", reason: `no ${absent}` };
  if (lacks && capabilities[lacks]) return { outcome: "skipped", reason: `has ${lacks}: there is nothing to refuse` };
  const { fullRunOn } = environment;
  if (fullRunOn && isPortable(law)) return { outcome: "skipped", reason: `portable: left to the run on ${fullRunOn}` };
  const missing = needs.find((need) => environment[need] === undefined);
  if (missing === "isProcessAlive" || missing === "loseDevice")
    return { outcome: "skipped", reason: environmentNeeds[missing] };
  return missing && { outcome: "untested", reason: environmentNeeds[missing] };
}

async function runTest(test: LawTest, context: LawContext, limitMs: number): Promise<LawResult> {
  const { law, title } = test;
  const begin = performance.now();
  const result = (rest: Pick<LawResult, "outcome" | "reason" | "error">): LawResult => {
    return { law, title, ms: performance.now() - begin, ...rest };
  };
  try {
    await beforeLimit(test.run(context), limitMs);
    await context.close();
    return result({ outcome: "pass" });
  } catch (error) {
    await context.abandon();
    if (error instanceof Untested) return result({ outcome: "untested", reason: error.message });
    return result({ outcome: "fail", error: `${describe(error)}\nIf this fails, look at ${hintFor(law)}` });
  }
}

function beforeLimit(running: Promise<void>, limitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new LawViolation(`The test did not end within ${limitMs} ms: something hangs.`));
    }, limitMs);
    running.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function describe(error: unknown): string {
  if (error instanceof LawViolation) return error.message;
  return error instanceof Error ? `The test itself failed: ${error.stack ?? error}` : `Something threw ${error}`;
}
