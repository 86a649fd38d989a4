// Removes control flow that decides nothing: branches on constants, loops that never run, what stands behind a jump, jumps to
// where the program goes anyway, blocks that nobody leaves.
//
// Sound because conditions are pure, so that not evaluating one changes nothing, and each rule keeps the sequence of statements
// with effects of every thread.

import { not } from "../ir/builder.js";
import type { Expression, Program, Statement } from "../ir/ir.js";
import { effectsOf } from "./effects.js";
import { changed, expandAll, mapBodies, mapLists, withBranches } from "./rewrite.js";

/** Removes needless control flow. */
export function simplifyControl(program: Program): Program {
  return mapBodies(program, (list) => withoutTail(simplifyList(list), (s) => s.kind === "return"));
}

function simplifyList(list: readonly Statement[]): readonly Statement[] {
  const reachable = untilJump(list);
  return untilJump(expandAll(reachable, (statement) => simplifyStatement(mapLists(statement, simplifyList))));
}

/** Nothing behind a statement that always jumps is reached. */
function untilJump(list: readonly Statement[]): readonly Statement[] {
  const last = list.findIndex(alwaysJumps);
  return last < 0 || last === list.length - 1 ? list : list.slice(0, last + 1);
}

/** Whether what follows a statement is never reached from it. */
export function alwaysJumps(s: Statement): boolean {
  if (s.kind === "leave" || s.kind === "next" || s.kind === "return") return true;
  return s.kind === "if" && s.then.some(alwaysJumps) && s.otherwise.some(alwaysJumps);
}

function simplifyStatement(s: Statement): readonly Statement[] {
  switch (s.kind) {
    case "if":
      return simplifyIf(s);
    case "loop":
      return isConstant(s.condition, 0) ? [] : [simplifyLoop(s)];
    case "block":
      return simplifyBlock(s);
    default:
      return [s];
  }
}

function isConstant(condition: Expression, value: number): boolean {
  return condition.op === "constant" && condition.value === value;
}

function simplifyIf(s: Extract<Statement, { kind: "if" }>): readonly Statement[] {
  if (isConstant(s.condition, 1)) return s.then;
  if (isConstant(s.condition, 0)) return s.otherwise;
  if (s.then.length > 0) return [s];
  if (s.otherwise.length === 0) return [];
  const { condition } = s;
  const isNot = condition.op === "unary" && condition.operator === "not";
  return [withBranches({ ...s, condition: isNot ? condition.value : not(condition) }, s.otherwise, [])];
}

function simplifyLoop(s: Extract<Statement, { kind: "loop" }>): Statement {
  return changed(s, { body: withoutTail(s.body, (last) => last.kind === "next" && last.label === s.label) });
}

function simplifyBlock(s: Extract<Statement, { kind: "block" }>): readonly Statement[] {
  const body = withoutTail(s.body, (last) => last.kind === "leave" && last.label === s.label);
  return effectsOf(...body).jumps.has(s.label) ? [changed(s, { body })] : body;
}

/** The list without jumps at its end that go to its end. */
function withoutTail(list: readonly Statement[], isNeedless: (s: Statement) => boolean): readonly Statement[] {
  const last = list.at(-1);
  if (last === undefined) return list;
  if (isNeedless(last)) return withoutTail(list.slice(0, -1), isNeedless);
  const trim = (inner: readonly Statement[]) => withoutTail(inner, isNeedless);
  const trimmed = last.kind === "if" || last.kind === "block" ? mapLists(last, trim) : last;
  return trimmed === last ? list : [...list.slice(0, -1), trimmed];
}
