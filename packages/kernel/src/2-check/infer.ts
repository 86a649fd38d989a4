// Types of variables: the join of all values that are assigned to them, found by repeating until nothing changes.
//
// Rules
//  1. A variable that is assigned in one place, with a weak value, stays weak: it stands for that value.
//  2. Other variables that stay weak are int32, or the working float if a value has a fraction. One that holds number
//     arguments, and meets floats only, is a float too (uses.ts).

import { valueTypeOf } from "../ir/ir.js";
import { isSingle, partsOf, type Step, type Value, type Variable } from "./core.js";
import {
  arithmetic,
  asFloat,
  asNumber,
  type FloatType,
  isFloat,
  isInteger,
  isWeak,
  join,
  type Type,
  typeOfNumber,
} from "./types.js";
import { meetsOnlyFloats } from "./uses.js";

/** Types of all variables of a program. */
export class Types {
  readonly working: FloatType;
  readonly #variables: Map<Variable, Type> = new Map();
  #values: Map<Value, Type> = new Map();

  /** `seeds`: types that variables have at least. `kin`: variables that have one type. */
  constructor(
    variables: readonly Variable[],
    steps: readonly Step[],
    working: FloatType,
    seeds: ReadonlyMap<Variable, Type> = new Map(),
    kin: readonly Variable[] = [],
  ) {
    this.working = working;
    for (const variable of variables)
      this.#variables.set(variable, this.#given(variable) ?? seeds.get(variable) ?? "unset");
    this.#settle(variables, kin);
    while (this.#decide(variables, steps)) this.#settle(variables, kin);
  }

  /** The type of a variable. */
  variable(variable: Variable): Type {
    return this.#variables.get(variable) ?? "unset";
  }

  /** The type of a value. */
  of(value: Value): Type {
    const known = this.#values.get(value);
    if (known) return known;
    const type = this.#compute(value);
    this.#values.set(value, type);
    return type;
  }

  /** The sides of a division of two integers, if that is what `value` is, perhaps through a variable. */
  integerQuotient(value: Value): { readonly left: Value; readonly right: Value } | undefined {
    const sides = quotientOf(value);
    return sides && isInteger(this.of(sides.left)) && isInteger(this.of(sides.right)) ? sides : undefined;
  }

  #given({ given }: Variable): Type | undefined {
    return given === undefined ? undefined : given === "float" ? this.working : valueTypeOf(given);
  }

  /** Repeats until no variable's type changes. Types only grow, so it ends. */
  #settle(variables: readonly Variable[], kin: readonly Variable[]): void {
    for (let changed = true; changed; ) {
      this.#values = new Map();
      changed = false;
      for (const variable of variables) if (this.#grow(variable, variable.values)) changed = true;
      for (const one of kin) for (const other of kin) if (this.#raise(one, this.variable(other))) changed = true;
    }
    this.#values = new Map();
  }

  #grow(variable: Variable, values: readonly Value[]): boolean {
    if (variable.given !== undefined) return false;
    let changed = false;
    for (const value of values) if (this.#raise(variable, this.of(value))) changed = true;
    return changed;
  }

  #raise(variable: Variable, type: Type): boolean {
    const before = this.variable(variable);
    const after = join(before, type, this.working);
    if (after === before) return false;
    this.#variables.set(variable, after);
    return true;
  }

  /** Rule 2. */
  #decide(variables: readonly Variable[], steps: readonly Step[]): boolean {
    const weak = variables.filter((variable) => isWeak(this.variable(variable)) && !isSingle(variable));
    const types = weak.map((variable) => this.#decided(variable, steps));
    for (const [index, variable] of weak.entries()) this.#variables.set(variable, types[index] as Type);
    return weak.length > 0;
  }

  #decided(variable: Variable, steps: readonly Step[]): Type {
    if (this.variable(variable) === "weak-float") return this.working;
    return meetsOnlyFloats(this, variable, steps) ? this.working : "int32";
  }

  #compute(value: Value): Type {
    switch (value.op) {
      case "number":
        return typeOfNumber(value.value);
      case "boolean":
        return "bool";
      case "argument":
        return value.type === "boolean" ? "bool" : value.fraction ? "weak-float" : "weak-int";
      case "variable":
        return this.variable(value.variable);
      case "length":
      case "thread":
        return "int32";
      case "load":
      case "neighbour":
        return valueTypeOf(value.array.element);
      case "unary":
        return value.sign === "!" ? "bool" : value.sign === "~" ? "int32" : asNumber(this.of(value.value));
      case "binary":
        return this.#binary(value);
      case "logical":
        return join(this.of(value.left), this.of(value.right), this.working);
      case "conditional":
        return join(this.of(value.yes), this.of(value.no), this.working);
      case "power":
        return asNumber(this.of(value.base));
      case "math":
        return this.#math(value.name, value.values);
    }
  }

  #binary(value: Value & { op: "binary" }): Type {
    switch (value.sign) {
      case "+":
      case "-":
      case "*":
      case "%":
        return arithmetic(this.of(value.left), this.of(value.right), this.working);
      case "/":
        return this.#floats([value.left, value.right]);
      case ">>>":
        return "uint32";
      case "&":
      case "|":
      case "^":
      case "<<":
      case ">>":
        return "int32";
      default:
        return "bool";
    }
  }

  #floats(values: readonly Value[]): Type {
    return asFloat(this.#numbers(values), this.working);
  }

  #numbers(values: readonly Value[]): Type {
    return values
      .map((value) => asNumber(this.of(value)))
      .reduce((type, other) => arithmetic(type, other, this.working));
  }

  #math(name: string, values: readonly Value[]): Type {
    switch (name) {
      case "isNaN":
      case "isFinite":
      case "isInteger":
        return "bool";
      case "imul":
      case "clz32":
        return "int32";
      case "fround":
        return "float32";
      case "abs":
      case "min":
      case "max":
      case "sign":
        return this.#numbers(values);
      case "floor":
      case "trunc":
        return this.#whole(name, values[0] as Value);
      case "ceil":
      case "round":
        return asNumber(this.of(values[0] as Value));
      default:
        return this.#floats(values);
    }
  }

  /** `Math.floor` and `Math.trunc`, which are exact of a quotient of integers. */
  #whole(name: string, value: Value): Type {
    const quotient = this.integerQuotient(value);
    if (quotient) return this.#numbers([quotient.left, quotient.right]);
    const type = asNumber(this.of(value));
    return name === "trunc" && isFloat(type) ? "int32" : type;
  }
}

/** The sides of the division that a value is, if the variable that holds it is assigned only there. */
function quotientOf(value: Value): { readonly left: Value; readonly right: Value } | undefined {
  if (value.op === "binary" && value.sign === "/") return value;
  if (value.op !== "variable" || !isSingle(value.variable)) return undefined;
  const { quotient } = value.variable;
  for (let of = quotient?.of; of; of = of.quotient?.of) if (!isSingle(of)) return undefined;
  return quotient;
}

/** Whether a number argument is part of a value, directly or through variables that stand for their value. */
export function holdsArgument(value: Value, seen: Set<Variable> = new Set()): boolean {
  if (value.op === "argument") return value.type === "number";
  if (value.op === "variable") {
    if (seen.has(value.variable)) return false;
    seen.add(value.variable);
    return value.variable.values.some((inner) => holdsArgument(inner, seen));
  }
  return partsOf(value).some((part) => holdsArgument(part, seen));
}
