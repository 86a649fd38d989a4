// `helper`: a function that kernels call, which captures something itself.

import { checkFunction } from "@everycore/core";
import { registerCaptures } from "../captures.js";
import { recordSite } from "../diagnostics/call-site.js";
import type { AnyFunction } from "../front-end.js";
import type { Captures } from "./kernel-types.js";

/**
 * Says what a helper function captures, so that kernels can inline it. Gives the same function back, which can also be called
 * as it is. A helper that uses only its parameters need not be registered.
 *
 * @throws TypeError when one of the two is no function.
 * @example
 * const gravity = helper((d: number) => G / (d * d + softening), () => ({ G, softening }));
 * const pull = vectorize((d: number) => gravity(d) * 2, () => ({ gravity }));
 */
export function helper<F extends AnyFunction>(fn: F, captures?: Captures): F {
  checkFunction("The function of helper()", fn);
  if (captures !== undefined) {
    checkFunction("The captures of helper()", captures);
    registerCaptures(fn, captures);
  }
  recordSite(fn, helper);
  return fn;
}
