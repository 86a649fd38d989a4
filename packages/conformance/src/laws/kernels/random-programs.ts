// K8: random programs: backend, simulator and plain JavaScript agree on every one of them, bit for bit.

import type { AnyKernel, KernelExecutor } from "@everycore/core";
import { kernel } from "@everycore/kernel";
import { LawViolation, violated } from "../../assertions.js";
import { agree } from "../../kernels/agreement.js";
import { bundledPrograms } from "../../kernels/bundled-programs.js";
import { kindOf } from "../../kernels/element-kind.js";
import { canEvaluate, evaluate } from "../../kernels/evaluation.js";
import { runPlain } from "../../kernels/plain-grid.js";
import { dice, floats } from "../../kernels/random-numbers.js";
import {
  growProgram,
  type ProgramFloat,
  plainScope,
  type RandomProgram,
  shrink,
  writeProgram,
} from "../../kernels/random-program.js";
import type { LawTest } from "../../law.js";

type GridFunction = (thread: never, ...args: never[]) => void;

const defaultPrograms = 100;
const threads = 70;

/** A group and a bit, so that programs see whole strips and the rest. */
function programArguments(seed: number, float: ProgramFloat): unknown[] {
  const { next, pick } = dice(seed);
  const whole = (edges: readonly number[]): number => {
    const kind = next();
    return kind < 0.2 ? pick(edges) : kind < 0.6 ? Math.floor(next() * 40 - 12) : Math.floor((next() - 0.5) * 2 ** 32);
  };
  const n = Int32Array.from({ length: threads }, () => whole(kindOf("int32").edges));
  const u = Uint32Array.from({ length: threads }, () => whole(kindOf("uint32").edges));
  const { maker, edges } = kindOf(float);
  const x = maker.from(floats(seed, threads, 40).map((value) => (next() < 0.2 ? pick(edges) : value)));
  return [n, u, x, new Int32Array(threads), new Uint32Array(threads), new maker(threads), new maker(threads), 5];
}

async function checkProgram(
  executor: KernelExecutor,
  seed: number,
  float: ProgramFloat,
  [fn, plain]: readonly [GridFunction, GridFunction],
): Promise<void> {
  await agree(executor, {
    what: `the program of seed ${seed} on ${float}`,
    kernel: kernel(fn as () => void).over(threads) as AnyKernel,
    args: programArguments(seed, float),
    plain: (args) => runPlain(plain, [threads], [64], args),
  });
}

/** How a program fails: `undefined` if it does not. Programs that JavaScript cannot read come only of cutting. */
async function failureOf(executor: KernelExecutor, program: RandomProgram, float: ProgramFloat): Promise<unknown> {
  let functions: [GridFunction, GridFunction];
  try {
    const plain = evaluate<GridFunction>(writeProgram(program, "plain"), plainScope(float));
    functions = [evaluate<GridFunction>(writeProgram(program, "kernel")), plain];
  } catch {
    return undefined;
  }
  try {
    await checkProgram(executor, program.seed, float, functions);
    return undefined;
  } catch (error) {
    return error ?? new Error("something falsy was thrown");
  }
}

/** Shrinks a program that fails, and shows what is left of it. */
async function report(
  executor: KernelExecutor,
  program: RandomProgram,
  float: ProgramFloat,
  first: unknown,
): Promise<never> {
  const isSame = (error: unknown): boolean =>
    error !== undefined && error instanceof LawViolation === first instanceof LawViolation;
  const smallest = await shrink(program, async (candidate) => isSame(await failureOf(executor, candidate, float)));
  const failure = (await failureOf(executor, smallest, float)) ?? first;
  violated(
    `A random program fails (seed ${program.seed}, ${float}): ${failure}\nThe smallest of its kind:\n${writeProgram(smallest, "kernel")}`,
  );
}

function randomLaw(float: ProgramFloat): LawTest {
  return {
    law: "K8",
    title: `random programs on ${float} agree with the simulator and with JavaScript`,
    requires: ["kernels"],
    dtypes: [float, "int32", "uint32"],
    timeoutMs: 60_000,
    async run(t) {
      if (!canEvaluate())
        t.untested("text cannot be evaluated here (content security policy): a bundled sample runs instead");
      const executor = await t.kernels();
      const { randomPrograms = defaultPrograms, randomSeed = 1 } = t.environment;
      const parity = float === "float32" ? 0 : 1;
      for (let index = parity; index < randomPrograms; index += 2) {
        const program = growProgram(randomSeed + index);
        const failure = await failureOf(executor, program, float);
        if (failure !== undefined) await report(executor, program, float, failure);
      }
    },
  };
}

/** See the specification. */
export const randomProgramLaws: readonly LawTest[] = [
  randomLaw("float32"),
  randomLaw("float64"),
  {
    law: "K8",
    title: "a bundled sample of random programs agrees, also where text cannot be evaluated",
    requires: ["kernels"],
    dtypes: ["float32", "int32", "uint32"],
    async run(t) {
      const executor = await t.kernels();
      for (const { seed, fn, plain } of bundledPrograms) await checkProgram(executor, seed, "float32", [fn, plain]);
    },
  },
];
