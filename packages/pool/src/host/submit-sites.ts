// Where `submit` was called, for the stacks of errors that come back. Capturing a stack takes about as long as all else that sends a small
// task, so it is done where it is likely to be wanted. Rules
//   1. Of a function that has not returned `enoughReturns` times in a row: every call. Of another one: every `oneIn`th.
//   2. In a burst of submits without a pause: the first `exactPerBurst` calls at most.
//   3. A call that is not captured has the last site that was, of the same function if there is one, which in practice is the same loop.
//      Such a site is not `exact`, and the stack that shows it says so.

import type { AnyTask } from "@everycore/core";

const enoughReturns = 32;
const oneIn = 64;
const exactPerBurst = 16;

/** Where a task was submitted. */
export interface SubmitSite {
  /** Its `stack` begins with the caller; the text is made only if it is read. */
  readonly trace: { readonly stack?: string };
  /** Whether this call was captured, and not one near it. */
  readonly exact: boolean;
}

interface StackHost {
  captureStackTrace?: (target: object, above: unknown) => void;
}

/** The site of the call of `above` that is going on; undefined where the engine cannot tell. */
export function captureSite(above: AnyTask): SubmitSite | undefined {
  const { captureStackTrace } = Error as StackHost;
  if (!captureStackTrace) return undefined;
  const trace = {};
  captureStackTrace(trace, above);
  return { trace, exact: true };
}

/** What a pool has captured since the program last paused. */
export class SubmitBurst {
  captured = 0;
  last: SubmitSite | undefined;

  /** The program has paused. */
  end(): void {
    this.captured = 0;
    this.last = undefined;
  }
}

/** The submit sites of one function. */
export class SubmitSites {
  /** How often it has returned since it last threw. */
  #returns = 0;
  /** Calls since the last that was captured. */
  #skipped = 0;
  #last: SubmitSite | undefined;

  /** The site of a call of `above` in this burst. */
  capture(burst: SubmitBurst, above: AnyTask): SubmitSite | undefined {
    if (burst.captured < exactPerBurst && this.#isDue()) return this.#capture(burst, above);
    this.#skipped++;
    return this.#last ?? burst.last;
  }

  /** The function has run. */
  ran(threw: boolean): void {
    this.#returns = threw ? 0 : this.#returns + 1;
  }

  /** Rule 1. */
  #isDue(): boolean {
    return this.#returns < enoughReturns || !this.#last || this.#skipped + 1 >= oneIn;
  }

  #capture(burst: SubmitBurst, above: AnyTask): SubmitSite | undefined {
    const site = captureSite(above);
    this.#last = site && { ...site, exact: false };
    this.#skipped = 0;
    burst.captured++;
    burst.last = this.#last;
    return site;
  }
}
