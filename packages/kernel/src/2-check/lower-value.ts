// Values of the core to expressions of the IR, each in the type in which it is wanted.
//
// A value whose type is decided is computed in it, then converted. A weak value is computed in the wanted type from its leaves
// up, so that `n - 1` next to an integer is an integer subtraction and next to a float a float one.

import * as build from "../ir/builder.js";
import { arrayRef, binary, length, load, local, negate, not, scalar, select, thread, unary } from "../ir/builder.js";
import type { ArrayRef, BinaryOperator, Expression, ValueType } from "../ir/ir.js";
import { constantIn, converted } from "./convert.js";
import type { CoreArray, Value, ValueOf, Variable } from "./core.js";
import { Demand } from "./demand.js";
import { holdsArgument, type Types } from "./infer.js";
import { compared } from "./lower-compare.js";
import { indexExpression } from "./lower-index.js";
import { integerOf, mathExpression } from "./lower-math.js";
import type { Type } from "./types.js";
import { isWeak } from "./types.js";

/** How a stencil reads a neighbour; set by the stencil. */
export type NeighbourReader = (array: CoreArray, offsets: readonly Expression[], value: Value) => Expression;

/** What the program does with an array. */
export interface ArrayUse {
  read: boolean;
  written: boolean;
}

/** Lowers the values of one program. */
export class ValueLowering {
  readonly types: Types;
  readonly demand: Demand = new Demand();
  /** Whether the result counts; before that, only what is needed is noted. */
  emitting = false;
  dimensions: 1 | 2 | 3 = 1;
  readonly uses: Map<CoreArray, ArrayUse> = new Map();
  neighbour: NeighbourReader | undefined;
  readonly #arrays: readonly CoreArray[];
  readonly #shared: readonly CoreArray[];
  readonly #putOff: Set<Value> = new Set();
  readonly #decisions: Map<Value, ValueType> = new Map();

  constructor(types: Types, arrays: readonly CoreArray[], shared: readonly CoreArray[]) {
    this.types = types;
    this.#arrays = arrays;
    this.#shared = shared;
  }

  /** `value` as an expression of type `wanted`. */
  lower(value: Value, wanted: ValueType): Expression {
    if (value.op === "number") return constantIn(value.value, wanted);
    const type = this.types.of(value);
    if (!isWeak(type)) return converted(this.#inType(value, decided(type)), wanted);
    if (wanted === "uint32") return converted(this.lower(value, "int32"), "uint32");
    if (wanted === "bool") return this.#truth(value);
    if (wanted === "int32" && type === "weak-float") return converted(this.#inType(value, this.types.working), "int32");
    return this.#inType(value, wanted);
  }

  /** The type in which a value is computed where nothing decides. `parts`: what number arguments are looked for in. */
  natural(value: Value, parts: readonly Value[], type: Type = this.types.of(value)): ValueType {
    if (!isWeak(type)) return decided(type);
    if (type === "weak-float") return this.types.working;
    if (!parts.some((part) => holdsArgument(part))) return "int32";
    const known = this.#decisions.get(value);
    if (known === undefined) this.#putOff.add(value);
    return known ?? this.types.working;
  }

  /** Whether a value waits for a decision; then it is not looked into yet. */
  isPutOff(value: Value): boolean {
    return this.#putOff.has(value);
  }

  /** Decides what was put off, and gives the values, to be looked at again. */
  decide(): readonly Value[] {
    const values = [...this.#putOff];
    for (const value of values) {
      this.#decisions.set(value, this.demand.isWholeAnyway([value]) ? "int32" : this.types.working);
    }
    this.#putOff.clear();
    return values;
  }

  /** Place of an array among the program's. */
  ref(array: CoreArray): ArrayRef {
    const list = array.space === "shared" ? this.#shared : this.#arrays;
    return arrayRef(list.indexOf(array), array.space);
  }

  /** Notes that an array is read or written. */
  use(array: CoreArray, how: "read" | "written"): void {
    if (!this.emitting) return;
    const use = this.uses.get(array) ?? { read: false, written: false };
    use[how] = true;
    this.uses.set(array, use);
  }

  /** A load with its index as an expression. */
  loadAt(array: CoreArray, index: Expression, value: Value): Expression {
    this.use(array, "read");
    return load(decided(this.types.of(value)), this.ref(array), index, value.place.at);
  }

  /** A thread's place; notes which axes are used. */
  threadIndex(what: ValueOf<"thread">["what"], axis: 0 | 1 | 2): Expression {
    if (this.emitting && axis + 1 > this.dimensions) this.dimensions = (axis + 1) as 1 | 2 | 3;
    return thread(what, axis);
  }

  /** The local that holds a variable; when it is newly needed, what its values need is noted as well. */
  variable(variable: Variable, type: ValueType): Expression {
    const id = this.demand.find(variable, type);
    if (id !== undefined) return local(type, id);
    const added = this.demand.add(variable, type);
    for (const value of variable.values) this.lower(value, type);
    return local(type, added);
  }

  /** Whether a weak number is true, which no type beside it decides. */
  #truth(value: Value): Expression {
    const type = this.natural(value, [value]);
    return this.isPutOff(value) ? constantIn(0, "bool") : converted(this.lower(value, type), "bool");
  }

  #inType(value: Value, type: ValueType): Expression {
    switch (value.op) {
      case "number":
      case "boolean":
        return constantIn(Number(value.value), type);
      case "argument":
        return this.#argument(value, type);
      case "variable":
        return this.variable(value.variable, type);
      case "length":
        this.use(value.array, "read");
        return length(this.ref(value.array));
      case "thread":
        return this.threadIndex(value.what, value.axis);
      case "load":
        return this.loadAt(value.array, indexExpression(this, value.index), value);
      case "neighbour":
        return this.#neighbour(value);
      case "unary":
        return this.#unary(value, type);
      case "binary":
        return this.#binary(value, type);
      case "logical":
        return this.#logical(value, type);
      case "conditional":
        return select(this.lower(value.test, "bool"), this.lower(value.yes, type), this.lower(value.no, type));
      case "power":
        return this.#power(value, type);
      case "math":
        return mathExpression(this, value, type);
    }
  }

  #argument(value: ValueOf<"argument">, type: ValueType): Expression {
    this.demand.addArgument(value, type);
    return scalar(type, this.demand.scalarIndex(value.index, type));
  }

  #neighbour(value: ValueOf<"neighbour">): Expression {
    if (!this.neighbour) throw new Error("only stencils have neighbours");
    const offsets = value.offsets.map((offset) => indexExpression(this, offset));
    return this.neighbour(value.array, offsets, value);
  }

  #unary(value: ValueOf<"unary">, type: ValueType): Expression {
    switch (value.sign) {
      case "-":
        return negate(this.lower(value.value, type));
      case "+":
        return this.lower(value.value, type);
      case "!":
        return not(this.lower(value.value, "bool"));
      case "~":
        // `~~x` is a conversion.
        if (value.value.op === "unary" && value.value.sign === "~") return integerOf(this, value.value.value);
        return unary("complement", integerOf(this, value.value));
    }
  }

  #binary(value: ValueOf<"binary">, type: ValueType): Expression {
    const operator = arithmeticOperators[value.sign];
    if (operator) return binary(operator, this.lower(value.left, type), this.lower(value.right, type));
    return bitOperators[value.sign] ? this.#bits(value) : compared(this, value);
  }

  #bits(value: ValueOf<"binary">): Expression {
    const operator = bitOperators[value.sign] as BinaryOperator;
    const left = integerOf(this, value.left);
    const right = integerOf(this, value.right);
    const typed = value.sign === ">>>" ? converted(left, "uint32") : left;
    // `x | 0` and its like are conversions.
    const idle = right.op === "constant" && right.value === 0 && operator !== "and";
    return idle ? typed : binary(operator, typed, converted(right, typed.type));
  }

  #logical(value: ValueOf<"logical">, type: ValueType): Expression {
    const test = this.lower(value.left, "bool");
    if (type === "bool") {
      return build.logical(value.sign === "&&" ? "and" : "or", test, this.lower(value.right, "bool"));
    }
    const left = this.lower(value.left, type);
    const right = this.lower(value.right, type);
    return value.sign === "&&" ? select(test, right, left) : select(test, left, right);
  }

  #power(value: ValueOf<"power">, type: ValueType): Expression {
    const base = this.lower(value.base, type);
    if (type === "float32" || type === "float64") return build.call("pow", base, constantIn(value.exponent, type));
    return product(base, value.exponent);
  }
}

/** Powers of integers wrap, so the order of the multiplications does not matter. */
function product(base: Expression, n: number): Expression {
  if (n === 1) return base;
  const half = product(base, n >> 1);
  const square = binary("multiply", half, half);
  return n % 2 === 1 ? binary("multiply", square, base) : square;
}

const arithmeticOperators: Readonly<Record<string, BinaryOperator>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "%": "remainder",
};

const bitOperators: Readonly<Record<string, BinaryOperator>> = {
  "&": "and",
  "|": "or",
  "^": "xor",
  "<<": "shiftLeft",
  ">>": "shiftRight",
  ">>>": "shiftRight",
};

/** A decided type. A variable that never gets a value has none; it is refused when it is read. */
function decided(type: Type): ValueType {
  return type === "unset" || isWeak(type) ? "int32" : type;
}
