// The outcome of a run, as JSON and as text.

import type { Capabilities } from "@everycore/core";
import { laws } from "./catalogue.js";

/** How a law test ended. */
export type Outcome = "pass" | "fail" | "skipped" | "untested";

/** One law test, after the run. */
export interface LawResult {
  readonly law: string;
  readonly title: string;
  readonly outcome: Outcome;
  /** Why it was skipped (`no terminate`) or is untested. */
  readonly reason?: string;
  readonly ms: number;
  /** What went wrong, with a hint. */
  readonly error?: string;
}

/** How many law tests ended in which way. */
export type Totals = Readonly<Record<Outcome, number>>;

/** One law, over all of its tests. */
export interface LawSummary extends Totals {
  readonly law: string;
  readonly intent: string;
  /** The worst outcome: `fail`, else `pass` if any test passed, else `skipped`, else `untested`. */
  readonly outcome: Outcome;
  /** Why nothing was tested. */
  readonly reason?: string;
}

/** A run of the kit over one backend. */
export interface Report {
  readonly backend: string;
  readonly platform: string;
  /** What the backend says about itself. */
  readonly details: string;
  readonly capabilities: Capabilities;
  readonly results: readonly LawResult[];
  readonly totals: Totals;
  /** Every law, in the order of the specification. */
  readonly laws: readonly LawSummary[];
  readonly ms: number;
}

/** Makes a report of results. */
export function createReport(run: Omit<Report, "totals" | "laws">): Report {
  return { ...run, totals: total(run.results), laws: laws.map((law) => summarize(law, run.results)) };
}

function total(results: readonly LawResult[]): Totals {
  const totals = { pass: 0, fail: 0, skipped: 0, untested: 0 };
  for (const { outcome } of results) totals[outcome]++;
  return totals;
}

function summarize({ law, intent, untested }: (typeof laws)[number], all: readonly LawResult[]): LawSummary {
  const results = all.filter((result) => result.law === law);
  const totals = total(results);
  const outcome = (["fail", "pass", "skipped"] as const).find((kind) => totals[kind] > 0) ?? "untested";
  const reasons = new Set(results.map(({ reason }) => reason).filter((reason) => reason !== undefined));
  const reason = results.length === 0 ? (untested ?? notRun) : [...reasons].join("; ");
  const isDecided = outcome === "pass" || outcome === "fail";
  return { law, intent, outcome, ...totals, ...(!isDecided && { reason }) };
}

const notRun = "not part of this run";

const marks: Readonly<Record<Outcome, string>> = { pass: "✓", fail: "✗", skipped: "–", untested: "?" };

/** A report as text: a line per law, then every failure in full. */
export function formatReport(report: Report): string {
  const { totals, ms } = report;
  const lines = report.laws.map(({ law, intent, outcome, pass, reason }) => {
    const tests = pass === 0 ? "" : ` (${pass})`;
    return `${marks[outcome]} ${law.padEnd(3)} ${intent}${tests}${reason ? ` — ${outcome}: ${reason}` : ""}`;
  });
  const failures = report.results
    .filter(({ outcome }) => outcome === "fail")
    .map(({ law, title, error }) => `\n✗ ${law} ${title}\n  ${(error ?? "").replaceAll("\n", "\n  ")}`);
  return [
    `${report.backend} on ${report.platform} (${report.details})`,
    ...lines,
    ...failures,
    `\n${totals.pass} passed, ${totals.fail} failed, ${totals.skipped} skipped, ${totals.untested} untested, ${Math.round(ms)} ms`,
  ].join("\n");
}

/** Laws of which a report does not say what became of them, and why; empty when the report is complete. */
export function findGaps(report: Report): string[] {
  const known = report.laws.filter(({ outcome, reason }) => outcome === "pass" || outcome === "fail" || reason);
  const gaps = laws.filter(({ law }) => !known.some((summary) => summary.law === law)).map(({ law }) => law);
  const mute = report.results.filter(
    ({ outcome, reason }) => (outcome === "skipped" || outcome === "untested") && !reason,
  );
  const missing = report.laws.filter(({ reason }) => reason === notRun).map(({ law }) => `${law} (${notRun})`);
  return [...gaps, ...missing, ...mute.map(({ law, title }) => `${law} ${title}`)];
}
