// The order of the passes. Small ones repeat, as each makes work for the others, until none finds anything; then values are moved
// out of loops and shared, once, and the small ones clean up.

import type { Program } from "../ir/ir.js";
import { shareCommon } from "./common.js";
import { simplifyControl } from "./control.js";
import { removeDead } from "./dead.js";
import { foldProgram } from "./fold.js";
import { hoistInvariants } from "./hoist.js";
import { inlineSingleUses } from "./inline.js";
import { propagate } from "./propagate.js";
import { renumberLocals } from "./renumber.js";

/** Makes a program that does the same with less. */
type Pass = (program: Program) => Program;

/** Is shown the program after each pass, by name: for tests that verify or run it. */
export type PassObserver = (pass: string, program: Program) => void;

const cleaning: Readonly<Record<string, Pass>> = {
  fold: foldProgram,
  propagate,
  control: simplifyControl,
  inline: inlineSingleUses,
  dead: removeDead,
};
const moving: Readonly<Record<string, Pass>> = { hoist: hoistInvariants, common: shareCommon };

/** More rounds are never needed in practice; a bound keeps the time of compiling small, whatever the program. */
const maxRounds = 8;

/**
 * A program that gives the same bits with less work. Checks of the simulator belong before it: it may move a load that is
 * outside of its array, or drop it.
 */
export function simplify(program: Program, observe: PassObserver = () => {}): Program {
  let simplified = clean(program, observe);
  const moved = runPasses(simplified, moving, observe);
  simplified = moved === simplified ? simplified : clean(moved, observe);
  return runPasses(simplified, { renumber: renumberLocals }, observe);
}

function clean(program: Program, observe: PassObserver): Program {
  const passes = Object.keys(cleaning);
  let result = program;
  let idle = 0;
  // A pass that follows on as many others that changed nothing has seen this very program before.
  for (let i = 0; i < maxRounds * passes.length && idle < passes.length; i++) {
    const before = result;
    const name = passes[i % passes.length] as string;
    result = (cleaning[name] as Pass)(before);
    idle = result === before ? idle + 1 : 0;
    if (idle === 0) observe(name, result);
  }
  return result;
}

function runPasses(program: Program, passes: Readonly<Record<string, Pass>>, observe: PassObserver): Program {
  let result = program;
  for (const [name, pass] of Object.entries(passes)) {
    const before = result;
    result = pass(before);
    if (result !== before) observe(name, result);
  }
  return result;
}
