// The shape of an expression, from the shapes of locals. See shapes.ts for what a shape is.

import type { Binary, Expression, Select, Statement } from "@everycore/kernel/ir";
import type { Speculation } from "./speculation.js";

/** The step from lane to lane, or {@link VARYING}. */
export type Shape = number;

/** No constant step. */
export const VARYING: Shape = Number.POSITIVE_INFINITY;

/** Steps beyond this are not worth keeping, and could overflow in addresses. */
const MAX_STEP = 1 << 16;

export class ShapeRules {
  private readonly localShape: (id: number) => Shape;
  private readonly speculation: Speculation;
  private readonly known = new Map<Expression, Shape>();

  constructor(localShape: (id: number) => Shape, speculation: Speculation) {
    this.localShape = localShape;
    this.speculation = speculation;
  }

  /** From here on, expressions are those of `statement`: what may be speculated on depends on it. */
  enter(statement: Statement): void {
    this.known.clear();
    this.speculation.enter(statement);
  }

  shapeOf(expression: Expression): Shape {
    let shape = this.known.get(expression);
    if (shape === undefined) {
      shape = this.derive(expression);
      this.known.set(expression, shape);
    }
    return shape;
  }

  private derive(expression: Expression): Shape {
    switch (expression.op) {
      case "constant":
      case "scalar":
      case "length":
        return 0;
      case "local":
        return this.localShape(expression.id);
      case "thread":
        return expression.axis === 0 && (expression.what === "global" || expression.what === "local") ? 1 : 0;
      case "load":
        return this.uniformOrVarying(expression.index);
      case "unary":
        return expression.operator === "negate" && isInteger(expression)
          ? step(-this.shapeOf(expression.value))
          : this.uniformOrVarying(expression.value);
      case "binary":
        return this.binary(expression);
      case "compare":
        if (this.speculation.isCoherent(expression, this)) return 0;
        return this.uniformOrVarying(expression.left, expression.right);
      case "logical":
        return this.uniformOrVarying(expression.left, expression.right);
      case "select":
        return this.select(expression);
      case "convert":
      case "bitcast":
        return isInteger(expression) && isInteger(expression.value)
          ? this.shapeOf(expression.value)
          : this.uniformOrVarying(expression.value);
      case "call":
        return this.uniformOrVarying(...expression.arguments);
    }
  }

  private uniformOrVarying(...operands: readonly Expression[]): Shape {
    return operands.every((operand) => this.shapeOf(operand) === 0) ? 0 : VARYING;
  }

  private binary(expression: Binary): Shape {
    const { left, right, operator } = expression;
    const [a, b] = [this.shapeOf(left), this.shapeOf(right)];
    if (a === 0 && b === 0) return 0;
    if (!isInteger(expression) || a === VARYING || b === VARYING) return VARYING;
    if (operator === "add") return step(a + b);
    if (operator === "subtract") return step(a - b);
    if (operator === "multiply" && right.op === "constant") return step(a * right.value);
    if (operator === "multiply" && left.op === "constant") return step(b * left.value);
    if (operator === "shiftLeft" && right.op === "constant") return step(a * 2 ** (right.value & 31));
    return this.speculation.binaryShape(expression, this);
  }

  private select(expression: Select): Shape {
    if (this.shapeOf(expression.condition) !== 0) return VARYING;
    const [then, otherwise] = [this.shapeOf(expression.then), this.shapeOf(expression.otherwise)];
    if (then === otherwise) return then;
    return this.speculation.selectShape(expression, then, otherwise);
  }
}

function step(value: number): Shape {
  return Math.abs(value) <= MAX_STEP ? value + 0 : VARYING;
}

/** Whether a value has 32 bits that wrap. */
function isInteger(expression: Expression): boolean {
  return expression.type === "int32" || expression.type === "uint32";
}
