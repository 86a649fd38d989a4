// Operations on registers. The frequent ones are written out, so that the engine sees one closure for each operator and type;
// the others call the functions of ir/semantics.ts. A test compares every one of the former with the latter.

import type { BinaryOperator, Compare, ValueType } from "../ir/ir.js";
import { type BinaryFunction, binaryFunction, type UnaryFunction } from "../ir/semantics.js";
import type { Operation } from "./code.js";
import type { Frame } from "./frame.js";

/** An operation from slots `a` and `b` to slot `d`. */
type Maker = (d: number, a: number, b: number) => Operation;

const at = (frame: Frame, slot: number): number => frame[slot] as number;

const makers: Partial<Record<`${BinaryOperator} ${ValueType}`, Maker>> = {
  "add float32": (d, a, b) => (f) => {
    f[d] = Math.fround(at(f, a) + at(f, b));
  },
  "subtract float32": (d, a, b) => (f) => {
    f[d] = Math.fround(at(f, a) - at(f, b));
  },
  "multiply float32": (d, a, b) => (f) => {
    f[d] = Math.fround(at(f, a) * at(f, b));
  },
  "divide float32": (d, a, b) => (f) => {
    f[d] = Math.fround(at(f, a) / at(f, b));
  },
  "add float64": (d, a, b) => (f) => {
    f[d] = at(f, a) + at(f, b);
  },
  "subtract float64": (d, a, b) => (f) => {
    f[d] = at(f, a) - at(f, b);
  },
  "multiply float64": (d, a, b) => (f) => {
    f[d] = at(f, a) * at(f, b);
  },
  "divide float64": (d, a, b) => (f) => {
    f[d] = at(f, a) / at(f, b);
  },
  "add int32": (d, a, b) => (f) => {
    f[d] = (at(f, a) + at(f, b)) | 0;
  },
  "subtract int32": (d, a, b) => (f) => {
    f[d] = (at(f, a) - at(f, b)) | 0;
  },
  "multiply int32": (d, a, b) => (f) => {
    f[d] = Math.imul(at(f, a), at(f, b));
  },
};

const compareMakers: Record<Compare["operator"], Maker> = {
  equal: (d, a, b) => (f) => {
    f[d] = at(f, a) === at(f, b) ? 1 : 0;
  },
  notEqual: (d, a, b) => (f) => {
    f[d] = at(f, a) !== at(f, b) ? 1 : 0;
  },
  less: (d, a, b) => (f) => {
    f[d] = at(f, a) < at(f, b) ? 1 : 0;
  },
  lessEqual: (d, a, b) => (f) => {
    f[d] = at(f, a) <= at(f, b) ? 1 : 0;
  },
  greater: (d, a, b) => (f) => {
    f[d] = at(f, a) > at(f, b) ? 1 : 0;
  },
  greaterEqual: (d, a, b) => (f) => {
    f[d] = at(f, a) >= at(f, b) ? 1 : 0;
  },
};

/** `d = a operator b` */
export function binaryOperation(operator: BinaryOperator, type: ValueType, d: number, a: number, b: number): Operation {
  const maker = makers[`${operator} ${type}`];
  if (maker !== undefined) return maker(d, a, b);
  const compute = binaryFunction(operator, type);
  if (compute === undefined) throw new TypeError(`The IR has no operation "${operator}" on ${type}.`);
  return anyBinary(compute, d, a, b);
}

/** `d = a operator b` of a comparison. */
export function compareOperation(operator: Compare["operator"], d: number, a: number, b: number): Operation {
  return compareMakers[operator](d, a, b);
}

function anyBinary(compute: BinaryFunction, d: number, a: number, b: number): Operation {
  return (f) => {
    f[d] = compute(at(f, a), at(f, b));
  };
}

/** `d = compute(a)` */
export function unaryOperation(compute: UnaryFunction, d: number, a: number): Operation {
  return (f) => {
    f[d] = compute(at(f, a));
  };
}

/** `d = compute(a, b)`, `d = compute(a)`: a function of Math. */
export function callOperation(
  compute: (...values: number[]) => number,
  d: number,
  operands: readonly number[],
): Operation {
  const [a = 0, b] = operands;
  return b === undefined ? unaryOperation(compute, d, a) : anyBinary(compute, d, a, b);
}

/** `d = a` */
export function copyOperation(d: number, a: number): Operation {
  return (f) => {
    f[d] = at(f, a);
  };
}

/** `d = value` */
export function constantOperation(d: number, value: number): Operation {
  return (f) => {
    f[d] = value;
  };
}
