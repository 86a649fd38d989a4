// What the suite measures: one way to compute one case, on inputs of one size.
//
// Rules
//  1. `open` gives the contender its own copies of the inputs, in the form it likes best, and compiles nothing.
//  2. The first call compiles; it is timed once, as the cold call. Its result is checked before any other call is timed.
//  3. A contender that cannot express a case, or is not installed, is Missing, with the reason. Nothing is left out silently.

/** What a contender computed, for the check. */
export type Values = ArrayLike<number>;

/** Why a contender does not take part. */
export class Missing {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** A contender with its inputs in place. */
export interface Attempt {
  /** Computes once, and gives the milliseconds that the first call took. */
  cold(): Promise<number>;
  /** The result of the last call. */
  values(): Promise<Values>;
  /** Computes again and again for at least `minimumMs`; gives the milliseconds of one call. */
  warm(minimumMs: number): Promise<number>;
  close(): Promise<void>;
}

/** Which line of the comparison a contender stands for. Contenders without a role are shown, and count nowhere. */
export type Role = "js" | "everycore" | "numba" | "gpu.js";

/** One way to compute a case. */
export interface Contender {
  readonly name: string;
  readonly role?: Role | undefined;
  open(): Promise<Attempt | Missing>;
}

/** What a JavaScript contender has to say: the harness makes an {@link Attempt} of it. */
export interface Computation {
  /** Computes once. Gives a promise exactly if the result is there only later. */
  readonly call: () => unknown;
  readonly values: () => Values | Promise<Values>;
  readonly close?: (() => void | Promise<void>) | undefined;
}
