// Whether programs are verified on their way to a backend. The verifier finds bugs of the compiler, never of the user, so it runs
// where those are looked for: in our tests, and wherever EVERYCORE_VERIFY=1 is in the environment. It costs a tenth of a first call.

import type { Program } from "../ir/ir.js";
import { verifyProgram } from "../ir/verifier.js";

interface Environment {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
}

/** Verifies a program where bugs of the compiler are looked for; else does nothing. */
export function verifyInTests(program: Program): void {
  if ((globalThis as Environment).process?.env?.EVERYCORE_VERIFY === "1") verifyProgram(program);
}
