// The groups of the specification, by the letter with which their laws begin.

import { laws, type PlannedTest } from "@everycore/conformance";

const titles: Readonly<Record<string, string>> = {
  F: "Future",
  W: "wait",
  A: "asCompleted, gather, shield",
  E: "Executor",
  L: "Lifecycle",
  P: "Pool and workers",
  D: "Data on the wire",
  X: "Errors",
  S: "Context, streams, initialisation",
  T: "Thread",
  Y: "Primitives over shared memory",
  G: "Structured concurrency",
  K: "Kernels",
};

/** Some laws that belong together. */
export interface LawGroup {
  readonly letter: string;
  readonly title: string;
}

/** All groups, in the order of the specification. */
export const lawGroups: readonly LawGroup[] = [...new Set(laws.map(({ law }) => law.slice(0, 1)))].map((letter) => ({
  letter,
  title: titles[letter] ?? `Laws ${letter}`,
}));

/** The tests of a group. */
export function testsOf({ letter }: LawGroup, tests: readonly PlannedTest[]): PlannedTest[] {
  return tests.filter(({ law }) => law.startsWith(letter));
}
