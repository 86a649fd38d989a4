// K1, K2: each operation on the values where operations go wrong, against its definition in words and against semantics.ts.

import { describe, expect, it } from "vitest";
import {
  arrayParameter,
  arrayRef,
  binary,
  bitcast,
  compare,
  convert,
  gridProgram,
  int,
  scalar,
  scalarParameter,
  store,
  unary,
} from "../../src/ir/builder.js";
import type { BinaryOperator, Compare, ElementType, Expression, UnaryOperator, ValueType } from "../../src/ir/ir.js";
import {
  binaryFunction,
  bitcastFunction,
  compareFunction,
  convertFunction,
  unaryFunction,
} from "../../src/ir/semantics.js";
import { verifyProgram } from "../../src/ir/verifier.js";
import { runProgram } from "../../src/simulate/index.js";
import { newTypedArray } from "../../src/simulate/typed-array.js";

const fround = Math.fround;
const floats = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  0.1,
  3e9,
  -3e9,
  2147483648,
  4294967295,
  1e30,
  5e-324,
  1e-45,
  1.17549421e-38,
  3.4028234663852886e38,
  2 ** 52 + 0.5,
  Infinity,
  -Infinity,
  NaN,
];
const samples: Record<ValueType, readonly number[]> = {
  bool: [0, 1],
  int32: [0, 1, -1, 2, -2, 7, -7, 31, 32, 33, 0x7fffffff, -0x80000000, -0x7fffffff, 65536, 123456789],
  uint32: [0, 1, 2, 7, 31, 32, 33, 0x7fffffff, 0x80000000, 0xffffffff, 65537],
  float32: floats.map(fround),
  float64: floats,
};
const valueTypes = Object.keys(samples) as ValueType[];
const binaryOperators: BinaryOperator[] = [
  "add",
  "subtract",
  "multiply",
  "divide",
  "floorDivide",
  "remainder",
  "min",
  "max",
  "and",
  "or",
  "xor",
  "shiftLeft",
  "shiftRight",
];
const unaryOperators: UnaryOperator[] = [
  "negate",
  "not",
  "complement",
  "abs",
  "sqrt",
  "floor",
  "ceil",
  "trunc",
  "round",
  "countLeadingZeros",
];
const comparisons: Compare["operator"][] = ["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"];

function evaluate(expression: Expression, scalars: readonly (readonly [ValueType, number])[]): number {
  const program = gridProgram(
    {
      arrays: [arrayParameter("result", expression.type as ElementType, "write")],
      scalars: scalars.map(([type], i) => scalarParameter(`s${i}`, type)),
    },
    [store(arrayRef(0), int(0), expression)],
  );
  verifyProgram(program);
  const result = newTypedArray(expression.type, 1);
  runProgram({ program, grid: [1, 1, 1], arrays: [result], scalars: scalars.map(([, value]) => value) });
  return result[0] as number;
}

describe("operations of the simulator", () => {
  for (const type of valueTypes) {
    for (const operator of binaryOperators) {
      const compute = binaryFunction(operator, type);
      if (compute === undefined) continue;
      it(`${operator} on ${type} is its definition`, () => {
        for (const a of samples[type]) {
          for (const b of samples[type]) {
            const found = evaluate(binary(operator, scalar(type, 0), scalar(type, 1)), [
              [type, a],
              [type, b],
            ]);
            expect(found, `${a} ${operator} ${b}`).toBe(compute(a, b));
          }
        }
      });
    }
    it(`comparisons of ${type} are JavaScript's`, () => {
      for (const operator of comparisons) {
        if (type === "bool" && operator !== "equal" && operator !== "notEqual") continue;
        for (const a of samples[type]) {
          for (const b of samples[type]) {
            const found = evaluate(compare(operator, scalar(type, 0), scalar(type, 1)), [
              [type, a],
              [type, b],
            ]);
            expect(found, `${a} ${operator} ${b}`).toBe(compareFunction(operator)(a, b));
          }
        }
      }
    });
    it(`operations on one ${type} are their definitions`, () => {
      for (const operator of unaryOperators) {
        const compute = unaryFunction(operator, type);
        for (const a of compute === undefined ? [] : samples[type]) {
          expect(evaluate(unary(operator, scalar(type, 0)), [[type, a]]), `${operator} ${a}`).toBe(compute!(a));
        }
      }
    });
    it(`conversions of ${type} are JavaScript's`, () => {
      for (const to of valueTypes) {
        for (const a of samples[type]) {
          expect(evaluate(convert(to, scalar(type, 0)), [[type, a]]), `${to}(${a})`).toBe(convertFunction(to)(a));
        }
      }
    });
  }

  it("bits of 32-bit values go over unchanged", () => {
    const words = ["int32", "uint32", "float32"] as const;
    for (const from of words) {
      for (const to of words) {
        for (const a of samples[from]) {
          expect(evaluate(bitcast(to, scalar(from, 0)), [[from, a]])).toBe(bitcastFunction(from, to)(a));
        }
      }
    }
    expect(evaluate(bitcast("uint32", scalar("float32", 0)), [["float32", -0]])).toBe(0x80000000);
  });
});

describe("the definitions", () => {
  const on = (operator: BinaryOperator, type: ValueType, a: number, b: number) => binaryFunction(operator, type)!(a, b);

  it("divide by zero, and the smallest integer by −1, as ir.ts says", () => {
    expect(on("divide", "int32", 5, 0)).toBe(0);
    expect(on("remainder", "int32", 5, 0)).toBe(0);
    expect(on("divide", "uint32", 5, 0)).toBe(0);
    expect(on("divide", "int32", -(2 ** 31), -1)).toBe(-(2 ** 31));
    expect(on("remainder", "int32", -(2 ** 31), -1)).toBe(0);
    expect(on("floorDivide", "int32", -7, 2)).toBe(-4);
    expect(on("floorDivide", "int32", 7, 0)).toBe(0);
    expect(on("divide", "float32", 1, -0)).toBe(-Infinity);
  });

  it("wrap integers and round float32 after each operation", () => {
    expect(on("add", "int32", 2 ** 31 - 1, 1)).toBe(-(2 ** 31));
    expect(on("multiply", "uint32", 0xffffffff, 0xffffffff)).toBe(1);
    expect(on("add", "float32", fround(16777216), 1)).toBe(16777216);
    expect(on("shiftLeft", "int32", 1, 33)).toBe(2);
    expect(on("shiftRight", "uint32", 0x80000000, 31)).toBe(1);
  });

  it("keep NaN and −0 in min, max and round", () => {
    expect(on("min", "float32", NaN, 1)).toBe(NaN);
    expect(on("max", "float64", -0, 0)).toBe(0);
    expect(on("min", "float64", 0, -0)).toBe(-0);
    expect(unaryFunction("round", "float64")!(-0.2)).toBe(-0);
    expect(unaryFunction("round", "float64")!(2.5)).toBe(3);
    expect(unaryFunction("abs", "int32")!(-(2 ** 31))).toBe(-(2 ** 31));
  });

  it("convert floats to integers modulo 2^32", () => {
    expect(convertFunction("int32")(3e9)).toBe(3e9 - 2 ** 32);
    expect(convertFunction("uint32")(-1.5)).toBe(0xffffffff);
    expect(convertFunction("int32")(NaN)).toBe(0);
    expect(convertFunction("bool")(NaN)).toBe(0);
    expect(convertFunction("bool")(-0)).toBe(0);
  });
});
