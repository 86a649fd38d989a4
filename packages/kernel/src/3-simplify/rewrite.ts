// Walks that rebuild: what is not changed stays the same object, so that a pass that finds nothing to do costs little and can be
// seen to have done nothing.

import type { Expression, Program, Statement } from "../ir/ir.js";

/** Makes an expression of an expression. */
export type ExpressionMap = (expression: Expression) => Expression;

/** The expression with its direct operands mapped. */
export function mapOperands(e: Expression, map: ExpressionMap): Expression {
  switch (e.op) {
    case "load": {
      const index = map(e.index);
      return index === e.index ? e : { ...e, index };
    }
    case "unary":
    case "convert":
    case "bitcast": {
      const value = map(e.value);
      return value === e.value ? e : { ...e, value };
    }
    case "binary":
    case "compare":
    case "logical": {
      const [left, right] = [map(e.left), map(e.right)];
      return left === e.left && right === e.right ? e : { ...e, left, right };
    }
    case "select":
      return mapSelect(e, map);
    case "call":
      return changed(e, { arguments: mapAll(e.arguments, map) });
    default:
      return e;
  }
}

function mapSelect(e: Extract<Expression, { op: "select" }>, map: ExpressionMap): Expression {
  const condition = map(e.condition);
  const [then, otherwise] = [map(e.then), map(e.otherwise)];
  if (condition === e.condition && then === e.then && otherwise === e.otherwise) return e;
  return { ...e, condition, then, otherwise };
}

/** The statement with the expressions that it evaluates itself mapped; statements inside of it are left alone. */
export function mapOwnExpressions(s: Statement, map: ExpressionMap): Statement {
  switch (s.kind) {
    case "set":
      return changed(s, { value: map(s.value) });
    case "store":
      return changed(s, { index: map(s.index), value: map(s.value) });
    case "atomic": {
      const mapped = changed(s, { index: map(s.index), value: map(s.value) });
      return s.expected === undefined ? mapped : changed(mapped, { expected: map(s.expected) });
    }
    case "if":
    case "loop":
      return changed(s, { condition: map(s.condition) });
    default:
      return s;
  }
}

/** The statement with the lists inside of it mapped. */
export function mapLists(s: Statement, map: (list: readonly Statement[]) => readonly Statement[]): Statement {
  switch (s.kind) {
    case "if":
      return withBranches(s, map(s.then), map(s.otherwise));
    case "loop":
      return changed(s, { body: map(s.body), update: map(s.update) });
    case "block":
      return changed(s, { body: map(s.body) });
    default:
      return s;
  }
}

/** An `if` with other branches. */
export function withBranches(
  s: Extract<Statement, { kind: "if" }>,
  then: readonly Statement[],
  otherwise: readonly Statement[],
): Extract<Statement, { kind: "if" }> {
  return then === s.then && otherwise === s.otherwise ? s : { ...s, then, otherwise };
}

/** The program with the lists at its top mapped: one of a grid program, two of a reduction. */
export function mapBodies(program: Program, map: (list: readonly Statement[]) => readonly Statement[]): Program {
  if (program.kind === "grid") return changed(program, { body: map(program.body) });
  return changed(program, { map: map(program.map), combine: map(program.combine) });
}

/** The lists at the top of a program. */
export function bodiesOf(program: Program): readonly (readonly Statement[])[] {
  return program.kind === "grid" ? [program.body] : [program.map, program.combine];
}

/** The list with each item mapped; the same list if none changed. */
export function mapAll<T>(list: readonly T[], map: (item: T) => T): readonly T[] {
  let mapped: T[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = list[i] as T;
    const other = map(item);
    if (other !== item) mapped ??= list.slice(0, i);
    mapped?.push(other);
  }
  return mapped ?? list;
}

/** The list with each item replaced by any number of items; the same list if none changed. */
export function expandAll<T>(list: readonly T[], expand: (item: T) => readonly T[]): readonly T[] {
  let expanded: T[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = list[i] as T;
    const items = expand(item);
    if (items.length !== 1 || items[0] !== item) expanded ??= list.slice(0, i);
    if (expanded) for (const one of items) expanded.push(one);
  }
  return expanded ?? list;
}

/** The object with some properties replaced; the same object if they are what they were. */
export function changed<T extends object>(node: T, parts: Partial<T>): T {
  for (const name in parts) {
    if (parts[name] !== node[name]) return { ...node, ...parts };
  }
  return node;
}
