// Histograms: an array that a program only adds to, atomically, without looking at what was there. If it is short and the range
// of threads long, a call of `run` counts in a copy of its own, with plain additions, and adds the copy to the array in the end.
// Atomic additions of several workers to the same cache lines are tens of times slower.

import { type Atomic, type Expression, expressionsOf, type Statement } from "@everycore/kernel/ir";
import { emitAtomic } from "./atomics.js";
import { type Bindings, SCRATCH } from "./bindings.js";
import { eachStatement, someExpression } from "./expression-tree.js";
import type { LoweredProgram } from "./lowered.js";

/** Elements of the longest array that is copied. */
const LONGEST = 4096;

/** A copy is made if there are this many times more threads than elements. */
const WORTH = 2;

/** Locals that say whether an array has a copy in this call, and where. */
export interface PrivateArray {
  readonly active: number;
  readonly base: number;
}

/** Numbers of the arrays that may have private copies. */
function privateCandidates({ body, source }: LoweredProgram): number[] {
  const added = new Set<number>();
  const used = new Set<number>();
  const look = (expression: Expression): boolean => {
    if (expression.op === "load" && expression.array.space === "parameter") used.add(expression.array.index);
    return false;
  };
  eachStatement(body, (statement) => {
    for (const expression of expressionsOf(statement)) someExpression(expression, look);
    if (statement.kind !== "store" && statement.kind !== "atomic") return;
    if (statement.array.space === "parameter") (onlyAdds(statement) ? added : used).add(statement.array.index);
  });
  return source.arrays.flatMap((_, index) => (added.has(index) && !used.has(index) ? [index] : []));
}

function onlyAdds(statement: Statement): statement is Atomic {
  if (statement.kind !== "atomic" || statement.target !== undefined) return false;
  return statement.operator === "add" || statement.operator === "subtract";
}

/** Scratch memory for the copies. */
export function privateBytes(lowered: LoweredProgram): number {
  return 4 * LONGEST * privateCandidates(lowered).length;
}

/** Makes and clears the copies; `from` and `to` are locals with the range of threads. */
export function openPrivateArrays(bindings: Bindings, from: number, to: number): void {
  for (const [i, index] of privateCandidates(bindings.lowered).entries()) {
    const copy = { active: bindings.fn.local("i32"), base: bindings.fn.local("i32") };
    bindings.privateArrays.set(index, copy);
    open(bindings, index, copy, 4 * LONGEST * i, [from, to]);
  }
}

function open(
  bindings: Bindings,
  index: number,
  copy: PrivateArray,
  offset: number,
  range: readonly [number, number],
): void {
  const { fn } = bindings;
  const length = bindings.length({ space: "parameter", index });
  fn.get(SCRATCH);
  fn.i32(offset);
  fn.op("i32.add");
  fn.set(copy.base);
  fn.get(length);
  fn.i32(LONGEST);
  fn.op("i32.le_u");
  fn.get(range[1]);
  fn.get(range[0]);
  fn.op("i32.sub");
  fn.get(length);
  fn.i32(WORTH);
  fn.op("i32.mul");
  fn.op("i32.ge_u");
  fn.op("i32.and");
  fn.tee(copy.active);
  fn.if();
  fn.get(copy.base);
  fn.i32(0);
  fn.get(length);
  fn.i32(2);
  fn.op("i32.shl");
  fn.op("memory.fill", 0);
  fn.end();
}

/** Adds the copies to their arrays. */
export function closePrivateArrays(bindings: Bindings): void {
  for (const [index, copy] of bindings.privateArrays) {
    bindings.fn.get(copy.active);
    bindings.fn.if();
    flush(bindings, index, copy);
    bindings.fn.end();
  }
  bindings.privateArrays.clear();
}

function flush(bindings: Bindings, index: number, copy: PrivateArray): void {
  const { fn } = bindings;
  const array = { space: "parameter", index } as const;
  const type = bindings.element(array) === "float32" ? "float32" : "int32";
  const wasm = type === "float32" ? "f32" : "i32";
  const [base, length] = [bindings.base(array), bindings.length(array)];
  const [i, value] = [fn.local("i32"), fn.local(wasm)];
  fn.i32(0);
  fn.set(i);
  fn.within((done) => {
    const again = fn.loop();
    fn.get(i);
    fn.get(length);
    fn.op("i32.ge_u");
    fn.brIf(done);
    fn.get(copy.base);
    fn.get(i);
    fn.i32(2);
    fn.op("i32.shl");
    fn.op("i32.add");
    fn.op(`${wasm}.load`, 2, 0);
    fn.tee(value);
    if (wasm === "f32") fn.f32(0);
    else fn.i32(0);
    fn.op(`${wasm}.ne`);
    fn.if();
    emitAtomic(fn, { operator: "add", type, contended: true }, base, length, { index: i, value, expected: undefined });
    fn.op("drop");
    fn.end();
    fn.get(i);
    fn.i32(1);
    fn.op("i32.add");
    fn.set(i);
    fn.br(again);
    fn.end();
  });
}
