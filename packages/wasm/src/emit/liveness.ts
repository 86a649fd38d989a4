// Which locals may still be read at a point of one thread's program: ordinary backward analysis over structured statements.
// A set of locals is a bigint with a bit for each.

import {
  type Expression,
  expressionsOf,
  type If,
  type Loop,
  operandsOf,
  type Statement,
  targetOf,
} from "@everycore/kernel/ir";

/** A set of locals. */
export type LocalSet = bigint;

/** What is live where lanes of a vector come together again. */
export interface Liveness {
  /** Before the first statement: locals whose initial 0 may be read. */
  readonly entry: LocalSet;
  /** After a statement that contains others. */
  readonly after: ReadonlyMap<Statement, LocalSet>;
  /** At the beginning of an `otherwise`. */
  readonly otherwise: ReadonlyMap<If, LocalSet>;
  /** At the beginning of an update. */
  readonly update: ReadonlyMap<Loop, LocalSet>;
  /** Before and behind every statement. */
  readonly around: ReadonlyMap<Statement, Surroundings>;
}

/** What is live before a statement and behind it. */
interface Surroundings {
  readonly before: LocalSet;
  readonly behind: LocalSet;
}

interface Target {
  readonly label: number;
  readonly leave: LocalSet;
  readonly next: LocalSet;
}

/** Whether a local is in the set. */
export function contains(set: LocalSet, local: number): boolean {
  return ((set >> BigInt(local)) & 1n) === 1n;
}

/** The set of one local. */
export function only(local: number): LocalSet {
  return 1n << BigInt(local);
}

/** The locals that an expression reads. */
function readsOf(expression: Expression): LocalSet {
  if (expression.op === "local") return only(expression.id);
  let set = 0n;
  for (const operand of operandsOf(expression)) set |= readsOf(operand);
  return set;
}

/** Analyses a body after which the locals of `after` are read. */
export function analyseLiveness(body: readonly Statement[], after: LocalSet): Liveness {
  const analysis = new LivenessAnalysis();
  const entry = analysis.list(body, after, []);
  const { after: afterwards, otherwise, update, around } = analysis;
  return { entry, after: afterwards, otherwise, update, around };
}

class LivenessAnalysis {
  readonly after: Map<Statement, LocalSet> = new Map();
  readonly otherwise: Map<If, LocalSet> = new Map();
  readonly update: Map<Loop, LocalSet> = new Map();
  readonly around: Map<Statement, Surroundings> = new Map();
  private readonly tops = new Map<Loop, LocalSet>();

  list(list: readonly Statement[], after: LocalSet, targets: readonly Target[]): LocalSet {
    let live = after;
    for (let i = list.length - 1; i >= 0; i--) {
      const statement = list[i] as Statement;
      const before = this.statement(statement, live, targets);
      this.around.set(statement, { before, behind: live });
      live = before;
    }
    return live;
  }

  private statement(statement: Statement, after: LocalSet, targets: readonly Target[]): LocalSet {
    switch (statement.kind) {
      case "if": {
        this.after.set(statement, after);
        const otherwise = this.list(statement.otherwise, after, targets);
        this.otherwise.set(statement, otherwise);
        return this.list(statement.then, after, targets) | otherwise | readsOf(statement.condition);
      }
      case "loop":
        return this.loop(statement, after, targets);
      case "block":
        this.after.set(statement, after);
        return this.list(statement.body, after, [...targets, { label: statement.label, leave: after, next: 0n }]);
      case "leave":
        return targets.find((target) => target.label === statement.label)?.leave ?? 0n;
      case "next":
        return targets.find((target) => target.label === statement.label)?.next ?? 0n;
      case "return":
        return 0n;
      default:
        return this.simple(statement, after);
    }
  }

  private simple(statement: Statement, after: LocalSet): LocalSet {
    const target = targetOf(statement);
    let live = target === undefined ? after : after & ~only(target);
    for (const expression of expressionsOf(statement)) live |= readsOf(expression);
    return live;
  }

  /** Repeats until what is live at the top no longer grows; starts from what an earlier visit found. */
  private loop(loop: Loop, after: LocalSet, targets: readonly Target[]): LocalSet {
    this.after.set(loop, after);
    const endless = loop.condition.op === "constant" && loop.condition.value === 1;
    const condition = endless ? 0n : readsOf(loop.condition) | after;
    let top = (this.tops.get(loop) ?? 0n) | condition;
    for (;;) {
      const update = this.list(loop.update, top, [...targets, { label: loop.label, leave: after, next: 0n }]);
      this.update.set(loop, update);
      const body = this.list(loop.body, update, [...targets, { label: loop.label, leave: after, next: update }]);
      const next = top | body | condition;
      this.tops.set(loop, next);
      if (next === top) return top;
      top = next;
    }
  }
}
