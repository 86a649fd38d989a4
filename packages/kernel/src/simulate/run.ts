// Runs a program on typed arrays: the lower level of the simulator, below launch plans. Lowered code is kept with its program.

import type { HostArray } from "@everycore/core";
import type { Program, Size3 } from "../ir/ir.js";
import type { Code } from "./code.js";
import { SimulationError, type SimulationIssue } from "./issue.js";
import { lowerProgram, type MathLibrary } from "./lower.js";
import { Monitor } from "./monitor.js";
import { runReduction } from "./reduce.js";
import { runGrid } from "./schedule.js";

/** How a program is simulated. */
export interface SimulationOptions {
  /** Look for accesses outside of arrays, races and divergent barriers. Off by default, as it is slower. */
  readonly checks?: boolean | undefined;
  /** Is told of what the checks find, and the simulation goes on; without it the first issue is thrown. */
  readonly onIssue?: ((issue: SimulationIssue) => void) | undefined;
  /**
   * The functions to use for Math's, in IR, so that results equal those of compiled code bit for bit; JavaScript's own
   * without it.
   */
  readonly math?: MathLibrary | undefined;
  /**
   * Whether subnormal float32 numbers are kept. Default true; false is a device that takes them for zeros and gives zeros in
   * their place.
   */
  readonly subnormals?: boolean | undefined;
}

/** A program, and all that its threads need. */
export interface ProgramRun extends SimulationOptions {
  readonly program: Program;
  /** Threads along x, y, z. A reduction's is [elements, 1, 1]. */
  readonly grid: Size3;
  /** Threads of a group; [1, 1, 1] by default. */
  readonly group?: Size3 | undefined;
  /** A uint32; 0 by default. */
  readonly seed?: number | undefined;
  /** One for each of `program.arrays`, of its element type; written in place. */
  readonly arrays: readonly HostArray[];
  /** One for each of `program.scalars`, of its type. */
  readonly scalars?: readonly number[] | undefined;
}

/**
 * Runs a program to its end: gives the value of a reduction, `undefined` of a grid program.
 *
 * @throws SimulationError at the first issue, if `checks` are on and there is no `onIssue`.
 */
export function runProgram(run: ProgramRun): number | undefined {
  const { program, grid, group = [1, 1, 1], scalars = [] } = run;
  const code = codeOf(program, run);
  const { machine } = code;
  machine.arrays.push(...run.arrays);
  machine.seed = run.seed ?? 0;
  if (run.checks === true) machine.monitor = newMonitor(run, machine.shared);
  try {
    if (program.kind === "reduction") return runReduction(code, program, { grid, group, scalars });
    runGrid(code, { grid, group, scalars });
    return undefined;
  } finally {
    machine.arrays.length = 0;
    machine.monitor = undefined;
  }
}

function newMonitor(run: ProgramRun, shared: readonly HostArray[]): Monitor {
  return new Monitor(
    { program: run.program, grid: run.grid, arrays: run.arrays, onIssue: run.onIssue ?? fail },
    shared,
  );
}

function fail(issue: SimulationIssue): never {
  throw new SimulationError(issue);
}

const plainCode = new WeakMap<Program, Code>();
const checkedCode = new WeakMap<Program, Code>();

/** Code with a math library, or without subnormals, is not kept: only tests ask for it. */
function codeOf(program: Program, { checks = false, math, subnormals = true }: SimulationOptions): Code {
  if (math !== undefined || !subnormals) return lowerProgram(program, { checks, math, subnormals });
  const kept = checks ? checkedCode : plainCode;
  let code = kept.get(program);
  // Code that is running has its arrays; a launch from inside of a launch (an issue handler may start one) gets code of its own.
  if (code === undefined || code.machine.arrays.length > 0) {
    code = lowerProgram(program, { checks, math: undefined, subnormals });
    kept.set(program, code);
  }
  return code;
}
