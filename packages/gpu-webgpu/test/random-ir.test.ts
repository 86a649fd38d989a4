// Random programs in IR, on the device and in the simulator: all operators, element types and control flow, and, in groups, barriers
// that some threads never see because they have ended. All agree bit for bit; where subnormal numbers make a difference, with the
// simulator that has none.

import type { HostArray } from "@everycore/core";
import { WebGPUExecutor } from "@everycore/gpu-webgpu";
import { mathFunction, printProgram, runProgram, type Size3 } from "@everycore/kernel/ir";
import { afterAll, beforeAll, expect, test } from "vitest";
import { simplify } from "../../kernel/src/3-simplify/index.js";
import { Dice, randomProgram } from "../../kernel/test/ir/random-grid.js";
import { emitShader } from "../src/emit/shader.js";
import { hosts, planKernel } from "./plan-kernel.js";

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  bool: Uint8Array,
} as const;
const odd = [0, -0, 1, -1, NaN, Infinity, -Infinity, 0.5, 1e-40, 3e9, -3e9, 2 ** 31, 1e30];
const grids: Readonly<Record<1 | 2 | 3, readonly Size3[]>> = {
  1: [
    [61, 1, 1],
    [5, 1, 1],
    [130, 1, 1],
  ],
  2: [
    [19, 5, 1],
    [3, 7, 1],
  ],
  3: [[9, 3, 2]],
};
const groups: readonly Size3[] = [
  [4, 1, 1],
  [8, 2, 1],
  [3, 2, 2],
  [16, 1, 1],
];

/** A device that runs in circles cannot be stopped, but it can be reported. */
const limitMs = 20_000;

let executor: WebGPUExecutor;
beforeAll(async () => {
  executor = await WebGPUExecutor.create();
});
afterAll(() => executor.shutdown());

function randomArray(dice: Dice, element: keyof typeof constructors, length: number): HostArray {
  const array = new constructors[element](length);
  for (let i = 0; i < length; i++) {
    if (element === "bool") array[i] = dice.below(2);
    else if (dice.chance(0.15)) array[i] = dice.pick(odd);
    else array[i] = dice.chance(0.5) ? dice.below(200) - 60 : (dice.unit() - 0.5) * 100;
  }
  return array;
}

function randomScalar(dice: Dice, type: string): number {
  if (type === "bool") return dice.below(2);
  const value = dice.chance(0.2) ? dice.pick([0, 1, 5, 1000, 2147483647]) : dice.below(100);
  return type === "float32" ? Math.fround(value * 0.3) : value;
}

/** Resolves with what is wrong, if anything is. */
async function compare(seed: number, grouped: boolean): Promise<string | undefined> {
  const { program } = randomProgram(seed, grouped, false);
  const dice = new Dice(seed + 1_000_000);
  const [grid, group] = [dice.pick(grids[program.dimensions]), dice.pick(groups)];
  const threads = grid[0] * grid[1] * grid[2];
  const arrays = program.arrays.map(({ element, access }) => {
    const read = access === "read";
    const lengths = read ? [0, 7, 8, 64, threads, threads + 20] : [threads, threads, threads - 3, 20];
    return randomArray(dice, element, access === "write" ? threads : dice.pick(lengths));
  });
  const scalars = program.scalars.map(({ type }) => randomScalar(dice, type));
  const [kept, flushed, actual] = [0, 1, 2].map(() => arrays.map((array) => array.slice())) as HostArray[][];
  const launch = { program, grid, group, seed, scalars, math: mathFunction };
  runProgram({ ...launch, arrays: kept as HostArray[] });
  runProgram({ ...launch, arrays: flushed as HostArray[], subnormals: false });
  // What backends are given is simplified; it may not have all of the parameters any more.
  const simple = simplify(program);
  if (simple.arrays.length !== program.arrays.length || simple.scalars.length !== program.scalars.length)
    throw new Error("A simplified program has other parameters.");
  const kernel = planKernel(simple, { grid, group, seed, scalars, arrays: hosts(actual as HostArray[]) });
  try {
    await executor.submit(kernel).result({ timeoutMs: limitMs });
  } catch (error) {
    return `seed ${seed}: ${error}\n${printProgram(simple)}\n${emitShader(simple)}`;
  }
  for (const [a, array] of (actual as HostArray[]).entries()) {
    for (let i = 0; i < array.length; i++) {
      const [wanted, other] = [kept?.[a]?.[i], flushed?.[a]?.[i]];
      if (Object.is(array[i], wanted) || Object.is(array[i], other)) continue;
      const place = `${program.arrays[a]?.name}[${i}] is ${array[i]}, the simulator says ${wanted}`;
      return `seed ${seed}, grid ${grid}, group ${group}: ${place}\n${printProgram(simple)}\n${emitShader(simple)}`;
    }
  }
  return undefined;
}

const first = Number(process.env.EVERYCORE_RANDOM_SEED ?? 1);
const count = Number(process.env.EVERYCORE_RANDOM_PROGRAMS ?? 60);

test.each([
  ["programs", false],
  ["programs with barriers", true],
] as const)("random %s give what the simulator gives", { timeout: 300_000 }, async (_, grouped) => {
  for (let seed = first; seed < first + count; seed += 10) {
    const some = Array.from({ length: Math.min(10, first + count - seed) }, (_, i) => compare(seed + i, grouped));
    expect((await Promise.all(some)).find((complaint) => complaint !== undefined)).toBeUndefined();
  }
});
