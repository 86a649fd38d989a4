// Runs cases: opens all contenders of a problem, checks each, then times them in rounds.
//
// Rules
//  1. One contender at a time. Between two there is a pause, in which threads that spin for more work go to sleep.
//  2. In each round every contender gives one sample, in an order that moves on by one. The median counts.
//  3. A wrong result is not timed; an error is a result, too.

import { setTimeout as pause } from "node:timers/promises";
import type { Case } from "./case.js";
import { type Attempt, type Contender, Missing, type Role, type Values } from "./contender.js";
import { median } from "./measure.js";
import type { PythonSession } from "./peers/python.js";
import { messageOf } from "./peers/reason.js";
import { mistakeIn, type Tolerance } from "./tolerance.js";

const settlingMs = 5;

/** How contenders are measured. */
export interface RoundOptions {
  readonly rounds: number;
  /** How long the calls of a sample take at least. */
  readonly minimumMs: number;
  /** Whether a contender takes part. */
  readonly wanted: (name: string) => boolean;
  readonly progress: (text: string) => void;
}

export interface SuiteOptions extends RoundOptions {
  /** For the cases that take any size. */
  readonly sizes: readonly number[];
}

/** One contender on one problem. */
export type Line = { readonly name: string; readonly role?: Role | undefined } & (
  | { readonly status: "measured"; readonly ms: number; readonly coldMs: number; readonly samplesMs: readonly number[] }
  | { readonly status: "missing" | "wrong" | "failed"; readonly reason: string }
);

/** All contenders on one problem. */
export interface Result {
  readonly case: string;
  readonly size: number;
  readonly elements: number;
  readonly lines: readonly Line[];
}

export async function runCase(one: Case, session: PythonSession, options: SuiteOptions): Promise<Result[]> {
  const results: Result[] = [];
  for (const size of one.sizes === "any" ? options.sizes : one.sizes) {
    options.progress(`${one.name} ${one.sizeLabel(size)}`);
    const lines = await runProblem(one, size, session, options);
    results.push({ case: one.name, size, elements: one.elements(size), lines });
  }
  return results;
}

/** Measures the contenders of one problem. */
export async function runProblem(
  one: Case,
  size: number,
  session: PythonSession,
  options: RoundOptions,
): Promise<Line[]> {
  const problem = one.open(size, session);
  return measureContenders(problem.contenders, await problem.expected(), one.tolerance, options);
}

/** Checks and measures those that are wanted. */
export async function measureContenders(
  contenders: readonly Contender[],
  expected: Values,
  tolerance: Tolerance,
  options: RoundOptions,
): Promise<Line[]> {
  const entries: Entry[] = [];
  for (const contender of contenders.filter(({ name }) => options.wanted(name))) {
    entries.push(await enter(contender, expected, tolerance));
    await pause(settlingMs);
  }
  const running = entries.filter((entry) => entry instanceof Runner);
  for (let round = 0; round < options.rounds; round++) await runRound(running, round, options.minimumMs);
  for (const runner of running) await runner.close();
  return entries.map((entry) => (entry instanceof Runner ? entry.line() : entry));
}

async function runRound(runners: readonly Runner[], round: number, minimumMs: number): Promise<void> {
  const first = round % Math.max(runners.length, 1);
  for (const runner of [...runners.slice(first), ...runners.slice(0, first)]) {
    await runner.sample(minimumMs);
    await pause(settlingMs);
  }
}

type Entry = Runner | Line;

/** Makes the first call and checks its result. */
async function enter(contender: Contender, expected: Values, tolerance: Tolerance): Promise<Entry> {
  const { name, role } = contender;
  let attempt: Attempt | Missing | undefined;
  try {
    attempt = await contender.open();
    if (attempt instanceof Missing) return { name, role, status: "missing", reason: attempt.reason };
    const coldMs = await attempt.cold();
    const mistake = mistakeIn(await attempt.values(), expected, tolerance);
    if (mistake === undefined) return new Runner(contender, attempt, coldMs);
    await attempt.close();
    return { name, role, status: "wrong", reason: mistake };
  } catch (error) {
    if (attempt && !(attempt instanceof Missing)) await attempt.close().catch(() => {});
    return { name, role, status: "failed", reason: messageOf(error) };
  }
}

/** A contender that takes part in the rounds. */
class Runner {
  readonly #contender: Contender;
  readonly #attempt: Attempt;
  readonly #coldMs: number;
  readonly #samplesMs: number[] = [];
  #failure: string | undefined;

  constructor(contender: Contender, attempt: Attempt, coldMs: number) {
    this.#contender = contender;
    this.#attempt = attempt;
    this.#coldMs = coldMs;
  }

  async sample(minimumMs: number): Promise<void> {
    if (this.#failure !== undefined) return;
    try {
      // The first calls are for the JIT compilers.
      if (this.#samplesMs.length === 0) await this.#attempt.warm(minimumMs / 2);
      this.#samplesMs.push(await this.#attempt.warm(minimumMs));
    } catch (error) {
      this.#failure = messageOf(error);
    }
  }

  line(): Line {
    const { name, role } = this.#contender;
    if (this.#failure !== undefined) return { name, role, status: "failed", reason: this.#failure };
    const ms = median(this.#samplesMs);
    return { name, role, status: "measured", ms, coldMs: this.#coldMs, samplesMs: this.#samplesMs };
  }

  async close(): Promise<void> {
    await this.#attempt.close().catch((error: unknown) => {
      this.#failure ??= messageOf(error);
    });
  }
}
