// Puts the value of a local that is read once where it is read: `t = a * b; y = t + c` becomes `y = a * b + c`.
//
// Sound if the read is behind the set in the same list, so that it always comes after it and as often; it is evaluated by the
// statement itself, not inside of it; and nothing between may change the value: no set of a local in it or of the local itself,
// and, if it loads, no write to that memory and no barrier. A jump between them is no harm, as a value has no effects.

import type { Expression, Program, Statement } from "../ir/ir.js";
import { expressionsOf, listsOf, operandsOf } from "../ir/structure.js";
import { effectsOf, isChangedBy, readCounts } from "./effects.js";
import { mapAll, mapBodies, mapLists, mapOperands, mapOwnExpressions } from "./rewrite.js";

/** Inlines locals that are read once. */
export function inlineSingleUses(program: Program): Program {
  const counts = readCounts(program);
  const list = (statements: readonly Statement[]): readonly Statement[] =>
    inlineList(
      mapAll(statements, (statement) => mapLists(statement, list)),
      counts,
    );
  return mapBodies(program, list);
}

function inlineList(list: readonly Statement[], counts: readonly number[]): readonly Statement[] {
  const statements: (Statement | undefined)[] = [...list];
  let inlined = false;
  for (const [i, statement] of statements.entries()) {
    if (statement?.kind !== "set" || counts[statement.local] !== 1) continue;
    const place = findUse(statements, i + 1, statement.local, statement.value);
    if (place < 0) continue;
    statements[place] = replaceLocal(statements[place] as Statement, statement.local, statement.value);
    statements[i] = undefined;
    inlined = true;
  }
  return inlined ? statements.filter((statement) => statement !== undefined) : list;
}

/** Where the value may be put, or −1. */
function findUse(statements: readonly (Statement | undefined)[], start: number, id: number, value: Expression): number {
  for (let i = start; i < statements.length; i++) {
    const statement = statements[i];
    if (statement === undefined) continue;
    if (statement.kind !== "loop" && expressionsOf(statement).some((e) => reads(e, id))) return i;
    if (changes(statement, id, value) || readsInside(statement, id)) return -1;
  }
  return -1;
}

/** Whether a statement sets the local, or may change the value that it stands for. */
function changes(statement: Statement, id: number, value: Expression): boolean {
  if (statement.kind === "set") return statement.local === id || reads(value, statement.local);
  const effects = effectsOf(statement);
  return effects.sets.has(id) || isChangedBy(value, effects);
}

function reads(expression: Expression, id: number): boolean {
  if (expression.op === "local") return expression.id === id;
  for (const operand of operandsOf(expression)) if (reads(operand, id)) return true;
  return false;
}

function readsInside(statement: Statement, id: number): boolean {
  if (expressionsOf(statement).some((e) => reads(e, id))) return true;
  return listsOf(statement).some((list) => list.some((inner) => readsInside(inner, id)));
}

function replaceLocal(statement: Statement, id: number, value: Expression): Statement {
  const replace = (e: Expression): Expression => (e.op === "local" && e.id === id ? value : mapOperands(e, replace));
  return mapOwnExpressions(statement, replace);
}
