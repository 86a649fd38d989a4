// Where `submit` was called, for the stacks of errors that come back. Capturing a stack costs more than sending a small
// task, so in a burst of submits without a pause only the first ones are captured; the rest share the last of them,
// which in practice is the same loop.

import type { AnyTask } from "@everycore/core";

const exactPerBurst = 16;

interface StackHost {
  captureStackTrace?: (target: object, above: unknown) => void;
  stackTraceLimit?: number;
}

/** Captures submit sites within a budget. */
export class SubmitSites {
  #captured = 0;
  #last: { readonly stack?: string } | undefined;

  /** An object whose `stack` begins with the caller of `above`; its text is made only if it is read. */
  capture(above: AnyTask): { readonly stack?: string } | undefined {
    const { captureStackTrace } = Error as StackHost;
    if (!captureStackTrace || this.#captured >= exactPerBurst) return this.#last;
    this.#captured++;
    this.#last = {};
    captureStackTrace(this.#last, above);
    return this.#last;
  }

  /** The program has paused: the next submits are captured again. */
  endOfBurst(): void {
    this.#captured = 0;
    this.#last = undefined;
  }
}
