// The plain loop: one thread, no library. It is the reference of every check, too.

import type { Computation, Contender } from "../contender.js";
import { LocalAttempt } from "../measure.js";

export function javascript<I>(loop: (inputs: I) => Computation, inputs: I): Contender[] {
  return [{ name: "JS loop", role: "js", open: async () => new LocalAttempt(loop(inputs)) }];
}
