// Walking over expressions and statements.

import type { Expression, Statement } from "@everycore/kernel/ir";

const none: readonly Expression[] = [];

/** The expressions that an expression is directly made of. */
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
      return none;
  }
}

/** The same expression with other operands. */
export function mapExpression(expression: Expression, map: (operand: Expression) => Expression): Expression {
  switch (expression.op) {
    case "load":
      return { ...expression, index: map(expression.index) };
    case "unary":
    case "convert":
    case "bitcast":
      return { ...expression, value: map(expression.value) };
    case "binary":
    case "compare":
    case "logical":
      return { ...expression, left: map(expression.left), right: map(expression.right) };
    case "select": {
      const { condition, then, otherwise } = expression;
      return { ...expression, condition: map(condition), then: map(then), otherwise: map(otherwise) };
    }
    case "call":
      return { ...expression, arguments: expression.arguments.map(map) };
    default:
      return expression;
  }
}

/** Whether `test` holds for the expression or any part of it. */
export function someExpression(expression: Expression, test: (part: Expression) => boolean): boolean {
  return test(expression) || operandsOf(expression).some((operand) => someExpression(operand, test));
}

/** The expressions that a statement itself evaluates (not those of the statements inside of it). */
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
      return none;
  }
}

/** The lists of statements inside of a statement. */
export function listsOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case "if":
      return [statement.then, statement.otherwise];
    case "loop":
      return [statement.body, statement.update];
    case "block":
      return [statement.body];
    default:
      return [];
  }
}

/** Calls `visit` for every statement, outer ones before those inside; `loops` counts the loops around it. */
export function eachStatement(
  list: readonly Statement[],
  visit: (statement: Statement, loops: number) => void,
  loops = 0,
): void {
  for (const statement of list) {
    visit(statement, loops);
    const inside = statement.kind === "loop" ? loops + 1 : loops;
    for (const inner of listsOf(statement)) eachStatement(inner, visit, inside);
  }
}

/** Whether `test` holds for any statement, at any depth. */
export function someStatement(list: readonly Statement[], test: (statement: Statement) => boolean): boolean {
  return list.some((statement) => test(statement) || listsOf(statement).some((inner) => someStatement(inner, test)));
}

/** The local that a statement itself sets, if it sets one. */
export function targetOf(statement: Statement): number | undefined {
  if (statement.kind === "set") return statement.local;
  if (statement.kind === "atomic" || statement.kind === "random") return statement.target;
  return undefined;
}

/** Whether the statement itself changes memory. */
export function writesMemory(statement: Statement): boolean {
  return statement.kind === "store" || statement.kind === "atomic";
}
