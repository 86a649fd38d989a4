// Which arrays a list of statements reads and writes.

import { listsOf } from "@everycore/gpu";
import type { Expression, Statement } from "@everycore/kernel/ir";

/** The arrays, by their numbers, that are loaded from. */
export function loadsOf(list: readonly Statement[]): Set<number> {
  const found = new Set<number>();
  visitStatements(list, (statement) => {
    for (const value of expressionsOf(statement)) visit(value, found);
  });
  return found;
}

/** The arrays, by their numbers, that are stored to. */
export function storesOf(list: readonly Statement[]): Set<number> {
  const found = new Set<number>();
  visitStatements(list, (statement) => {
    if (statement.kind === "store" && statement.array.space === "parameter") found.add(statement.array.index);
  });
  return found;
}

/** Visits every statement, also those inside of others. */
export function visitStatements(list: readonly Statement[], visitor: (statement: Statement) => void): void {
  for (const statement of list) {
    visitor(statement);
    for (const inner of listsOf(statement)) visitStatements(inner, visitor);
  }
}

function visit(value: Expression, found: Set<number>): void {
  if (value.op === "load" && value.array.space === "parameter") found.add(value.array.index);
  for (const operand of operandsOf(value)) visit(operand, found);
}

function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case "set":
      return [statement.value];
    case "store":
      return [statement.index, statement.value];
    case "atomic":
      return [statement.index, statement.value, ...(statement.expected ? [statement.expected] : [])];
    case "if":
    case "loop":
      return [statement.condition];
    default:
      return [];
  }
}

function operandsOf(value: Expression): readonly Expression[] {
  switch (value.op) {
    case "load":
      return [value.index];
    case "unary":
    case "convert":
    case "bitcast":
      return [value.value];
    case "binary":
    case "compare":
    case "logical":
      return [value.left, value.right];
    case "select":
      return [value.condition, value.then, value.otherwise];
    case "call":
      return value.arguments;
    default:
      return [];
  }
}
