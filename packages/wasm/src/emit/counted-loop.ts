// Small inner loops that count up by one, such as `for (let i = a; i < b; i++) bins[values[i]]++`. As long as at least
// UNROLLED rounds are left, and every index up to the end is known to lie inside the arrays that the counter indexes, the
// rounds are done UNROLLED at a time without tests. The loop as it was written does the rest.

import {
  type ArrayRef,
  type Expression,
  expressionsOf,
  type Loop,
  type Statement,
  targetOf,
} from "@everycore/kernel/ir";
import { scalarCost } from "./cost.js";
import { eachStatement, someExpression, someStatement } from "./expression-tree.js";

/** Rounds that are done in a row. */
export const UNROLLED = 4;

/** A body that costs more gains little. */
const LARGEST = 40;

/** A loop `while (counter < end) { …; counter += 1 }` in which nothing else changes the counter or the end. */
export interface CountedLoop {
  /** The local that counts, an int32. */
  readonly counter: number;
  /** The int32 that it stays below. */
  readonly end: Expression;
  /** The arrays that are indexed with the counter itself. */
  readonly arrays: readonly ArrayRef[];
}

/** What the loop counts, if it is small and counts. */
export function countedLoop({ condition, body, update }: Loop): CountedLoop | undefined {
  const border = borderOf(condition);
  const counter = update.length === 1 ? countedBy(update[0] as Statement) : undefined;
  if (border === undefined || counter === undefined || border.counter !== counter) return undefined;
  if (someStatement(body, ({ kind }) => kind === "loop") || scalarCost(body) > LARGEST) return undefined;
  const changed = new Set<number | undefined>();
  eachStatement(body, (statement) => changed.add(targetOf(statement)));
  if (changed.has(counter)) return undefined;
  changed.add(counter);
  const mayChange = (part: Expression) => part.op === "load" || (part.op === "local" && changed.has(part.id));
  if (someExpression(border.end, mayChange)) return undefined;
  return { counter, end: border.end, arrays: indexedBy(counter, body) };
}

function borderOf(condition: Expression): { counter: number; end: Expression } | undefined {
  if (condition.op !== "compare" || condition.left.type !== "int32") return undefined;
  const { operator, left, right } = condition;
  if (operator === "less" && left.op === "local") return { counter: left.id, end: right };
  if (operator === "greater" && right.op === "local") return { counter: right.id, end: left };
  return undefined;
}

/** The local to which the statement adds 1. */
function countedBy(statement: Statement): number | undefined {
  if (statement.kind !== "set" || statement.value.op !== "binary" || statement.value.operator !== "add")
    return undefined;
  const { left, right, type } = statement.value;
  const isCounter = (side: Expression) => side.op === "local" && side.id === statement.local;
  const isOne = (side: Expression) => side.op === "constant" && side.value === 1;
  const counts = (isCounter(left) && isOne(right)) || (isOne(left) && isCounter(right));
  return counts && type === "int32" ? statement.local : undefined;
}

function indexedBy(counter: number, body: readonly Statement[]): ArrayRef[] {
  const found = new Map<string, ArrayRef>();
  const use = (array: ArrayRef, index: Expression) => {
    if (index.op === "local" && index.id === counter) found.set(`${array.space}${array.index}`, array);
  };
  const look = (expression: Expression) => {
    if (expression.op === "load") use(expression.array, expression.index);
    return false;
  };
  eachStatement(body, (statement) => {
    if (statement.kind === "store" || statement.kind === "atomic") use(statement.array, statement.index);
    for (const expression of expressionsOf(statement)) someExpression(expression, look);
  });
  return [...found.values()];
}
