// The outcome of a session, for programs: what `--json` prints and what the table shows.

import { availableParallelism } from "node:os";
import type { AnyScenario } from "@everycore/scenarios";
import type { FoundBackend } from "./backends.js";
import type { RunResult } from "./session.js";

/** A {@link RunResult} and what follows from it. */
export interface ReportedRun extends RunResult {
  /** Serial time by time: above 1, the backend was faster than the calling thread. */
  readonly speedUp?: number;
}

/** The whole outcome; `--json` prints exactly this. */
export interface Report {
  readonly machine: { readonly node: string; readonly platform: string; readonly cores: number };
  /** Workers per backend. */
  readonly workers: number;
  readonly backends: ReadonlyArray<{ readonly name: string } & FoundBackend["availability"]>;
  readonly scenarios: ReadonlyArray<Pick<AnyScenario, "name" | "title" | "description" | "incomparable">>;
  readonly runs: readonly ReportedRun[];
  /** How many runs were checked, and how many of these were right. */
  readonly checked: number;
  readonly verified: number;
  /** Whether everything that was checked was right, and anything was checked at all. */
  readonly ok: boolean;
  readonly totalMs: number;
}

/** Adds up a session. */
export function createReport(
  runs: readonly RunResult[],
  scenarios: readonly AnyScenario[],
  backends: readonly FoundBackend[],
  workers: number,
  totalMs: number,
): Report {
  const verified = runs.filter(({ status }) => status === "verified").length;
  const checked = runs.filter(({ status }) => status !== "skipped" && status !== "unavailable").length;
  return {
    machine: {
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      cores: availableParallelism(),
    },
    workers,
    backends: backends.map(({ name, availability }) => ({ name, ...availability })),
    scenarios: scenarios.map(({ name, title, description, incomparable }) => ({
      name,
      title,
      description,
      ...(incomparable !== undefined && { incomparable }),
    })),
    runs: runs.map(withSpeedUp),
    checked,
    verified,
    ok: checked > 0 && verified === checked,
    totalMs,
  };
}

function withSpeedUp(run: RunResult): ReportedRun {
  const { serialMs, timeMs } = run;
  return serialMs === undefined || timeMs === undefined ? run : { ...run, speedUp: serialMs / timeMs };
}
