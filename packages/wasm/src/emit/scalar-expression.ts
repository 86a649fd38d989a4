// Expressions of one thread, on WebAssembly's stack. The vector body uses the same code for values that are the same in all
// lanes, and for the first lane of values with a constant step.

import type {
  ArrayRef,
  Binary,
  Compare,
  Convert,
  Expression,
  Load,
  Select,
  Unary,
  ValueType,
} from "@everycore/kernel/ir";
import { type Bindings, shiftOf, wasmType } from "./bindings.js";
import type { CountedLoop } from "./counted-loop.js";
import { someExpression } from "./expression-tree.js";
import type { FunctionBuilder } from "./function-builder.js";
import { largestIndex } from "./index-range.js";
import { emitIntegerDivision } from "./integer-division.js";
import { callMath } from "./math-import.js";
import type { Opcode } from "./opcodes.js";
import { emitToInt32 } from "./to-int32.js";

const loads = {
  float32: "f32.load",
  float64: "f64.load",
  int8: "i32.load8_s",
  uint8: "i32.load8_u",
  int16: "i32.load16_s",
  uint16: "i32.load16_u",
  int32: "i32.load",
  uint32: "i32.load",
  bool: "i32.load8_u",
} as const;

const integerOperators: Partial<Record<Binary["operator"], Opcode>> = {
  add: "i32.add",
  subtract: "i32.sub",
  multiply: "i32.mul",
  and: "i32.and",
  or: "i32.or",
  xor: "i32.xor",
  shiftLeft: "i32.shl",
};

const floatOperators: Partial<Record<Binary["operator"], string>> = {
  add: "add",
  subtract: "sub",
  multiply: "mul",
  divide: "div",
  min: "min",
  max: "max",
};

const comparisons = {
  equal: "eq",
  notEqual: "ne",
  less: "lt",
  lessEqual: "le",
  greater: "gt",
  greaterEqual: "ge",
} as const;

export class ScalarExpressions {
  private readonly fn: FunctionBuilder;
  private readonly bindings: Bindings;
  private readonly localOf: (id: number) => number;
  /** The loop around this code, if its counter is known to lie inside the arrays that it indexes. */
  within: CountedLoop | undefined;

  /** `localOf` gives the WebAssembly local of a local of the program. */
  constructor(bindings: Bindings, localOf: (id: number) => number) {
    this.fn = bindings.fn;
    this.bindings = bindings;
    this.localOf = localOf;
  }

  /** Pushes the value. */
  push(expression: Expression): void {
    const { fn } = this;
    switch (expression.op) {
      case "constant":
        return this.constant(expression.type, expression.value);
      case "local":
        return fn.get(this.localOf(expression.id));
      case "scalar":
        return fn.get(this.bindings.scalar(expression));
      case "length":
        return fn.get(this.bindings.length(expression.array));
      case "thread":
        return fn.get(this.bindings.thread(expression));
      case "load":
        return this.load(expression);
      case "unary":
        return this.unary(expression);
      case "binary":
        return this.binary(expression);
      case "compare":
        return this.compare(expression);
      case "logical":
        return this.logical(expression.operator, expression.left, expression.right);
      case "select":
        return this.select(expression);
      case "convert":
        return this.convert(expression);
      case "bitcast":
        return this.bitcast(expression.value, expression.type);
      case "call":
        for (const argument of expression.arguments) this.asDouble(argument);
        callMath(this.bindings.module, fn, expression.function);
        return expression.type === "float32" ? fn.op("f32.demote_f64") : undefined;
    }
  }

  constant(type: ValueType, value: number): void {
    if (type === "float32") this.fn.f32(value);
    else if (type === "float64") this.fn.f64(value);
    else this.fn.i32(value);
  }

  private load({ array, index, type }: Load): void {
    const { fn, bindings } = this;
    const element = bindings.element(array);
    const inside = this.isInside(array, index);
    this.push(index);
    const place = fn.save("i32");
    if (!inside) {
      fn.get(place);
      fn.get(bindings.length(array));
      fn.op("i32.lt_u");
      fn.if(wasmType(type));
    }
    this.address(bindings.base(array), place, shiftOf(element));
    fn.op(loads[element], 0, 0);
    if (inside) return;
    fn.else();
    this.constant(type, 0);
    fn.end();
  }

  /** Whether the index needs no test. */
  isInside(array: ArrayRef, index: Expression): boolean {
    if (index.op === "local" && index.id === this.within?.counter) return true;
    const { bindings } = this;
    const length = bindings.fixedLength(array);
    const last = length === undefined ? undefined : largestIndex(index, (other) => bindings.element(other));
    return length !== undefined && last !== undefined && last < length;
  }

  /** Pushes base + (index << shift). */
  address(base: number, index: number, shift: number): void {
    const { fn } = this;
    fn.get(base);
    fn.get(index);
    if (shift > 0) {
      fn.i32(shift);
      fn.op("i32.shl");
    }
    fn.op("i32.add");
  }

  private asDouble(value: Expression): void {
    this.push(value);
    if (value.type === "float32") this.fn.op("f64.promote_f32");
  }

  private unary({ operator, value, type }: Unary): void {
    const { fn } = this;
    const wasm = wasmType(type);
    switch (operator) {
      case "negate":
        if (wasm !== "i32") break;
        fn.i32(0);
        this.push(value);
        return fn.op("i32.sub");
      case "not":
        this.push(value);
        return fn.op("i32.eqz");
      case "complement":
        this.push(value);
        fn.i32(-1);
        return fn.op("i32.xor");
      case "countLeadingZeros":
        this.push(value);
        return fn.op("i32.clz");
      case "abs":
        return wasm === "i32" ? this.integerAbs(value) : this.float(value, `${wasm}.abs`);
      case "round":
        return this.round(value);
      default:
        return this.float(value, `${wasm}.${operator}`);
    }
    this.float(value, `${wasm}.neg`);
  }

  private float(value: Expression, name: string): void {
    this.push(value);
    this.fn.op(name as Opcode);
  }

  private integerAbs(value: Expression): void {
    const { fn } = this;
    this.push(value);
    const x = fn.save("i32");
    fn.i32(0);
    fn.get(x);
    fn.op("i32.sub");
    fn.get(x);
    fn.get(x);
    fn.i32(0);
    fn.op("i32.lt_s");
    fn.op("select");
  }

  /** up = ceil(x); up - (up - 0.5 > x ? 1 : 0). Exact, and keeps −0. */
  private round(value: Expression): void {
    const { fn } = this;
    const wasm = value.type === "float32" ? "f32" : "f64";
    this.push(value);
    const x = fn.save(wasm);
    fn.get(x);
    fn.op(`${wasm}.ceil`);
    const up = fn.save(wasm);
    fn.get(up);
    this.constant(value.type, 1);
    this.constant(value.type, 0);
    fn.get(up);
    this.constant(value.type, 0.5);
    fn.op(`${wasm}.sub`);
    fn.get(x);
    fn.op(`${wasm}.gt`);
    fn.op("select");
    fn.op(`${wasm}.sub`);
  }

  private binary(expression: Binary): void {
    if (wasmType(expression.type) === "i32") this.integerBinary(expression);
    else this.floatBinary(expression);
  }

  private integerBinary(expression: Binary): void {
    const { fn } = this;
    const { operator, left, right, type } = expression;
    if (operator === "min" || operator === "max") return this.integerExtreme(expression);
    const isDivision = operator === "divide" || operator === "floorDivide" || operator === "remainder";
    this.push(left);
    this.push(right);
    if (isDivision) return emitIntegerDivision(fn, expression);
    if (operator === "shiftRight") return fn.op(type === "int32" ? "i32.shr_s" : "i32.shr_u");
    fn.op(integerOperators[operator] as Opcode);
  }

  private integerExtreme({ operator, left, right, type }: Binary): void {
    const { fn } = this;
    this.push(left);
    const a = fn.save("i32");
    this.push(right);
    const b = fn.save("i32");
    fn.get(a);
    fn.get(b);
    fn.get(a);
    fn.get(b);
    fn.op(`i32.${operator === "min" ? "lt" : "gt"}_${type === "int32" ? "s" : "u"}`);
    fn.op("select");
  }

  private floatBinary({ operator, left, right, type }: Binary): void {
    const { fn } = this;
    if (operator === "remainder") {
      this.asDouble(left);
      this.asDouble(right);
      callMath(this.bindings.module, fn, "remainder");
      if (type === "float32") fn.op("f32.demote_f64");
      return;
    }
    this.push(left);
    this.push(right);
    fn.op(`${wasmType(type)}.${floatOperators[operator]}` as Opcode);
  }

  private compare({ operator, left, right }: Compare): void {
    const wasm = wasmType(left.type);
    const name = comparisons[operator];
    this.push(left);
    this.push(right);
    const ordered = name !== "eq" && name !== "ne" && wasm === "i32";
    const sign = left.type === "uint32" || left.type === "bool" ? "_u" : "_s";
    this.fn.op(`${wasm}.${name}${ordered ? sign : ""}` as Opcode);
  }

  private logical(operator: "and" | "or", left: Expression, right: Expression): void {
    const { fn } = this;
    this.push(left);
    if (!isCostly(right)) {
      this.push(right);
      return fn.op(operator === "and" ? "i32.and" : "i32.or");
    }
    fn.if("i32");
    if (operator === "and") this.push(right);
    else fn.i32(1);
    fn.else();
    if (operator === "and") fn.i32(0);
    else this.push(right);
    fn.end();
  }

  private select({ condition, then, otherwise, type }: Select): void {
    const { fn } = this;
    if (isCostly(then) || isCostly(otherwise)) {
      this.push(condition);
      fn.if(wasmType(type));
      this.push(then);
      fn.else();
      this.push(otherwise);
      return fn.end();
    }
    this.push(then);
    this.push(otherwise);
    this.push(condition);
    fn.op("select");
  }

  private convert({ value, type }: Convert): void {
    const { fn } = this;
    const from = value.type;
    if (type === "bool") return this.isTrue(value);
    this.push(value);
    const integer = type === "int32" || type === "uint32";
    if (from === "float32") return integer ? emitToInt32(this.bindings.module, fn, "f32") : this.widen(type);
    if (from === "float64") return integer ? emitToInt32(this.bindings.module, fn, "f64") : this.narrow(type);
    if (integer) return;
    fn.op(`${wasmType(type)}.convert_i32_${from === "int32" ? "s" : "u"}` as Opcode);
  }

  private widen(type: ValueType): void {
    if (type === "float64") this.fn.op("f64.promote_f32");
  }

  private narrow(type: ValueType): void {
    if (type === "float32") this.fn.op("f32.demote_f64");
  }

  private isTrue(value: Expression): void {
    const { fn } = this;
    this.push(value);
    const wasm = wasmType(value.type);
    if (value.type === "bool") return;
    if (wasm !== "i32") fn.op(`${wasm}.abs`);
    this.constant(value.type, 0);
    fn.op(wasm === "i32" ? "i32.ne" : `${wasm}.gt`);
  }

  private bitcast(value: Expression, type: ValueType): void {
    this.push(value);
    if (value.type === "float32" && type !== "float32") this.fn.op("i32.reinterpret_f32");
    if (value.type !== "float32" && type === "float32") this.fn.op("f32.reinterpret_i32");
  }
}

/** Whether it is better to branch around it than to compute it in vain. */
function isCostly(expression: Expression): boolean {
  return someExpression(expression, (part) => {
    if (part.op === "load" || part.op === "call") return true;
    if (part.op === "unary") return part.operator === "sqrt";
    return part.op === "binary" && (part.operator === "divide" || part.operator === "remainder");
  });
}
