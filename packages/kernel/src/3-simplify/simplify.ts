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
export type Pass = (program: Program) => Program;

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
  let before = program;
  for (let round = 0; round < maxRounds; round++) {
    const after = runPasses(before, cleaning, observe);
    if (after === before) return after;
    before = after;
  }
  return before;
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
