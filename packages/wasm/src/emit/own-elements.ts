// Most programs read and write, for each thread, the element at the thread's own place: `x[thread.x]`. That all eight threads of a
// strip find theirs need not be tested strip by strip: strips go up to the end of the shortest such array, and no further.
//
// Only accesses that every thread makes count: a short array that is used behind a condition must not shorten the strips.

import { type ArrayRef, type Expression, expressionsOf, operandsOf, type Statement } from "@everycore/kernel/ir";
import type { Bindings } from "./bindings.js";
import type { FunctionBuilder } from "./function-builder.js";

/** Parameter arrays of which every thread uses the element at its own place along x. */
export type OwnElements = ReadonlySet<number>;

/** Whether `index` is the thread's place along x. */
export function isOwnPlace(index: Expression): boolean {
  return index.op === "thread" && index.what === "global" && index.axis === 0;
}

/** The arrays of the statements before the first that branches. */
export function ownElementsOf(body: readonly Statement[]): OwnElements {
  const found = new Set<number>();
  for (const statement of body) {
    if (statement.kind !== "set" && statement.kind !== "store") break;
    if (statement.kind === "store") add(found, statement.array, statement.index);
    for (const expression of expressionsOf(statement)) collect(found, expression);
  }
  return found;
}

function collect(found: Set<number>, expression: Expression): void {
  if (expression.op === "select" || expression.op === "logical") return;
  if (expression.op === "load") add(found, expression.array, expression.index);
  for (const operand of operandsOf(expression)) collect(found, operand);
}

function add(found: Set<number>, { space, index: array }: ArrayRef, index: Expression): void {
  if (space === "parameter" && isOwnPlace(index)) found.add(array);
}

/** Puts the smaller of `end` and the lengths of the arrays into a new local; `end` itself if there are none. */
export function endOfStrips(fn: FunctionBuilder, bindings: Bindings, arrays: OwnElements, end: number): number {
  if (arrays.size === 0) return end;
  const shortest = fn.local("i32");
  fn.get(end);
  fn.set(shortest);
  for (const index of arrays) {
    const length = bindings.length({ space: "parameter", index });
    fn.get(shortest);
    fn.get(length);
    fn.get(shortest);
    fn.get(length);
    fn.op("i32.lt_s");
    fn.op("select");
    fn.set(shortest);
  }
  return shortest;
}
