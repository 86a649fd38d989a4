// The tests behind speculation (speculation.ts): that the strip does not lie across a border. If it does, the strip gives up
// and its threads are done one by one.
//
// A rising value is `first` in lane 0 and `last` in lane 7, and must not wrap in between.

import { type Binary, type Compare, type Expression, operandsOf, type Select } from "@everycore/kernel/ir";
import type { FunctionBuilder } from "./function-builder.js";
import type { Opcode } from "./opcodes.js";
import type { VectorExpressions } from "./vector-expression.js";

const LAST_LANE = 7;
const comparisons = {
  equal: "eq",
  notEqual: "ne",
  less: "lt",
  lessEqual: "le",
  greater: "gt",
  greaterEqual: "ge",
} as const;

export class Guards {
  private readonly vector: VectorExpressions;

  constructor(vector: VectorExpressions) {
    this.vector = vector;
  }

  private get fn(): FunctionBuilder {
    return this.vector.fn;
  }

  /** Emits the tests that a value needs which is not varying. */
  emit(expression: Expression): void {
    for (const operand of operandsOf(expression)) this.emit(operand);
    if (expression.op === "compare") this.compare(expression);
    else if (expression.op === "binary") this.binary(expression);
    else if (expression.op === "select") this.select(expression);
  }

  private shape(expression: Expression): number {
    return this.vector.shapes.rules.shapeOf(expression);
  }

  private giveUpIf(): void {
    if (this.vector.bail === undefined) throw new Error("A strip cannot give up here: report this, it is a bug.");
    this.fn.brIf(this.vector.bail);
  }

  private save(expression: Expression): number {
    this.vector.scalar.push(expression);
    return this.fn.save("i32");
  }

  /** The value in the last lane; gives up if it wraps on the way. */
  private last(expression: Expression, first: number): number {
    const { fn } = this;
    const step = this.shape(expression) * LAST_LANE;
    fn.get(first);
    fn.i32(step);
    fn.op("i32.add");
    const last = fn.save("i32");
    if (expression.op === "thread") return last;
    fn.get(last);
    fn.get(first);
    fn.op(`i32.${step > 0 ? "lt" : "gt"}_${expression.type === "int32" ? "s" : "u"}`);
    this.giveUpIf();
    return last;
  }

  private compare({ left, right, operator }: Compare): void {
    if (this.shape(left) === 0 && this.shape(right) === 0) return;
    const [rising, fixed] = this.shape(left) === 0 ? [right, left] : [left, right];
    const first = this.save(rising);
    const border = this.save(fixed);
    if (operator === "equal" || operator === "notEqual") return this.noneEqual(rising, first, border);
    const last = this.last(rising, first);
    const order = `i32.${comparisons[operator]}_${left.type === "int32" ? "s" : "u"}` as Opcode;
    for (const end of [first, last]) {
      this.fn.get(rising === left ? end : border);
      this.fn.get(rising === left ? border : end);
      this.fn.op(order);
    }
    this.fn.op("i32.ne");
    this.giveUpIf();
  }

  /** The distance to the border, modulo 2^32, is beyond the last lane's. */
  private noneEqual(rising: Expression, first: number, border: number): void {
    const { fn } = this;
    const reach = this.shape(rising) * LAST_LANE;
    fn.get(reach > 0 ? border : first);
    fn.get(reach > 0 ? first : border);
    fn.op("i32.sub");
    fn.i32(Math.abs(reach));
    fn.op("i32.le_u");
    this.giveUpIf();
  }

  private binary(expression: Binary): void {
    const { operator, left, right } = expression;
    if (this.shape(left) === 0 && this.shape(right) === 0) return;
    if (operator === "min" || operator === "max") this.extreme(expression);
    else if (operator === "divide" || operator === "floorDivide" || operator === "remainder")
      this.division(left, right);
  }

  /** The rising side must win in the first and in the last lane. */
  private extreme({ operator, left, right }: Binary): void {
    const [rising, fixed] = this.shape(left) === 0 ? [right, left] : [left, right];
    const first = this.save(rising);
    const border = this.save(fixed);
    const last = this.last(rising, first);
    for (const end of [first, last]) {
      this.fn.get(end);
      this.fn.get(border);
      this.fn.op(operator === "max" ? "i32.lt_s" : "i32.gt_s");
      this.giveUpIf();
    }
  }

  /** From 0 up, and within one period of a divisor that is above 0. */
  private division(left: Expression, right: Expression): void {
    const { fn } = this;
    const first = this.save(left);
    const divisor = this.save(right);
    for (const [local, least] of [
      [first, 0],
      [divisor, 1],
    ] as const) {
      fn.get(local);
      fn.i32(least);
      fn.op("i32.lt_s");
      this.giveUpIf();
    }
    this.last(left, first);
    fn.get(first);
    fn.get(divisor);
    fn.op("i32.rem_u");
    fn.i32(this.shape(left) * LAST_LANE);
    fn.op("i32.add");
    fn.get(divisor);
    fn.op("i32.ge_u");
    this.giveUpIf();
  }

  /** If only one side rises, it must be the chosen one. */
  private select({ condition, then, otherwise }: Select): void {
    const [a, b] = [this.shape(then), this.shape(otherwise)];
    if (a === b) return;
    this.vector.scalar.push(condition);
    if (a !== 0) this.fn.op("i32.eqz");
    this.giveUpIf();
  }
}
