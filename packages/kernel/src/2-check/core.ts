// The core language: what a function means once JavaScript's shapes are gone and before types are known. Names are resolved,
// helpers inlined, and evaluation order is explicit: values are pure trees, whatever changes something is a step.
// The steps are those of the IR. Types are found on it (infer.ts), then it is lowered to the IR (lower-*.ts).

import type { Atomic, Binding, ElementType, ThreadIndex } from "../ir/ir.js";
import type { Place } from "./refusal.js";

/** A variable of the user's, or one that keeps a value from being computed late. */
export interface Variable {
  readonly name: string;
  readonly place: Place;
  /** All values that are assigned to it. */
  readonly values: Value[];
  /** Its type, where that does not follow from its values: an atomic's old value, a random number. */
  given?: ElementType | "float" | undefined;
  /** It has a value before the first step: the sides of a reduction. */
  preset: boolean;
  /** When its one value is a quotient: variables that hold the two sides. */
  quotient?: Quotient | undefined;
}

/** The sides of a division that a variable holds. Counts only if that variable (and `of`) is assigned in one place. */
interface Quotient {
  readonly left: Value;
  readonly right: Value;
  readonly of: Variable | undefined;
}

/** An array that the kernel uses. */
export type CoreArray =
  | { readonly space: "parameter"; readonly name: string; readonly element: ElementType; readonly binding: Binding }
  | { readonly space: "shared"; readonly name: string; readonly element: ElementType; readonly length: number };

export type UnarySign = "-" | "+" | "!" | "~";
export type BinarySign =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "&"
  | "|"
  | "^"
  | "<<"
  | ">>"
  | ">>>"
  | "==="
  | "!=="
  | "<"
  | "<="
  | ">"
  | ">=";

/** Pure: reads, changes nothing. */
export type Value = { readonly place: Place } & (
  | { readonly op: "number"; readonly value: number }
  | { readonly op: "boolean"; readonly value: boolean }
  | { readonly op: "variable"; readonly variable: Variable }
  | {
      readonly op: "argument";
      readonly index: number;
      readonly type: "number" | "boolean";
      readonly fraction: boolean;
      readonly name: string;
    }
  | { readonly op: "length"; readonly array: CoreArray }
  | { readonly op: "thread"; readonly what: ThreadIndex["what"]; readonly axis: 0 | 1 | 2 }
  | { readonly op: "load"; readonly array: CoreArray; readonly index: Value }
  | { readonly op: "neighbour"; readonly array: CoreArray; readonly offsets: readonly Value[] }
  | { readonly op: "unary"; readonly sign: UnarySign; readonly value: Value }
  | { readonly op: "binary"; readonly sign: BinarySign; readonly left: Value; readonly right: Value }
  | { readonly op: "logical"; readonly sign: "&&" | "||"; readonly left: Value; readonly right: Value }
  | { readonly op: "conditional"; readonly test: Value; readonly yes: Value; readonly no: Value }
  /** `base ** exponent` with a whole constant exponent above 16. */
  | { readonly op: "power"; readonly base: Value; readonly exponent: number }
  | { readonly op: "math"; readonly name: string; readonly values: readonly Value[] }
);

/** A value of one kind. */
export type ValueOf<Op extends Value["op"]> = Extract<Value, { op: Op }>;

export type Step =
  /** A fresh variable begins: what it held in an earlier round of a loop is gone. */
  | { readonly kind: "declare"; readonly variable: Variable }
  | { readonly kind: "set"; readonly variable: Variable; readonly value: Value }
  | {
      readonly kind: "store";
      readonly array: CoreArray;
      readonly index: Value;
      readonly value: Value;
      readonly place: Place;
    }
  | {
      readonly kind: "atomic";
      readonly operator: Atomic["operator"];
      readonly array: CoreArray;
      readonly index: Value;
      readonly value: Value;
      readonly expected: Value | undefined;
      readonly target: Variable;
      readonly place: Place;
    }
  | { readonly kind: "random"; readonly target: Variable }
  | {
      readonly kind: "if";
      readonly condition: Value;
      readonly yes: readonly Step[];
      readonly no: readonly Step[];
    }
  | {
      readonly kind: "loop";
      readonly label: number;
      readonly condition: Value;
      readonly body: readonly Step[];
      readonly update: readonly Step[];
    }
  | { readonly kind: "block"; readonly label: number; readonly body: readonly Step[] }
  | { readonly kind: "leave"; readonly label: number }
  | { readonly kind: "next"; readonly label: number }
  | { readonly kind: "return" }
  | { readonly kind: "barrier"; readonly place: Place };

/** The values directly under a value. */
export function partsOf(value: Value): readonly Value[] {
  switch (value.op) {
    case "load":
      return [value.index];
    case "neighbour":
      return value.offsets;
    case "unary":
      return [value.value];
    case "binary":
    case "logical":
      return [value.left, value.right];
    case "conditional":
      return [value.test, value.yes, value.no];
    case "power":
      return [value.base];
    case "math":
      return value.values;
    default:
      return [];
  }
}

/** The values that a step itself reads, without those of the steps inside it. */
export function valuesOf(step: Step): readonly Value[] {
  switch (step.kind) {
    case "set":
      return [step.value];
    case "store":
      return [step.index, step.value];
    case "atomic":
      return step.expected ? [step.index, step.value, step.expected] : [step.index, step.value];
    case "if":
    case "loop":
      return [step.condition];
    default:
      return [];
  }
}

/** The lists of steps inside a step. */
export function bodiesOf(step: Step): readonly (readonly Step[])[] {
  switch (step.kind) {
    case "if":
      return [step.yes, step.no];
    case "loop":
      return [step.body, step.update];
    case "block":
      return [step.body];
    default:
      return [];
  }
}

/** Calls `visit` for each step, the inner ones after the outer. */
export function eachStep(steps: readonly Step[], visit: (step: Step) => void): void {
  for (const step of steps) {
    visit(step);
    for (const body of bodiesOf(step)) eachStep(body, visit);
  }
}

/** Whether `test` holds for a value or any part of it. */
export function someValue(value: Value, test: (part: Value) => boolean): boolean {
  return test(value) || partsOf(value).some((part) => someValue(part, test));
}

/** The variable that a step assigns. */
export function targetOf(step: Step): Variable | undefined {
  if (step.kind === "set") return step.variable;
  return step.kind === "atomic" || step.kind === "random" ? step.target : undefined;
}

/** Whether a variable gets its value in one place, so that it stands for that value. */
export function isSingle(variable: Variable): boolean {
  return variable.values.length === 1 && !variable.preset && variable.given === undefined;
}
