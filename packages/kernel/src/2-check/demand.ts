// Which variables and number arguments a program needs, and in which types. A weak variable, or a number argument, may be needed
// in several; a variable that nothing reads is needed in none, and is never computed.
//
// Rules
//  1. First all steps are lowered only to find what they need; a variable that is newly needed has its values looked at.
//  2. A weak value that nothing decides is put off until the rest is known. Then it is int32 if all number arguments in it are
//     needed as integers elsewhere (and so must be whole), else the working float.
//  3. Then the steps are lowered once more, and what is needed is written.

import type { Local, ScalarParameter, ValueType } from "../ir/ir.js";
import { partsOf, type Value, type ValueOf, type Variable } from "./core.js";

/** A number or boolean argument, in one type. */
interface NeededArgument {
  readonly index: number;
  readonly name: string;
  readonly type: ValueType;
}

/** See the head of this file. */
export class Demand {
  readonly locals: Local[] = [];
  readonly #ids: Map<Variable, Map<ValueType, number>> = new Map();
  readonly #arguments: Map<string, NeededArgument> = new Map();
  #scalars: readonly NeededArgument[] = [];

  /** The local that holds a variable in a type, if it is needed. */
  find(variable: Variable, type: ValueType): number | undefined {
    return this.#ids.get(variable)?.get(type);
  }

  /** The types in which a variable is needed, with the local of each. */
  of(variable: Variable): ReadonlyMap<ValueType, number> {
    return this.#ids.get(variable) ?? new Map();
  }

  /** Notes that a variable is needed. */
  add(variable: Variable, type: ValueType): number {
    const types = this.#ids.get(variable) ?? new Map<ValueType, number>();
    this.#ids.set(variable, types);
    const id = this.locals.length;
    types.set(type, id);
    this.locals.push({ name: variable.name, type });
    return id;
  }

  /** Notes that an argument is needed. */
  addArgument({ index, name }: ValueOf<"argument">, type: ValueType): void {
    this.#arguments.set(`${index}:${type}`, { index, name, type });
  }

  /** Fixes the order of the scalar parameters, once all are known. */
  fixScalars(): void {
    const order: readonly ValueType[] = ["bool", "int32", "uint32", "float32", "float64"];
    this.#scalars = [...this.#arguments.values()].sort(
      (a, b) => a.index - b.index || order.indexOf(a.type) - order.indexOf(b.type),
    );
  }

  /** Place of an argument among the scalar parameters. */
  scalarIndex(index: number, type: ValueType): number {
    return Math.max(
      0,
      this.#scalars.findIndex((scalar) => scalar.index === index && scalar.type === type),
    );
  }

  scalars(): ScalarParameter[] {
    return this.#scalars.map(({ index, name, type }) => ({
      kind: "scalar",
      name,
      type,
      binding: { from: "argument", index },
    }));
  }

  /** Rule 2: whether all number arguments in a value are needed as integers anyway. */
  isWholeAnyway(values: readonly Value[]): boolean {
    const found = new Set<number>();
    for (const value of values) argumentsIn(value, found, new Set());
    return [...found].every((index) => this.#arguments.has(`${index}:int32`));
  }
}

/** Collects the number arguments in a value, also through the variables in it. */
function argumentsIn(value: Value, found: Set<number>, seen: Set<Variable>): void {
  if (value.op === "argument" && value.type === "number") found.add(value.index);
  if (value.op === "variable" && !seen.has(value.variable)) {
    seen.add(value.variable);
    for (const inner of value.variable.values) argumentsIn(inner, found, seen);
  }
  for (const part of partsOf(value)) argumentsIn(part, found, seen);
}
