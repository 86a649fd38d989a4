// K8: random programs give the same bits before and after simplification, and every pass gives a well-formed program. A program
// that fails is made small and printed with its seed. EVERYCORE_SEED=123 runs that one alone; EVERYCORE_PROGRAMS sets how many.

import type { HostArray } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { simplify } from "../../src/3-simplify/index.js";
import type { Program } from "../../src/ir/ir.js";
import { printProgram } from "../../src/ir/printer.js";
import { verifyProgram } from "../../src/ir/verifier.js";
import { runProgram } from "../../src/simulate/index.js";
import { copyArrays, type RandomProgram, type RandomProgramOptions, randomProgram } from "../ir/random-program.js";
import { shrink } from "../ir/shrink.js";

const only = process.env.EVERYCORE_SEED;
const count = Number(process.env.EVERYCORE_PROGRAMS ?? 100);
const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i) : [Number(only)];

const kinds: Record<string, RandomProgramOptions> = {
  "with barriers": { barriers: true, math: true },
  "with returns": { barriers: false },
  "that are long": { barriers: true, size: 40 },
  "that are reductions": { kind: "reduction" },
};

interface Outcome {
  readonly value: number | undefined;
  readonly arrays: readonly HostArray[];
}

function run(program: Program, launch: RandomProgram): Outcome {
  const arrays = copyArrays(launch.arrays);
  return { value: runProgram({ ...launch, program, arrays, checks: false }), arrays };
}

/** Equal bit for bit, but for which NaN it is. */
function isSame(a: Outcome, b: Outcome): boolean {
  const sameArrays = a.arrays.every((array, i) => array.every((value, k) => Object.is(value, b.arrays[i]?.[k])));
  return Object.is(a.value, b.value) && sameArrays;
}

/** What is wrong with the simplification of a program; `undefined` if nothing is. */
function problemOf(program: Program, launch: RandomProgram): string | undefined {
  try {
    const passes: string[] = [];
    const expected = run(program, launch);
    const simplified = simplify(program, (pass, after) => {
      passes.push(pass);
      verifyProgram(after);
      if (!isSame(run(after, launch), expected)) throw new Error(`another result after ${passes.join(", ")}`);
    });
    verifyProgram(simplified);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether the simplified program gives another result, or there is none: the question of the shrinker, asked often. */
function differs(program: Program, launch: RandomProgram): boolean {
  try {
    return !isSame(run(simplify(program), launch), run(program, launch));
  } catch {
    return true;
  }
}

function explain(seed: number, launch: RandomProgram): string {
  const small = shrink(launch.program, (program) => differs(program, launch));
  const parts = [
    `seed ${seed}: ${problemOf(small, launch)}`,
    printProgram(small),
    "became",
    printProgram(simplify(small)),
  ];
  return parts.join("\n");
}

describe("simplify", () => {
  for (const [kind, options] of Object.entries(kinds)) {
    it(`keeps the results of random programs ${kind}`, () => {
      for (const seed of seeds) {
        const launch = randomProgram(seed, options);
        verifyProgram(launch.program);
        if (problemOf(launch.program, launch) !== undefined) expect.fail(explain(seed, launch));
      }
    }, 60_000);
  }

  it("finds no issue in random programs, as their results must not depend on the order of threads", () => {
    for (const seed of seeds) {
      const launch = randomProgram(seed, { barriers: true });
      const reasons = new Set<string>();
      const arrays = copyArrays(launch.arrays);
      runProgram({
        ...launch,
        arrays,
        checks: true,
        onIssue: ({ reason, message }) => reasons.add(reason === "out-of-bounds" ? reason : message),
      });
      reasons.delete("out-of-bounds");
      expect([...reasons], `seed ${seed}`).toEqual([]);
    }
  });
});
