// Runs scenarios on backends, measures and checks. Each run has an executor of its own, whose workers are started
// before the clock is.

import type { Executor } from "@everycore/core";
import { type AnyScenario, type Host, missingCapability, startWorkers, timeFastest } from "@everycore/scenarios";
import type { AnyBackend, FoundBackend } from "./backends.js";
import { savePicture } from "./pictures.js";
import type { Progress, RunProgress } from "./progress.js";

/**
 * How a run ended: `failed` by its check, `error` because something threw; `skipped` for lack of a capability. The
 * last two never ran.
 */
type RunStatus = "verified" | "failed" | "error" | "skipped" | "unavailable";

/** One scenario on one backend. */
export interface RunResult {
  readonly scenario: string;
  readonly backend: string;
  readonly status: RunStatus;
  /** From the first submit to the last result; of short work that was repeated, the fastest. */
  readonly timeMs?: number;
  /** The same work on the calling thread. */
  readonly serialMs?: number;
  /** What was found, in one line. */
  readonly found?: string;
  /** Path of the picture that it made. */
  readonly picture?: string;
  /** What is wrong, or why it did not run. */
  readonly problems: readonly string[];
}

/** What a session needs. */
export interface SessionOptions {
  readonly scenarios: readonly AnyScenario[];
  readonly backends: readonly FoundBackend[];
  readonly workers: number;
  readonly host: Host;
  /** The folder for pictures. */
  readonly pictures: string;
  readonly progress: Progress;
  /** Ends the session: what runs is aborted, and the session rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** Runs each scenario serially and on every backend; one result per pair. */
export async function runSession(options: SessionOptions): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for (const scenario of options.scenarios) results.push(...(await runScenario(scenario, options)));
  return results;
}

async function runScenario(scenario: AnyScenario, options: SessionOptions): Promise<RunResult[]> {
  const { host, signal, backends } = options;
  const results: RunResult[] = [];
  let prepared: Prepared | undefined;
  try {
    if (backends.some((found) => !reasonNotToRun(scenario, found))) prepared = await prepare(scenario, options);
    for (const found of backends) results.push(await runOnBackend(scenario, found, prepared, options));
    return results;
  } catch (error) {
    signal.throwIfAborted();
    // Without inputs, or without a serial run, there is nothing to run or to compare with on any backend.
    return backends.map((found) => {
      const reason = reasonNotToRun(scenario, found);
      if (reason) return { scenario: scenario.name, backend: found.name, ...reason };
      return failure(scenario, found.name, error);
    });
  } finally {
    if (prepared) await scenario.release?.(prepared.input, host);
  }
}

/** What all runs of a scenario have in common. */
interface Prepared {
  readonly input: unknown;
  readonly serialMs?: number;
}

async function prepare(scenario: AnyScenario, options: SessionOptions): Promise<Prepared> {
  const { host, signal, progress } = options;
  const input = await watch(progress.begin(scenario.name, "inputs"), async (run) => ({
    value: await scenario.prepare({ host, signal, progress: run.update }),
  }));
  try {
    return { input: input.value, ...(await measureSerial(scenario, input.value, options)) };
  } catch (error) {
    await scenario.release?.(input.value, host);
    throw error;
  }
}

async function measureSerial(
  scenario: AnyScenario,
  input: unknown,
  { host, signal, progress }: SessionOptions,
): Promise<Pick<Prepared, "serialMs">> {
  if (!scenario.serial) return {};
  return watch(progress.begin(scenario.name, "serial"), async (run) => {
    const work = async (): Promise<unknown> => scenario.serial?.({ input, host, signal, progress: run.update });
    const { timeMs: serialMs } = await timeFastest(work);
    run.conclude("reference", serialMs);
    return { serialMs };
  });
}

/** Takes the progress off the screen, however the work ends. */
async function watch<T>(run: RunProgress, work: (run: RunProgress) => Promise<T>): Promise<T> {
  try {
    return await work(run);
  } finally {
    run.end();
  }
}

/** Why a backend does not take part, as a result without names; `undefined` if it does. */
function reasonNotToRun(
  scenario: AnyScenario,
  { availability, backend }: FoundBackend,
): Pick<RunResult, "status" | "problems"> | undefined {
  if (!availability.available) return { status: "unavailable", problems: [availability.reason] };
  const missing = backend && missingCapability(scenario, backend);
  return missing && { status: "skipped", problems: [missing] };
}

async function runOnBackend(
  scenario: AnyScenario,
  found: FoundBackend,
  prepared: Prepared | undefined,
  options: SessionOptions,
): Promise<RunResult> {
  const names = { scenario: scenario.name, backend: found.name };
  const reason = reasonNotToRun(scenario, found);
  if (reason || !prepared) return { ...names, status: "unavailable", problems: [], ...reason };
  return watch(options.progress.begin(scenario.name, found.name), async (run) => {
    const result = await measure(scenario, found.backend as AnyBackend, prepared, options, run.update).catch(
      (error) => {
        options.signal.throwIfAborted();
        return failure(scenario, found.name, error);
      },
    );
    run.conclude(result.status, "timeMs" in result ? result.timeMs : undefined);
    return { ...names, ...result };
  });
}

async function measure(
  scenario: AnyScenario,
  backend: AnyBackend,
  { input, serialMs }: Prepared,
  { host, signal, workers, pictures }: SessionOptions,
  progress: RunProgress["update"],
): Promise<Omit<RunResult, "scenario" | "backend">> {
  const executor = await backend.create({ maxWorkers: workers, name: backend.name });
  try {
    const context = { input, host, executor, backend, signal, progress };
    if (backend.capabilities.tasks) await startWorkers(executor as Executor);
    signal.throwIfAborted();
    const { outcome, timeMs } = await timeFastest(() => scenario.run(context));
    const facts = { host, input, capabilities: backend.capabilities, maxWorkers: workers };
    const problems = await scenario.check(outcome, facts);
    const status = problems.length === 0 ? "verified" : "failed";
    const found = scenario.describe(outcome);
    const image = scenario.picture?.(outcome);
    const picture = image && (await savePicture(pictures, `${scenario.name}-${backend.name}`, image));
    return {
      status,
      timeMs,
      ...(serialMs !== undefined && { serialMs }),
      found,
      ...(picture !== undefined && { picture }),
      problems,
    };
  } finally {
    await executor[Symbol.asyncDispose]();
  }
}

function failure({ name }: AnyScenario, backend: string, error: unknown): RunResult {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { scenario: name, backend, status: "error", problems: [text] };
}
