// What a page asks of the program that has opened it: what only a browser's remote control can see. A test harness provides it as
// a global function; in a page that a visitor opens there is none.

import type { ProgramOptions, ProgramRun } from "../environment.js";
import type { ProgramName } from "../programs.js";
import type { LawResult, Report } from "../report.js";

/** One question or message to the harness. */
export type HarnessRequest =
  | { readonly type: "result"; readonly result: LawResult }
  | { readonly type: "report"; readonly report: Report }
  /** How many workers does the page have? */
  | { readonly type: "workers" }
  /** How many bytes do the browser's pages take? */
  | { readonly type: "memory" }
  /** How many milliseconds of CPU time have the browser's pages used? */
  | { readonly type: "cpu" }
  /** Runs a program in a page of its own. */
  | { readonly type: "program"; readonly program: ProgramName; readonly options: ProgramOptions }
  /** This page's program has ended, in an error if there is one. */
  | { readonly type: "ended"; readonly error?: string };

/** See above. */
export type PageHarness = (request: HarnessRequest) => Promise<unknown>;

/** The harness of this page, or `undefined`. */
export function findHarness(): PageHarness | undefined {
  return (globalThis as { everycoreHarness?: PageHarness }).everycoreHarness;
}

/** Asks the harness to run a program. */
export function runProgram(
  harness: PageHarness,
  program: ProgramName,
  { limitMs, killAt }: ProgramOptions = {},
): Promise<ProgramRun> {
  const options = { ...(limitMs !== undefined && { limitMs }), ...(killAt !== undefined && { killAt }) };
  return harness({ type: "program", program, options }) as Promise<ProgramRun>;
}
