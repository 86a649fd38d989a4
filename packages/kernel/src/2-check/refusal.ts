// How every file of this folder refuses what is not in the language.

import { type AnyFunction, DiagnosticError } from "../front-end.js";
import type { Reason } from "./reasons.js";

/** A place in the text of the kernel or of a function that it calls. */
export interface Place {
  readonly fn: AnyFunction;
  readonly start: number;
  readonly end: number;
  /** Offset in the kernel's own text: of the call, if the place is in a captured function. */
  readonly at: number;
}

/** Refuses the construct at `place`. */
export function refuse(place: Place, reason: Reason, message: string, hint: string): never {
  const { fn, start, end } = place;
  throw new DiagnosticError({ reason, message, hint, fn, start, end });
}
