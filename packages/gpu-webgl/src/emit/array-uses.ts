// Which arrays a list of statements reads and writes.

import { type Expression, expressionsOf, listsOf, operandsOf, type Statement } from "@everycore/kernel/ir";

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
