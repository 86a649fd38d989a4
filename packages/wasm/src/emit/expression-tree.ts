// Walking over expressions and statements.

import { type Expression, listsOf, operandsOf, type Statement } from "@everycore/kernel/ir";

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

/** Whether the statement itself changes memory. */
export function writesMemory(statement: Statement): boolean {
  return statement.kind === "store" || statement.kind === "atomic";
}
