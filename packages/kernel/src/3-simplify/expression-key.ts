// Text that is equal for expressions that are alike, for tables of expressions. Source offsets take no part.

import type { Expression } from "../ir/ir.js";
import { operandsOf } from "../ir/structure.js";

/** Says what a local or a load is at the moment; by default what its number says. */
export interface Versions {
  local(id: number): string;
  load(expression: Extract<Expression, { op: "load" }>): string;
}

const unversioned: Versions = {
  local: (id) => String(id),
  load: () => "",
};

/** The key of an expression. */
export function keyOf(expression: Expression): string {
  const operands = operandsOf(expression);
  const head = headOf(expression, unversioned);
  return operands.length === 0 ? head : `${head}(${operands.map(keyOf).join(",")})`;
}

/** The part of a key that is not of the operands. */
export function headOf(e: Expression, versions: Versions): string {
  switch (e.op) {
    case "constant":
      return `${Object.is(e.value, -0) ? "-0" : e.value}:${e.type}`;
    case "local":
      return `local ${versions.local(e.id)}`;
    case "scalar":
      return `scalar ${e.index}`;
    case "length":
      return `length ${e.array.space} ${e.array.index}`;
    case "thread":
      return `${e.what} ${e.axis}`;
    case "load":
      return `load ${e.array.space} ${e.array.index} ${versions.load(e)}`;
    case "call":
      return `${e.function}:${e.type}`;
    case "convert":
    case "bitcast":
    case "select":
      return `${e.op}:${e.type}`;
    default:
      return `${e.op} ${e.operator}:${e.type}`;
  }
}

/** Whether two expressions are alike, so that they are equal where both are evaluated at one moment. */
export function isSameExpression(a: Expression, b: Expression): boolean {
  if (a === b) return true;
  if (a.op !== b.op || a.type !== b.type) return false;
  if (headOf(a, unversioned) !== headOf(b, unversioned)) return false;
  const others = operandsOf(b);
  return operandsOf(a).every((operand, i) => isSameExpression(operand, others[i] as Expression));
}

/** Whether an expression costs nothing: a register or a literal. */
export function isLeaf(expression: Expression): boolean {
  return operandsOf(expression).length === 0;
}

/** Whether an expression costs so little that it is not worth a local: a leaf, or a leaf and a literal added. */
export function isCheap(e: Expression): boolean {
  if (isLeaf(e)) return true;
  if (e.op === "unary" && e.operator === "not") return isCheap(e.value);
  if (e.op !== "binary" || e.type !== "int32" || (e.operator !== "add" && e.operator !== "subtract")) return false;
  return isLeaf(e.left) && e.right.op === "constant";
}
