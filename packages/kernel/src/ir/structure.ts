// What the nodes of the IR are made of, for everything that walks over it.

import type { Expression, Statement } from "./ir.js";

const noExpressions: readonly Expression[] = [];
const noLists: ReadonlyArray<readonly Statement[]> = [];

/** The direct operands of an expression, in the order of evaluation. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.op) {
    case "load":
      return [expression.index];
    case "unary":
    case "convert":
    case "bitcast":
      return [expression.value];
    case "binary":
    case "compare":
    case "logical":
      return [expression.left, expression.right];
    case "select":
      return [expression.condition, expression.then, expression.otherwise];
    case "call":
      return expression.arguments;
    default:
      return noExpressions;
  }
}

/** The expressions that a statement itself evaluates, not those of the statements inside of it. */
export function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case "set":
      return [statement.value];
    case "store":
      return [statement.index, statement.value];
    case "atomic":
      return statement.expected === undefined
        ? [statement.index, statement.value]
        : [statement.index, statement.value, statement.expected];
    case "if":
    case "loop":
      return [statement.condition];
    default:
      return noExpressions;
  }
}

/** The lists of statements inside of a statement. */
export function listsOf(statement: Statement): ReadonlyArray<readonly Statement[]> {
  switch (statement.kind) {
    case "if":
      return [statement.then, statement.otherwise];
    case "loop":
      return [statement.body, statement.update];
    case "block":
      return [statement.body];
    default:
      return noLists;
  }
}

/** The local that a statement itself sets, if it sets one. */
export function targetOf(statement: Statement): number | undefined {
  if (statement.kind === "set") return statement.local;
  return statement.kind === "atomic" || statement.kind === "random" ? statement.target : undefined;
}
