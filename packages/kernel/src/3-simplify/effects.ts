// What statements do and what expressions need: the facts by which passes judge whether something may be moved.
//
// Memory: two parameters may be bound to the same memory, so that a write to one may change what is read through any other.
// A shared array is apart from the parameters and from other shared arrays. A barrier lets in what other threads wrote.

import type { ArrayRef, Expression, Program, Statement } from "../ir/ir.js";
import { expressionsOf, listsOf, operandsOf } from "../ir/structure.js";
import { bodiesOf } from "./rewrite.js";

/** What a list of statements may do. */
export interface Effects {
  /** Locals that it may set. */
  readonly sets: Set<number>;
  /** Memory that it may write, or see change: see {@link memoryKey}. */
  readonly writes: Set<string>;
  /** Labels that it may go to. */
  readonly jumps: Set<number>;
  /** Whether there is anything but sets and jumps within: stores, atomics, random numbers, barriers, returns. */
  hasOutsideEffect: boolean;
}

/** Names memory so that arrays with different keys never overlap. */
export function memoryKey({ space, index }: ArrayRef): string {
  return space === "shared" ? `shared ${index}` : space;
}

/** What one statement may do, with everything inside of it. */
export function effectsOf(...statements: readonly Statement[]): Effects {
  const effects: Effects = { sets: new Set(), writes: new Set(), jumps: new Set(), hasOutsideEffect: false };
  for (const statement of statements) addEffects(statement, effects);
  return effects;
}

const everywhere = "everywhere";

function addEffects(s: Statement, effects: Effects): void {
  switch (s.kind) {
    case "set":
      effects.sets.add(s.local);
      return;
    case "leave":
    case "next":
      effects.jumps.add(s.label);
      return;
    case "if":
    case "loop":
    case "block":
      for (const list of listsOf(s)) for (const inner of list) addEffects(inner, effects);
      return;
    default:
      effects.hasOutsideEffect = true;
      addOutsideEffect(s, effects);
  }
}

function addOutsideEffect(s: Statement, { sets, writes }: Effects): void {
  if (s.kind === "store" || s.kind === "atomic") writes.add(memoryKey(s.array));
  if (s.kind === "barrier") writes.add(everywhere);
  if ((s.kind === "atomic" || s.kind === "random") && s.target !== undefined) sets.add(s.target);
}

/** Whether an expression has another value after these effects. */
export function isChangedBy(expression: Expression, effects: Effects): boolean {
  if (expression.op === "local" && effects.sets.has(expression.id)) return true;
  if (expression.op === "load" && mayWrite(effects, expression.array)) return true;
  for (const operand of operandsOf(expression)) if (isChangedBy(operand, effects)) return true;
  return false;
}

/** Whether an element of the array may change. */
function mayWrite({ writes }: Effects, array: ArrayRef): boolean {
  return writes.has(memoryKey(array)) || writes.has(everywhere);
}

/** Whether an expression reads memory. */
export function hasLoad(expression: Expression): boolean {
  return expression.op === "load" || operandsOf(expression).some(hasLoad);
}

/** Calls `visit` with each read of a local in an expression. */
export function forEachLocal(expression: Expression, visit: (id: number) => void): void {
  if (expression.op === "local") visit(expression.id);
  for (const operand of operandsOf(expression)) forEachLocal(operand, visit);
}

/** How often each local is read in a program, by its id. What a reduction hands over counts as read. */
export function readCounts(program: Program): number[] {
  const counts = program.locals.map(() => 0);
  const count = (id: number) => {
    counts[id] = (counts[id] ?? 0) + 1;
  };
  const visit = (list: readonly Statement[]): void => {
    for (const statement of list) {
      for (const expression of expressionsOf(statement)) forEachLocal(expression, count);
      listsOf(statement).forEach(visit);
    }
  };
  bodiesOf(program).forEach(visit);
  if (program.kind === "reduction") [program.value, program.combined].forEach(count);
  return counts;
}
