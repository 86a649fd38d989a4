// The vector code of every function of the math library, against its evaluation one value at a time: bit for bit.

import { describe, expect, test } from "vitest";
import { arrayParameter, arrayRef, call, gridProgram, load, store, thread } from "../../../kernel/src/ir/builder.js";
import type { GridProgram, MathFunction } from "../../../kernel/src/ir/ir.js";
import { mathFunction, ulpBounds } from "../../../kernel/src/math/index.js";
import { runProgram } from "../../../kernel/src/simulate/index.js";
import { Dice } from "../../../kernel/test/ir/random-grid.js";
import { launch, type TypedArray } from "./launch.js";

const names = Object.keys(ulpBounds) as MathFunction[];
const binary: readonly MathFunction[] = ["pow", "atan2", "hypot"];
const special = [
  ...[0, -0, 1, -1, 0.5, -0.5, 2, -2, 3, 10, Infinity, -Infinity, NaN],
  // The smallest subnormal and normal numbers, the largest one, and where exp begins to overflow and to vanish.
  ...[2 ** -149, -(2 ** -149), 2 ** -126, 3.4028234663852886e38, -3.4028234663852886e38, 88.72283, -103.97208],
  // Near multiples of π / 2, where little is left of the argument, and a long way from zero.
  ...[Math.PI / 2, Math.PI, 16367173, 1e30, 1 - 2 ** -24, 1 + 2 ** -23, 2 ** 24, -(2 ** 31)],
].map(Math.fround);
const count = 4003; // no multiple of the eight threads of a strip

/** out[i] = name(x[i], y[i]) */
function program(name: MathFunction, two: boolean): GridProgram {
  const i = thread("global");
  const x = load("float32", arrayRef(0), i);
  const value = two ? call(name, x, load("float32", arrayRef(1), i)) : call(name, x);
  const array = (title: string, access: "read" | "write") => arrayParameter(title, "float32", access);
  return gridProgram({ arrays: [array("x", "read"), array("y", "read"), array("out", "write")] }, [
    store(arrayRef(2), i, value),
  ]);
}

/** Any bits, and as many numbers of a common size. */
function randomValues(dice: Dice): Float32Array {
  const bits = Uint32Array.from({ length: count }, () => {
    const pattern = dice.below(2 ** 32);
    return dice.chance(0.4) ? pattern : (pattern & 0x87ffffff) + 0x3c000000;
  });
  return new Float32Array(bits.buffer);
}

/** Every special value meets every other one. */
function withSpecials(x: Float32Array, y: Float32Array): void {
  special.forEach((a, i) => {
    special.forEach((b, k) => {
      x[i * special.length + k] = a;
      y[i * special.length + k] = b;
    });
  });
}

describe("functions of the math library in vectors give what they give one at a time", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  test.each(names)(`%s (seed ${seed})`, (name) => {
    const dice = new Dice(seed);
    const [x, y] = [randomValues(dice), randomValues(dice)];
    withSpecials(x, y);
    const code = program(name, binary.includes(name));
    const grid = [count, 1, 1] as const;
    const expected = new Float32Array(count);
    runProgram({
      program: code,
      grid,
      group: [1, 1, 1],
      seed: 0,
      arrays: [x, y, expected],
      scalars: [],
      math: mathFunction,
    });
    for (const form of ["vector", "scalar"] as const) {
      const actual = new Float32Array(count);
      const arrays: TypedArray[] = [x, y, actual];
      launch({ program: code, grid, arrays, tuning: { form } });
      const wrong = actual.findIndex((value, i) => !Object.is(value, expected[i]));
      expect(
        wrong < 0 ? "" : `${form}: ${name}(${x[wrong]}, ${y[wrong]}) is ${actual[wrong]}, not ${expected[wrong]}`,
      ).toBe("");
    }
  });

  test("all 22 of them", () => {
    expect(names).toHaveLength(22);
  });
});
