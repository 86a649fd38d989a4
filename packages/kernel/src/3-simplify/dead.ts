// Removes sets of locals that nobody needs, and loops that only made such sets.
//
//  1. A local is needed if a store, an atomic or a condition reads it, or a set of a local that is needed. Sets of others go,
//     also those that only feed themselves: `n = n + 1`.
//  2. Going backwards, a set goes if the local is set again before it is read. At the edges of a loop, every local that is read
//     anywhere in the loop is taken to be live.
//  3. A loop goes that has no effect but sets of locals that are dead behind it. (If it would never have ended, now it does. One
//     whose condition waits for memory to change stays.)
//
// Sound because values have no effects. Random numbers stay, as each moves the thread's sequence on.

import type { Expression, Program, Statement } from "../ir/ir.js";
import { expressionsOf, listsOf } from "../ir/structure.js";
import { effectsOf, forEachLocal, hasLoad } from "./effects.js";
import { bodiesOf, changed, expandAll, mapBodies, mapLists, withBranches } from "./rewrite.js";

/** Removes what computes nothing that is needed. */
export function removeDead(program: Program): Program {
  return removeDeadSets(removeUnneeded(program));
}

// ----------------------------------------------------------------------------------------------------- rule 1

function removeUnneeded(program: Program): Program {
  const needed = neededLocals(program);
  const list = (statements: readonly Statement[]): readonly Statement[] =>
    expandAll(statements, (s) => (s.kind === "set" && !needed.has(s.local) ? [] : [mapLists(s, list)]));
  return mapBodies(program, list);
}

function neededLocals(program: Program): Set<number> {
  const needed = new Set<number>();
  const values = new Map<number, Expression[]>();
  const need = (id: number): void => {
    if (needed.has(id)) return;
    needed.add(id);
    for (const value of values.get(id) ?? []) forEachLocal(value, need);
  };
  const roots: Expression[] = [];
  const collect = (s: Statement): void => {
    if (s.kind === "set") {
      const known = values.get(s.local);
      if (known) known.push(s.value);
      else values.set(s.local, [s.value]);
    } else roots.push(...expressionsOf(s));
    for (const list of listsOf(s)) list.forEach(collect);
  };
  for (const body of bodiesOf(program)) body.forEach(collect);
  for (const root of roots) forEachLocal(root, need);
  if (program.kind === "reduction") [program.value, program.combined].forEach(need);
  return needed;
}

// -------------------------------------------------------------------------------------------------- rules 2 and 3

type Live = Set<number>;

/** What is live where jumps to a label go. */
interface Target {
  readonly leave: Live;
  readonly next: Live;
}

function removeDeadSets(program: Program): Program {
  if (program.kind === "grid") return changed(program, { body: new Liveness().list(program.body, new Set()) });
  const map = new Liveness().list(program.map, new Set([program.value]));
  return changed(program, { map, combine: new Liveness().list(program.combine, new Set([program.combined])) });
}

class Liveness {
  readonly #targets = new Map<number, Target>();

  /** Goes backwards through a list; `live` is changed from what is live at its end to what is live at its start. */
  list(list: readonly Statement[], live: Live): readonly Statement[] {
    const kept: Statement[] = [];
    for (let i = list.length - 1; i >= 0; i--) {
      const statement = this.#statement(list[i] as Statement, live);
      if (statement !== undefined) kept.push(statement);
    }
    kept.reverse();
    return kept.length === list.length && kept.every((s, i) => s === list[i]) ? list : kept;
  }

  #statement(s: Statement, live: Live): Statement | undefined {
    switch (s.kind) {
      case "set":
        return this.#set(s, live);
      case "atomic":
      case "random":
      case "store":
        return this.#effect(s, live);
      case "if":
        return this.#if(s, live);
      case "loop":
        return this.#loop(s, live);
      case "block":
        return this.#block(s, live);
      case "leave":
      case "next":
        replaceAll(live, this.#targets.get(s.label)?.[s.kind] ?? new Set());
        return s;
      case "return":
        live.clear();
        return s;
      case "barrier":
        return s;
    }
  }

  #set(s: Extract<Statement, { kind: "set" }>, live: Live): Statement | undefined {
    if (!live.delete(s.local)) return undefined;
    addReads(live, s);
    return s;
  }

  #effect(s: Extract<Statement, { kind: "atomic" | "random" | "store" }>, live: Live): Statement {
    const target = s.kind === "store" ? undefined : s.target;
    const isWanted = target !== undefined && live.delete(target);
    addReads(live, s);
    if (s.kind !== "atomic" || target === undefined || isWanted) return s;
    const { target: _, ...withoutTarget } = s;
    return withoutTarget;
  }

  #if(s: Extract<Statement, { kind: "if" }>, live: Live): Statement {
    const liveOtherwise = new Set(live);
    const then = this.list(s.then, live);
    const otherwise = this.list(s.otherwise, liveOtherwise);
    for (const id of liveOtherwise) live.add(id);
    addReads(live, s);
    return withBranches(s, then, otherwise);
  }

  #loop(s: Extract<Statement, { kind: "loop" }>, live: Live): Statement | undefined {
    if (isDeadLoop(s, live)) return undefined;
    const around = new Set(live);
    addAllReads(around, s);
    this.#targets.set(s.label, { leave: new Set(live), next: around });
    const update = this.list(s.update, new Set(around));
    const body = this.list(s.body, new Set(around));
    replaceAll(live, around);
    return changed(s, { body, update });
  }

  #block(s: Extract<Statement, { kind: "block" }>, live: Live): Statement {
    const after = new Set(live);
    this.#targets.set(s.label, { leave: after, next: after });
    return changed(s, { body: this.list(s.body, live) });
  }
}

function isDeadLoop(s: Extract<Statement, { kind: "loop" }>, live: Live): boolean {
  const { sets, jumps, hasOutsideEffect } = effectsOf(s);
  if (hasOutsideEffect || hasLoad(s.condition) || [...sets].some((id) => live.has(id))) return false;
  if (s.condition.op === "constant" && !jumps.has(s.label)) return false;
  const inside = labelsOf(s);
  return [...jumps].every((label) => inside.has(label));
}

function labelsOf(s: Statement): Set<number> {
  const inner = listsOf(s).flatMap((list) => list.flatMap((statement) => [...labelsOf(statement)]));
  return new Set(s.kind === "loop" || s.kind === "block" ? [s.label, ...inner] : inner);
}

function addReads(live: Live, s: Statement): void {
  for (const expression of expressionsOf(s)) forEachLocal(expression, (id) => live.add(id));
}

function addAllReads(live: Live, s: Statement): void {
  addReads(live, s);
  for (const list of listsOf(s)) for (const inner of list) addAllReads(live, inner);
}

function replaceAll(live: Live, by: ReadonlySet<number>): void {
  live.clear();
  for (const id of by) live.add(id);
}
