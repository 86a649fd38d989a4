// Removes locals that are neither read nor set, and numbers the others anew.

import type { Expression, Local, Program, Statement } from "../ir/ir.js";
import { effectsOf, readCounts } from "./effects.js";
import { bodiesOf, changed, mapAll, mapBodies, mapLists, mapOperands, mapOwnExpressions } from "./rewrite.js";

/** The program with only the locals that it uses, in the same order. */
export function renumberLocals(program: Program): Program {
  const used = usedLocals(program);
  if (used.every(Boolean)) return program;
  const ids = numbersOf(used);
  const locals: readonly Local[] = program.locals.filter((_, id) => used[id]);
  const renumbered = { ...mapBodies(program, (list) => renumberList(list, ids)), locals };
  return renumbered.kind === "grid" ? renumbered : renumberReduction(renumbered, ids);
}

function usedLocals(program: Program): boolean[] {
  const used = readCounts(program).map((count) => count > 0);
  for (const body of bodiesOf(program)) for (const id of effectsOf(...body).sets) used[id] = true;
  if (program.kind === "reduction") for (const id of [program.left, program.right]) used[id] = true;
  return used;
}

function numbersOf(used: readonly boolean[]): number[] {
  let next = 0;
  return used.map((isUsed) => (isUsed ? next++ : -1));
}

function renumberReduction(
  program: Extract<Program, { kind: "reduction" }>,
  ids: readonly number[],
): Extract<Program, { kind: "reduction" }> {
  const number = (id: number) => ids[id] as number;
  const { value, left, right, combined } = program;
  return { ...program, value: number(value), left: number(left), right: number(right), combined: number(combined) };
}

function renumberList(list: readonly Statement[], ids: readonly number[]): readonly Statement[] {
  const rename = (e: Expression): Expression =>
    e.op === "local" ? changed(e, { id: ids[e.id] as number }) : mapOperands(e, rename);
  const inner = (statements: readonly Statement[]) => renumberList(statements, ids);
  return mapAll(list, (s) => renumberTarget(mapLists(mapOwnExpressions(s, rename), inner), ids));
}

function renumberTarget(s: Statement, ids: readonly number[]): Statement {
  if (s.kind === "set") return changed(s, { local: ids[s.local] as number });
  if (s.kind === "random") return changed(s, { target: ids[s.target] as number });
  return s.kind === "atomic" && s.target !== undefined ? changed(s, { target: ids[s.target] as number }) : s;
}
