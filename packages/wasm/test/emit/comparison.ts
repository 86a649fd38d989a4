// One random program, compiled and simulated, on the same random data.

import type { ElementType, GridProgram, Size3 } from "../../../kernel/src/ir/ir.js";
import { printProgram } from "../../../kernel/src/ir/printer.js";
import { mathFunction } from "../../../kernel/src/math/index.js";
import { runProgram } from "../../../kernel/src/simulate/index.js";
import { Dice } from "../../../kernel/test/ir/random-grid.js";
import type { Tuning } from "../../src/emit/compile.js";
import { launch, type TypedArray } from "./launch.js";

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

function randomArray(dice: Dice, element: ElementType, length: number): TypedArray {
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

const sizes: Readonly<Record<1 | 2 | 3, readonly Size3[]>> = {
  1: [
    [61, 1, 1],
    [8, 1, 1],
    [5, 1, 1],
    [130, 1, 1],
  ],
  2: [
    [19, 5, 1],
    [40, 3, 1],
    [3, 7, 1],
  ],
  3: [
    [9, 3, 2],
    [17, 2, 3],
  ],
};

const tunings: readonly Tuning[] = [
  { form: "scalar" },
  { form: "vector", speculation: false },
  { form: "vector", speculation: true },
];

export interface Case {
  readonly program: GridProgram;
  readonly seed: number;
  readonly grid?: Size3;
  readonly group?: Size3;
}

/** Throws, with everything that is needed to find the fault, unless both agree bit for bit (all NaNs are equal). */
export function compare({ program, seed, ...shape }: Case): void {
  const dice = new Dice(seed + 1_000_000);
  const grid = shape.grid ?? dice.pick(sizes[program.dimensions]);
  const group =
    shape.group ??
    dice.pick([
      [4, 1, 1],
      [8, 2, 1],
      [3, 2, 2],
      [16, 1, 1],
    ] as const);
  const threads = grid[0] * grid[1] * grid[2];
  const arrays = program.arrays.map(({ element, access }) => {
    if (access === "write") return randomArray(dice, element, threads);
    const length =
      access === "read"
        ? dice.pick([0, 7, 8, 64, threads, threads + 20])
        : dice.pick([threads, threads, threads - 3, 20]);
    return randomArray(dice, element, length);
  });
  const scalars = program.scalars.map(({ type }) => randomScalar(dice, type));
  const expected = arrays.map((array) => array.slice());
  runProgram({ program, grid, group, seed, arrays: expected, scalars, math: mathFunction });
  const chunk = dice.chance(0.3) ? 1 + dice.below(40) : undefined;
  for (const tuning of tunings) {
    const actual = arrays.map((array) => array.slice());
    const sharedMemory = seed % 2 === 0;
    launch({ program, grid, group, seed, arrays: actual, scalars, sharedMemory, tuning, ...(chunk && { chunk }) });
    for (const [a, array] of actual.entries()) {
      for (let i = 0; i < array.length; i++) {
        if (Object.is(array[i], expected[a]?.[i])) continue;
        const place = `${program.arrays[a]?.name}[${i}] is ${array[i]}, the simulator says ${expected[a]?.[i]}`;
        const how = `seed ${seed}, grid ${grid}, group ${group}, ${JSON.stringify(tuning)}`;
        throw new Error(`${how}: ${place}\nscalars ${scalars}\n${printProgram(program)}`);
      }
    }
  }
}
