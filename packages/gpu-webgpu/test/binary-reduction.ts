// A reduction by one operator, as a program in IR: also of bools, of which the front end makes none.

import {
  arrayParameter,
  arrayRef,
  binary,
  constant,
  LocalList,
  load,
  logical,
  not,
  reductionProgram,
  set,
  thread,
} from "../../kernel/src/ir/builder.js";
import type { Expression, ReductionProgram, ValueType } from "../../kernel/src/ir/ir.js";

const operators = {
  and: (left: Expression, right: Expression) => binary("and", left, right),
  or: (left: Expression, right: Expression) => binary("or", left, right),
  xor: (left: Expression, right: Expression) => binary("xor", left, right),
  add: (left: Expression, right: Expression) => binary("add", left, right),
  /** Neither commutative nor associative. */
  implies: (left: Expression, right: Expression) => logical("or", not(left), right),
} as const;

export type ReductionOperator = keyof typeof operators;

export function binaryReduction(type: ValueType, operator: ReductionOperator): ReductionProgram {
  const locals = new LocalList();
  const [value, left, right, combined] = [
    locals.add("value", type),
    locals.add("left", type),
    locals.add("right", type),
    locals.add("combined", type),
  ];
  return reductionProgram(
    { name: operator, locals: locals.list, arrays: [arrayParameter("x", type, "read")] },
    {
      map: [set(value, load(type, arrayRef(0), thread("global")))],
      value: value.id,
      combine: [set(combined, operators[operator](left, right))],
      left: left.id,
      right: right.id,
      combined: combined.id,
      identity: constant(type, 0),
    },
  );
}
