import { describe, expect, it } from "vitest";
import {
  add,
  arrayParameter,
  arrayRef,
  binary,
  constant,
  convert,
  int,
  LocalList,
  load,
  multiply,
  reductionProgram,
  set,
  thread,
} from "../../../kernel/src/ir/builder.js";
import type {
  BinaryOperator,
  ElementType,
  Expression,
  ReductionProgram,
  ValueType,
} from "../../../kernel/src/ir/ir.js";
import { valueTypeOf } from "../../../kernel/src/ir/ir.js";
import { launch } from "./launch.js";

const sizes = [0, 1, 2, 7, 8, 9, 31, 32, 33, 255, 1000, 4095, 4096, 4097, 10_000, 20_001];

function reduction(
  element: ElementType,
  operator: BinaryOperator,
  identity: number,
  map: (x: Expression) => Expression = (x) => x,
): ReductionProgram {
  const locals = new LocalList();
  const type: ValueType = valueTypeOf(element);
  const value = locals.add("value", type);
  const left = locals.add("left", type);
  const right = locals.add("right", type);
  const combined = locals.add("combined", type);
  return reductionProgram(
    { locals: locals.list, arrays: [arrayParameter("x", element, "read")] },
    {
      map: [set(value, map(load(type, arrayRef(0), thread("global"))))],
      value: value.id,
      combine: [set(combined, binary(operator, left, right))],
      left: left.id,
      right: right.id,
      combined: combined.id,
      identity: constant(type, identity),
    },
  );
}

describe("reductions", () => {
  it.each(sizes)("the sum of %i int32s wraps", (n) => {
    const xs = Int32Array.from({ length: n }, (_, k) => (k * 2654435761) | 0);
    const expected = xs.reduce((sum, x) => (sum + x) | 0, 0);
    const program = reduction("int32", "add", 0);
    expect(launch({ program, grid: [n, 1, 1], arrays: [xs] })).toBe(expected);
  });

  it.each(sizes)(
    "the sum of %i float32s is within the bound of pairwise summation, however the blocks are split",
    (n) => {
      const xs = Float32Array.from({ length: n }, (_, k) => Math.sin(k * 12.9898) * 43758.5453 * 0.1);
      const exact = xs.reduce((sum, x) => sum + x, 0);
      const size = xs.reduce((sum, x) => sum + Math.abs(x), 0);
      const program = reduction("float32", "add", 0);
      const sum = launch({ program, grid: [n, 1, 1], arrays: [xs] }) as number;
      expect(Math.abs(sum - exact)).toBeLessThanOrEqual(2 ** -24 * (Math.log2(n + 1) + 16) * size);
      expect(launch({ program, grid: [n, 1, 1], arrays: [xs], chunk: 1 })).toBe(sum);
    },
  );

  it.each(["min", "max"] as const)("%s of float64s finds NaN anywhere", (operator) => {
    const identity = operator === "min" ? Infinity : -Infinity;
    const program = reduction("float64", operator, identity);
    const xs = Float64Array.from({ length: 5000 }, (_, k) => Math.cos(k) * k);
    expect(launch({ program, grid: [5000, 1, 1], arrays: [xs] })).toBe(Math[operator](...xs));
    for (const place of [0, 17, 4095, 4099, 4999]) {
      const with1 = xs.slice();
      with1[place] = NaN;
      expect(launch({ program, grid: [5000, 1, 1], arrays: [with1] })).toBeNaN();
    }
  });

  it("elements beyond the array are 0, and do not change the order of the others", () => {
    const program = reduction("int16", "add", 0, (x) => add(multiply(x, int(2)), int(1)));
    const xs = Int16Array.from({ length: 100 }, (_, k) => k);
    expect(launch({ program, grid: [9000, 1, 1], arrays: [xs] })).toBe(9000 + 2 * 4950);
  });

  it("uint32 products and bools work", () => {
    const xs = Uint32Array.from({ length: 333 }, (_, k) => 2 * k + 1);
    const product = xs.reduce((p, x) => Math.imul(p, x) >>> 0, 1);
    expect(launch({ program: reduction("uint32", "multiply", 1), grid: [333, 1, 1], arrays: [xs] })).toBe(product);
    const flags = new Uint8Array(5000);
    const any = reduction("bool", "or", 0);
    expect(launch({ program: any, grid: [5000, 1, 1], arrays: [flags] })).toBe(0);
    for (const place of [3, 4100, 4999]) {
      const some = flags.slice();
      some[place] = 1;
      expect(launch({ program: any, grid: [5000, 1, 1], arrays: [some] })).toBe(1);
    }
  });

  it("the value may depend on the place", () => {
    const program = reduction("float64", "add", 0, (x) => multiply(x, convert("float64", thread("global"))));
    const xs = Float64Array.from({ length: 6001 }, () => 2);
    expect(launch({ program, grid: [6001, 1, 1], arrays: [xs] })).toBe(6000 * 6001);
  });
});
