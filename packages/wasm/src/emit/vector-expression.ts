// Expressions of a strip: eight threads that are neighbours along x. A 32-bit value is two vectors of four lanes, a float64
// four of two; these are its parts. A bool is a mask, all bits of a lane.
//
// Emitting has two steps. `prepare` walks over the expression once and computes what is done for the whole strip at a time
// (loads, values that are the same in all lanes, integer division …) into locals; `part` then pushes one part, operation by
// operation. Values that are not varying stay in scalar locals and are spread over the lanes where they meet varying ones.

import {
  type ArrayRef,
  type Convert,
  type Expression,
  operandsOf,
  type Select,
  type Statement,
  type ValueType,
} from "@everycore/kernel/ir";
import { type Bindings, wasmType } from "./bindings.js";
import type { FunctionBuilder, Label } from "./function-builder.js";
import { Guards } from "./guards.js";
import { isOwnPlace, type OwnElements } from "./own-elements.js";
import { callPerLane, shiftPerLane } from "./per-lane.js";
import { ScalarExpressions } from "./scalar-expression.js";
import { VARYING } from "./shape-rules.js";
import type { ShapeAnalysis } from "./shapes.js";
import type { Speculation } from "./speculation.js";
import { pushConversion } from "./vector-conversion.js";
import { divideIntegers } from "./vector-division.js";
import { loadStrip } from "./vector-memory.js";
import { extremeOf, pushBinary, pushCompare, pushUnary } from "./vector-operator.js";
import { floatsToInts } from "./vector-to-int32.js";

/** Threads of a strip. */
export const STRIP = 8;

/** Locals with the parts of a value. */
export type Parts = readonly number[];

/** Numbers of the parts of a value. */
export function partNumbers(type: ValueType): readonly number[] {
  return type === "float64" ? [0, 1, 2, 3] : [0, 1];
}

export class VectorExpressions {
  readonly fn: FunctionBuilder;
  readonly bindings: Bindings;
  readonly scalar: ScalarExpressions;
  readonly shapes: ShapeAnalysis;
  /** Whether multiplications and additions may be fused in the statement at hand. */
  fusing = false;
  /** Where the strip goes when it gives up; undefined if it may not, at the statement at hand. */
  bail: Label | undefined;
  /** Arrays that are known to have all elements at the places of the strip. */
  own: OwnElements = new Set();
  private readonly speculation: Speculation;
  private readonly guards: Guards;
  private readonly locals = new Map<number, Parts>();
  private readonly staged = new Map<Expression, Parts>();
  private giveUp: Label | undefined;

  constructor(bindings: Bindings, shapes: ShapeAnalysis, speculation: Speculation) {
    this.fn = bindings.fn;
    this.bindings = bindings;
    this.shapes = shapes;
    this.speculation = speculation;
    this.scalar = new ScalarExpressions(bindings, (id) => this.local(id)[0] ?? 0);
    this.guards = new Guards(this);
  }

  /** Whether the strip's elements at `index` are known to be inside of the array. */
  isInside({ space, index: array }: ArrayRef, index: Expression): boolean {
    return space === "parameter" && this.own.has(array) && isOwnPlace(index);
  }

  /** Where a strip goes that gives up. */
  givesUpTo(label: Label): void {
    this.giveUp = label;
  }

  /** From here on, expressions are those of `statement`. */
  enter(statement: Statement): void {
    this.shapes.rules.enter(statement);
    this.staged.clear();
    this.bail = this.speculation.mayGiveUp() ? this.giveUp : undefined;
    const { source, exact } = this.bindings.lowered;
    this.fusing = source.fastMath && this.bindings.features.relaxedSimd && !exact.has(statement);
  }

  /** The WebAssembly locals of a local of the program: its parts, or one scalar (for a constant step, the first lane's). */
  local(id: number): Parts {
    let parts = this.locals.get(id);
    if (parts === undefined) {
      const type = this.bindings.lowered.locals[id]?.type ?? "int32";
      parts = this.shapes.shapeOfLocal(id) === VARYING ? this.temporaries(type) : [this.fn.local(wasmType(type))];
      this.locals.set(id, parts);
    }
    return parts;
  }

  /** Makes a local of the program live in locals that there are already. */
  bind(id: number, parts: Parts): void {
    this.locals.set(id, parts);
  }

  /** New locals for all parts of a value. */
  temporaries(type: ValueType): Parts {
    return partNumbers(type).map(() => this.fn.local("v128"));
  }

  isVarying(expression: Expression): boolean {
    return this.shapes.rules.shapeOf(expression) === VARYING;
  }

  /** Emits what must come before `part` or, for values that are not varying, before `scalar.push`. */
  prepare(expression: Expression): void {
    if (!this.isVarying(expression)) return this.guards.emit(expression);
    if (expression.op === "load") return this.stageLoad(expression);
    for (const operand of operandsOf(expression)) {
      if (isScalarOperand(expression, operand, this)) this.guards.emit(operand);
      else this.prepareVector(operand);
    }
    this.stageWhole(expression);
  }

  /** As `prepare`, for a value that is wanted as a vector in any case. */
  prepareVector(expression: Expression): void {
    if (this.staged.has(expression)) return;
    this.prepare(expression);
    if (!this.isVarying(expression) && expression.op !== "constant")
      this.staged.set(expression, this.spread(expression));
  }

  /** All parts of a prepared value, in locals. */
  parts(expression: Expression): Parts {
    const known = this.staged.get(expression);
    if (known !== undefined) return known;
    if (expression.op === "local" && this.isVarying(expression)) return this.local(expression.id);
    return this.saved(expression.type, (p) => this.part(expression, p));
  }

  /** Pushes part `p` of a prepared value. */
  part(expression: Expression, p: number): void {
    const staged = this.staged.get(expression);
    if (staged !== undefined) return this.fn.get(staged[p] as number);
    this.operation(expression, p);
  }

  /** New locals with what `push` pushes for each part. */
  saved(type: ValueType, push: (p: number) => void): Parts {
    return partNumbers(type).map((p) => {
      push(p);
      return this.fn.save("v128");
    });
  }

  /** Pushes a constant in all lanes. */
  constant(type: ValueType, value: number): void {
    if (type === "float32") this.fn.floats(value);
    else if (type === "float64") this.fn.doubles(value);
    else this.fn.ints(type === "bool" ? -value : value);
  }

  private stageLoad(expression: Extract<Expression, { op: "load" }>): void {
    if (!this.staged.has(expression)) this.staged.set(expression, loadStrip(this, expression));
  }

  /** A scalar with a constant step, spread over the lanes. */
  private spread(expression: Expression): Parts {
    const { fn } = this;
    const shape = this.shapes.rules.shapeOf(expression);
    const { type } = expression;
    if (type === "bool") fn.i32(0);
    this.scalar.push(expression);
    if (type === "bool") fn.op("i32.sub");
    fn.op(type === "float64" ? "f64x2.splat" : type === "float32" ? "f32x4.splat" : "i32x4.splat");
    const all = fn.save("v128");
    if (shape === 0) return partNumbers(type).map(() => all);
    return this.saved(type, (p) => {
      fn.get(all);
      fn.ints(...[0, 1, 2, 3].map((lane) => (4 * p + lane) * shape));
      fn.op("i32x4.add");
    });
  }

  /** What is computed for all parts at once. */
  private stageWhole(expression: Expression): void {
    if (this.staged.has(expression)) return;
    const parts = this.whole(expression);
    if (parts !== undefined) this.staged.set(expression, parts);
    else if (crossesWidths(expression)) this.staged.set(expression, this.parts(expression));
    else if (expression.op === "select" && extremeOf(expression) === undefined) this.stageCondition(expression);
  }

  private stageCondition({ condition, type }: Select): void {
    if (type === "float64" && !this.staged.has(condition)) this.staged.set(condition, this.parts(condition));
  }

  private whole(expression: Expression): Parts | undefined {
    switch (expression.op) {
      case "call":
        return callPerLane(this, expression.function, expression.arguments, expression.type);
      case "unary":
        return expression.operator === "countLeadingZeros" ? shiftPerLane(this, expression) : undefined;
      case "convert":
        return isFloat(expression.value.type) && isInt(expression.type)
          ? floatsToInts(this, expression.value)
          : undefined;
      case "binary": {
        const { operator, left, right, type } = expression;
        if (operator === "remainder" && isFloat(type)) return callPerLane(this, "remainder", [left, right], type);
        if (!isInt(type)) return undefined;
        if (operator === "divide" || operator === "floorDivide" || operator === "remainder") {
          return divideIntegers(this, expression);
        }
        const shift = operator === "shiftLeft" || operator === "shiftRight";
        return shift && this.shapes.rules.shapeOf(right) !== 0 ? shiftPerLane(this, expression) : undefined;
      }
      default:
        return undefined;
    }
  }

  private operation(expression: Expression, p: number): void {
    switch (expression.op) {
      case "constant":
        return this.constant(expression.type, expression.value);
      case "local":
        return this.fn.get(this.local(expression.id)[p] as number);
      case "unary":
        return pushUnary(this, expression, p);
      case "binary":
        return pushBinary(this, expression, p);
      case "compare":
        return pushCompare(this, expression, p);
      case "logical":
        this.part(expression.left, p);
        this.part(expression.right, p);
        return this.fn.op(expression.operator === "and" ? "v128.and" : "v128.or");
      case "select":
        return this.select(expression, p);
      case "convert":
        return pushConversion(this, expression, p);
      case "bitcast":
        return this.part(expression.value, p);
      default:
        throw new Error(`A "${expression.op}" was not prepared: report this, it is a bug.`);
    }
  }

  private select(expression: Select, p: number): void {
    const { condition, then, otherwise, type } = expression;
    const extreme = extremeOf(expression);
    if (extreme !== undefined) {
      this.part(extreme.first, p);
      this.part(extreme.second, p);
      return this.fn.op(extreme.name);
    }
    this.part(then, p);
    this.part(otherwise, p);
    if (type === "float64") this.wideMask((half) => this.part(condition, half), p);
    else this.part(condition, p);
    this.fn.op("v128.bitselect");
  }

  /** Pushes the mask for part `p` of a float64 value, from the mask of 32-bit lanes that `push` pushes. */
  wideMask(push: (half: number) => void, p: number): void {
    push(p >> 1);
    this.fn.op(p & 1 ? "i64x2.extend_high_i32x4_s" : "i64x2.extend_low_i32x4_s");
  }

  /** Pushes part `p` (of a value of the given type) of a mask that is in locals. */
  mask(mask: Parts, type: ValueType, p: number): void {
    if (type === "float64") this.wideMask((half) => this.fn.get(mask[half] as number), p);
    else this.fn.get(mask[p] as number);
  }
}

/** A shift by the same count in all lanes takes the count as a scalar. */
function isScalarOperand(expression: Expression, operand: Expression, vector: VectorExpressions): boolean {
  if (expression.op !== "binary" || operand !== expression.right || operand === expression.left) return false;
  const shift = expression.operator === "shiftLeft" || expression.operator === "shiftRight";
  return shift && vector.shapes.rules.shapeOf(operand) === 0;
}

function crossesWidths(expression: Expression): boolean {
  return expression.op === "convert" && isWide(expression) !== isWide(expression.value) && expression.type !== "bool";
}

function isWide({ type }: Pick<Convert, "type">): boolean {
  return type === "float64";
}

/** float32 or float64. */
export function isFloat(type: ValueType): boolean {
  return type === "float32" || type === "float64";
}

/** int32 or uint32. */
export function isInt(type: ValueType): boolean {
  return type === "int32" || type === "uint32";
}
