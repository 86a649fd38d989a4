import type { Expression, Statement } from "@everycore/kernel/ir";
import { describe, expect, it } from "vitest";
import { localsThatMayBeNaN, mayBeNaN } from "../src/may-be-nan.js";

const constant = (value: number, type = "float32"): Expression => ({ op: "constant", type, value }) as never;
const local = (id: number): Expression => ({ op: "local", type: "float32", id }) as never;
const binary = (operator: string, left: Expression, right: Expression): Expression =>
  ({ op: "binary", type: "float32", operator, left, right }) as never;
const set = (id: number, value: Expression): Statement => ({ kind: "set", local: id, value });
const none: ReadonlySet<number> = new Set();

describe("mayBeNaN", () => {
  it("is false for numbers, and for the smaller or larger of two", () => {
    expect(mayBeNaN(constant(1), none)).toBe(false);
    expect(mayBeNaN(constant(Number.NaN), none)).toBe(true);
    expect(mayBeNaN(binary("min", constant(1), local(0)), none)).toBe(false);
    expect(mayBeNaN(binary("min", constant(1), local(0)), new Set([0]))).toBe(true);
  });

  it("is true for sums, as infinities may cancel, and never for integers", () => {
    expect(mayBeNaN(binary("add", constant(1), constant(2)), none)).toBe(true);
    expect(mayBeNaN(constant(1, "int32"), none)).toBe(false);
  });
});

describe("localsThatMayBeNaN", () => {
  it("follows locals through each other, also backwards through a loop", () => {
    const body = [set(1, local(0)), set(0, binary("add", local(2), constant(1))), set(2, constant(0))];
    const loop: Statement = { kind: "loop", label: 1, condition: constant(1, "bool"), body, update: [] };
    expect(localsThatMayBeNaN([[loop]])).toEqual(new Set([0, 1]));
  });

  it("begins with what comes from outside", () => {
    expect(localsThatMayBeNaN([[set(4, local(3))]], [3])).toEqual(new Set([3, 4]));
  });
});
