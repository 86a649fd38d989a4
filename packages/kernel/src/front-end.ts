// The border between the public API (kernel, vectorize, …) and the compiler's front end: what goes in. What comes out is the
// IR of `lowerGrid`, `lowerElementwise`, `lowerReduction` and `lowerStencil` in 2-check, one file each, or a DiagnosticError.

import type { ElementType } from "./ir/ir.js";

/**
 * What specialisation knows of one argument. Of a number's value it knows one thing, and only where it matters: whether it
 * is no int32 although the program would use it as one (`fraction`). Such a number counts as a literal with a fraction does.
 */
export type ArgumentType =
  | { readonly kind: "array"; readonly element: ElementType }
  | { readonly kind: "number"; readonly fraction?: boolean }
  | { readonly kind: "boolean" };

/** Any function, as text to be parsed. */
export type AnyFunction = (...args: never[]) => unknown;

/** A function and the thunk that names what it captures: `kernel(fn, () => ({ G, helper }))`. */
export interface KernelSource {
  readonly fn: AnyFunction;
  readonly captures?: (() => Readonly<Record<string, unknown>>) | undefined;
}

/** Options that change the program. */
export interface LoweringOptions {
  readonly name: string;
  readonly fastMath: boolean;
}

/** How a stencil reads beyond the edge of its array. */
export type Border = "clamp" | "wrap" | "reflect" | "constant";

/**
 * A mistake in a kernel, before anybody has looked for its file and line. `start` and `end` are offsets into `source`'s
 * text, as `Function.prototype.toString` gives it.
 */
export interface Diagnostic {
  /** Permanent name of the kind of mistake, such as `unknown-name`; listed in docs/kernels.md. */
  readonly reason: string;
  /** What is wrong, naming the construct: a sentence. */
  readonly message: string;
  /** What to write instead: a sentence. */
  readonly hint: string;
  readonly fn: AnyFunction;
  readonly start: number;
  readonly end: number;
}

/** Carries a {@link Diagnostic} out of the front end; the API turns it into a `KernelError` with file, line and frame. */
export class DiagnosticError extends Error {
  readonly diagnostic: Diagnostic;
  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}
