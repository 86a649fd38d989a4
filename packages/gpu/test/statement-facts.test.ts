import type { Expression, Statement } from "@everycore/kernel/ir";
import { describe, expect, it } from "vitest";
import { escapesOf, hasBarrier, hasRandom, isJump } from "../src/statement-facts.js";

const always: Expression = { op: "constant", type: "bool", value: true } as never;
const leave = (label: number): Statement => ({ kind: "leave", label });
const next = (label: number): Statement => ({ kind: "next", label });
const loop = (label: number, body: readonly Statement[], update: readonly Statement[] = []): Statement => {
  return { kind: "loop", label, condition: always, body, update };
};
const when = (then: readonly Statement[], otherwise: readonly Statement[] = []): Statement => {
  return { kind: "if", condition: always, then, otherwise };
};

describe("escapesOf", () => {
  it("names the jumps that leave a list, and not those that end inside", () => {
    const inner = loop(2, [when([leave(2)], [next(2)]), when([leave(1)], [{ kind: "return" }])]);
    expect(escapesOf([inner])).toEqual(new Set(["leave 1", "return"]));
    expect(escapesOf([loop(1, [inner])])).toEqual(new Set(["return"]));
  });

  it("looks into the update of a loop, and into blocks", () => {
    expect(escapesOf([loop(1, [], [when([leave(1), leave(7)])])])).toEqual(new Set(["leave 7"]));
    expect(escapesOf([{ kind: "block", label: 3, body: [leave(3), next(9)] }])).toEqual(new Set(["next 9"]));
  });
});

describe("what is in a statement", () => {
  const deep = (statement: Statement): Statement =>
    when([], [loop(1, [{ kind: "block", label: 2, body: [statement] }])]);

  it("is found however deep it is", () => {
    expect(hasBarrier(deep({ kind: "barrier" }))).toBe(true);
    expect(hasBarrier(deep({ kind: "random", target: 0 }))).toBe(false);
    expect(hasRandom([deep({ kind: "random", target: 0 })])).toBe(true);
    expect(hasRandom([deep({ kind: "barrier" })])).toBe(false);
  });

  it("is a jump where nothing can follow", () => {
    expect([leave(1), next(1), { kind: "return" } as const].every(isJump)).toBe(true);
    expect([{ kind: "barrier" } as const, loop(1, [])].some(isJump)).toBe(false);
  });
});
