// Expressions that are linear in a thread's place: a number that is the same for all threads, and for each of its coordinates how
// much the value grows with it. The proof that a store goes to the thread's own element is built on them.

import type { Expression, Size3 } from "@everycore/kernel/ir";

/** What is the same for all threads of a launch. */
export interface LaunchNumbers {
  readonly grid: Size3;
  readonly group: Size3;
  /** Of the program's arrays. */
  readonly lengths: readonly number[];
  readonly scalars: readonly number[];
}

/** An int32 that is the same for all threads. */
export type Uniform = (launch: LaunchNumbers) => number;

/** A coordinate: `global0` is x in the grid, `local1` y in the group, `group2` the place of the group along z. */
export type Coordinate = `${"global" | "local" | "group"}${0 | 1 | 2}`;

/** base + Σ coefficient · coordinate, modulo 2^32. */
export interface LinearForm {
  readonly base: Uniform;
  readonly coefficients: ReadonlyMap<Coordinate, Uniform>;
  /** The scalars that these depend on, by their numbers: with other values of others the form gives the same. */
  readonly scalars: readonly number[];
}

const none: ReadonlyMap<Coordinate, Uniform> = new Map();

/** The form of a number that is the same for all threads. */
export function uniformForm(base: Uniform, scalars: readonly number[] = []): LinearForm {
  return { base, coefficients: none, scalars };
}

const minusOne = uniformForm(() => -1);

/** The form of an expression, or `undefined` if it is not linear, or cannot be seen to be. `known`: the forms of locals. */
export function linearForm(value: Expression, known: ReadonlyMap<number, LinearForm>): LinearForm | undefined {
  if (value.type !== "int32" && value.type !== "uint32") return undefined;
  switch (value.op) {
    case "constant":
      return uniformForm(() => value.value | 0);
    case "local":
      return known.get(value.id);
    case "scalar":
      return uniformForm(({ scalars }) => (scalars[value.index] as number) | 0, [value.index]);
    case "length":
      return value.array.space === "parameter"
        ? uniformForm(({ lengths }) => lengths[value.array.index] as number)
        : undefined;
    case "thread":
      return threadForm(value.what, value.axis);
    case "unary": {
      const inner = value.operator === "negate" ? linearForm(value.value, known) : undefined;
      return inner && scaled(inner, minusOne);
    }
    case "convert":
      return linearForm(value.value, known);
    case "binary": {
      const [left, right] = [linearForm(value.left, known), linearForm(value.right, known)];
      return left && right && combined(value.operator, value.type, left, right);
    }
    default:
      return undefined;
  }
}

function threadForm(what: Extract<Expression, { op: "thread" }>["what"], axis: 0 | 1 | 2): LinearForm {
  if (what === "gridSize") return uniformForm(({ grid }) => grid[axis]);
  if (what === "groupSize") return uniformForm(({ group }) => group[axis]);
  return { base: () => 0, coefficients: new Map<Coordinate, Uniform>([[`${what}${axis}`, () => 1]]), scalars: [] };
}

type Operator = Extract<Expression, { op: "binary" }>["operator"];

function combined(operator: Operator, type: string, left: LinearForm, right: LinearForm): LinearForm | undefined {
  switch (operator) {
    case "add":
      return sum(left, right);
    case "subtract":
      return sum(left, scaled(right, minusOne));
    case "multiply":
      if (right.coefficients.size === 0) return scaled(left, right);
      return left.coefficients.size === 0 ? scaled(right, left) : undefined;
    case "shiftLeft":
      return right.coefficients.size === 0
        ? scaled(left, { ...right, base: (launch) => 1 << right.base(launch) })
        : undefined;
    default: {
      const compute = type === "int32" ? uniformOperations[operator] : undefined;
      if (!compute || left.coefficients.size > 0 || right.coefficients.size > 0) return undefined;
      return uniformForm((launch) => compute(left.base(launch), right.base(launch)) | 0, scalarsOf(left, right));
    }
  }
}

const uniformOperations: Partial<Record<Operator, (a: number, b: number) => number>> = {
  divide: (a, b) => (b === 0 ? 0 : a / b),
  floorDivide: (a, b) => (b === 0 ? 0 : Math.floor(a / b)),
  remainder: (a, b) => (b === 0 ? 0 : a % b),
  min: Math.min,
  max: Math.max,
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shiftRight: (a, b) => a >> b,
};

function sum(left: LinearForm, right: LinearForm): LinearForm {
  const coefficients = new Map(left.coefficients);
  for (const [coordinate, uniform] of right.coefficients) {
    const other = coefficients.get(coordinate);
    coefficients.set(coordinate, other ? (launch) => (other(launch) + uniform(launch)) | 0 : uniform);
  }
  const base: Uniform = (launch) => (left.base(launch) + right.base(launch)) | 0;
  return { base, coefficients, scalars: scalarsOf(left, right) };
}

/** `by` has no coefficients. */
function scaled(form: LinearForm, by: LinearForm): LinearForm {
  const times =
    (uniform: Uniform): Uniform =>
    (launch) =>
      Math.imul(uniform(launch), by.base(launch));
  const coefficients = [...form.coefficients].map(([coordinate, uniform]) => [coordinate, times(uniform)] as const);
  return { base: times(form.base), coefficients: new Map(coefficients), scalars: scalarsOf(form, by) };
}

function scalarsOf(...forms: readonly LinearForm[]): number[] {
  return [...new Set(forms.flatMap(({ scalars }) => scalars))];
}
