// What a law test is: plain data and one function. The lists in src/laws are made of these.

import type { Capabilities, DType } from "@everycore/core";
import type { Environment } from "./environment.js";
import type { LawContext } from "./law-context.js";

/** A capability that is a plain yes or no. */
export type Capability = {
  [K in keyof Capabilities]: Capabilities[K] extends boolean ? K : never;
}[keyof Capabilities];

/** One test of one law. */
export interface LawTest {
  /** Number of the law: `P3`. */
  readonly law: string;
  /** A sentence in the present tense, unique within the law. */
  readonly title: string;
  /** Skipped where the backend lacks one of these. `tasks` is required too, unless `kernels` is in the list. */
  readonly requires?: readonly Capability[];
  /** Element types of kernels; skipped where the backend lacks one. */
  readonly dtypes?: readonly DType[];
  /** A refusal: skipped where the backend has this. */
  readonly lacks?: Capability;
  /** Untested where the environment lacks one of these. */
  readonly needs?: ReadonlyArray<keyof Environment>;
  /** When the test counts as hanging. Default 20,000. */
  readonly timeoutMs?: number;
  readonly run: (t: LawContext) => Promise<void>;
}
