// A rough price of a body: operations of one thread, in scalar and in vector form. Whichever is cheaper is emitted. Loops
// count as if they ran eight times, branches as if they were always taken.

import { type Expression, expressionsOf, listsOf, operandsOf, type Statement, targetOf } from "@everycore/kernel/ir";
import { VARYING } from "./shape-rules.js";
import type { ShapeAnalysis } from "./shapes.js";

const ROUNDS = 8;
const LANES = 8;
const CALL = 25;
const ATOMIC = 12;

/** Operations of one thread, done alone. */
export function scalarCost(list: readonly Statement[]): number {
  let cost = 0;
  for (const statement of list) {
    let own = statement.kind === "store" ? 3 : statement.kind === "atomic" ? ATOMIC : 1;
    for (const expression of expressionsOf(statement)) own += scalarExpression(expression);
    for (const inner of listsOf(statement)) own += scalarCost(inner);
    cost += statement.kind === "loop" ? ROUNDS * own : own;
  }
  return cost;
}

function scalarExpression(expression: Expression): number {
  let cost = scalarOperation(expression);
  for (const operand of operandsOf(expression)) cost += scalarExpression(operand);
  return cost;
}

function scalarOperation(expression: Expression): number {
  switch (expression.op) {
    case "constant":
    case "local":
    case "scalar":
    case "thread":
    case "length":
    case "bitcast":
      return 0;
    case "load":
      return 3;
    case "call":
      return CALL;
    case "unary":
      return expression.operator === "sqrt" ? 6 : expression.operator === "round" ? 4 : 1;
    case "convert":
      return isFloat(expression.value) && !isFloat(expression) ? 4 : 1;
    case "binary":
      return binaryCost(expression.operator, isFloat(expression));
    default:
      return 1;
  }
}

function binaryCost(operator: string, float: boolean): number {
  if (operator === "remainder") return float ? CALL : 8;
  if (operator === "divide" || operator === "floorDivide") return float ? 4 : 8;
  return (operator === "min" || operator === "max") && float ? 3 : 1;
}

function isFloat({ type }: Expression): boolean {
  return type === "float32" || type === "float64";
}

/** Operations of one thread as an eighth of a strip. */
export function vectorCost(list: readonly Statement[], shapes: ShapeAnalysis): number {
  return new VectorCost(shapes).list(list) / LANES;
}

class VectorCost {
  private readonly shapes: ShapeAnalysis;

  constructor(shapes: ShapeAnalysis) {
    this.shapes = shapes;
  }

  list(list: readonly Statement[]): number {
    let cost = 0;
    for (const statement of list) {
      this.shapes.rules.enter(statement);
      let own = this.own(statement);
      for (const expression of expressionsOf(statement)) own += this.expression(expression);
      for (const inner of listsOf(statement)) own += this.list(inner);
      cost += statement.kind === "loop" ? ROUNDS * own : own;
    }
    return cost;
  }

  private shape(expression: Expression): number {
    return this.shapes.rules.shapeOf(expression);
  }

  private own(statement: Statement): number {
    switch (statement.kind) {
      case "atomic":
        return LANES * (ATOMIC + 6);
      case "store": {
        const step = this.shape(statement.index);
        return step === 1 ? 4 : step === 0 ? 3 : step === VARYING ? LANES * 4 : LANES * 2;
      }
      case "if":
      case "loop":
        return this.shapes.divergent.has(statement) ? 6 : 1;
      default:
        return this.shapes.blends.has(statement) && targetOf(statement) !== undefined ? 6 : 1;
    }
  }

  private expression(expression: Expression): number {
    const varying = this.shape(expression) === VARYING;
    let cost = varying ? this.operation(expression) : scalarOperation(expression);
    for (const operand of operandsOf(expression)) {
      cost += this.expression(operand);
      if (varying && this.shape(operand) !== VARYING && operand.op !== "constant") cost += 1;
    }
    return cost;
  }

  private operation(expression: Expression): number {
    const parts = expression.type === "float64" ? 4 : 2;
    switch (expression.op) {
      case "load": {
        const step = this.shape(expression.index);
        return step === 1 ? 4 : step === VARYING ? LANES * 3 : LANES * 2;
      }
      case "call":
        return LANES * (CALL + 4);
      case "binary":
        return this.binary(expression, parts);
      case "convert":
        return parts * (isFloat(expression.value) && !isFloat(expression) ? 6 : 2);
      case "select":
        return parts * 3;
      case "unary":
        if (expression.operator === "countLeadingZeros") return LANES * 4;
        return parts * scalarOperation(expression);
      default:
        return parts * scalarOperation(expression);
    }
  }

  private binary(expression: Extract<Expression, { op: "binary" }>, parts: number): number {
    const { operator, right } = expression;
    const float = isFloat(expression);
    if (operator === "remainder" && float) return LANES * (CALL + 4);
    if (!float && (operator === "divide" || operator === "floorDivide" || operator === "remainder")) return 40;
    const shift = operator === "shiftLeft" || operator === "shiftRight";
    if (shift && this.shape(right) === VARYING) return LANES * 4;
    return parts * binaryCost(operator, float);
  }
}
