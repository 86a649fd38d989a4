// Cuts the body of a program with groups into regions: runs of statements without a barrier, which are done for one thread
// (or strip) after the other, and the control flow around them, which is done once for the group.
//
// Between regions a thread's locals live in memory, but for two kinds: those of the group, and those that can be computed
// again from the thread's place and the scalars. A thread that has returned is marked in memory and left out from then on.

import { type Expression, expressionsOf, type Local, operandsOf, type Statement, targetOf } from "@everycore/kernel/ir";
import { eachStatement, someExpression, someStatement } from "./expression-tree.js";
import { analyseGroup, type GroupUniform } from "./group-uniform.js";
import { analyseLiveness, contains, type LocalSet, only } from "./liveness.js";
import type { LoweredProgram } from "./lowered.js";

/** A run of statements without a barrier. */
export interface Region {
  readonly kind: "region";
  readonly body: readonly Statement[];
  /** Locals that are fetched from memory before, and put there behind. */
  readonly fetched: readonly number[];
  readonly kept: readonly number[];
  /** What is read behind the region. */
  readonly after: LocalSet;
}

/** What a group does, once. */
export type GroupNode =
  | Region
  | { readonly kind: "set"; readonly local: number; readonly value: Expression }
  | { readonly kind: "if"; readonly condition: Expression; readonly then: GroupNode[]; readonly otherwise: GroupNode[] }
  | {
      readonly kind: "loop";
      readonly label: number;
      readonly condition: Expression;
      readonly body: GroupNode[];
      readonly update: GroupNode[];
    }
  | { readonly kind: "block"; readonly label: number; readonly body: GroupNode[] }
  | { readonly kind: "leave" | "next"; readonly label: number };

/** The schedule of a program with groups. */
export interface GroupSchedule {
  readonly nodes: readonly GroupNode[];
  readonly locals: readonly Local[];
  /** Locals of the group. */
  readonly group: ReadonlySet<number>;
  /** Locals that have a place in memory for each thread, in this order. */
  readonly kept: readonly number[];
  /** Locals that begin as 0. */
  readonly entry: LocalSet;
}

export function scheduleGroup(lowered: LoweredProgram): GroupSchedule {
  return new Scheduler(lowered).schedule();
}

class Scheduler {
  private readonly lowered: LoweredProgram;
  private readonly uniform: GroupUniform;
  private readonly liveness;
  private readonly computed: Map<number, Statement>;
  private readonly ended: number;
  private readonly returns: boolean;
  private readonly kept = new Set<number>();
  private labels: number;

  constructor(lowered: LoweredProgram) {
    this.lowered = lowered;
    this.uniform = analyseGroup(lowered.body, lowered.source.arrays);
    this.liveness = analyseLiveness(lowered.body, 0n);
    this.computed = recomputable(lowered.body, this.liveness.entry, this.uniform.locals);
    this.ended = lowered.locals.length;
    this.returns = someStatement(lowered.body, (statement) => statement.kind === "return");
    this.labels = 0;
    eachStatement(lowered.body, (statement) => {
      if ("label" in statement) this.labels = Math.max(this.labels, statement.label + 1);
    });
  }

  schedule(): GroupSchedule {
    const nodes = this.list(this.lowered.body);
    const locals = [...this.lowered.locals, { name: "ended", type: "bool" } as const];
    // The wide ones first: then all of them are aligned.
    const wide = (id: number): boolean => locals[id]?.type === "float64";
    const kept = [...this.kept].sort((a, b) => Number(wide(b)) - Number(wide(a)));
    return { nodes, locals, group: this.uniform.locals, kept, entry: this.liveness.entry };
  }

  private list(list: readonly Statement[]): GroupNode[] {
    const nodes: GroupNode[] = [];
    let run: Statement[] = [];
    const flush = (): void => {
      if (run.length > 0) nodes.push(this.region(run));
      run = [];
    };
    for (const statement of list) {
      if (!this.uniform.statements.has(statement)) {
        run.push(statement);
      } else if (statement.kind === "set" && mayGoBefore(statement, run)) {
        nodes.push({ kind: "set", local: statement.local, value: statement.value });
      } else {
        flush();
        this.node(statement, nodes);
      }
    }
    flush();
    return nodes;
  }

  private node(statement: Statement, nodes: GroupNode[]): void {
    switch (statement.kind) {
      case "barrier":
        return;
      case "set":
        nodes.push({ kind: "set", local: statement.local, value: statement.value });
        return;
      case "if": {
        const { condition, then, otherwise } = statement;
        nodes.push({ kind: "if", condition, then: this.list(then), otherwise: this.list(otherwise) });
        return;
      }
      case "loop": {
        const { label, condition, body, update } = statement;
        nodes.push({ kind: "loop", label, condition, body: this.list(body), update: this.list(update) });
        return;
      }
      case "block":
        nodes.push({ kind: "block", label: statement.label, body: this.list(statement.body) });
        return;
      case "leave":
      case "next":
        nodes.push({ kind: statement.kind, label: statement.label });
        return;
      default:
        throw new Error(`"${statement.kind}" around a barrier: report this, it is a bug.`);
    }
  }

  private region(run: readonly Statement[]): Region {
    const first = this.liveness.around.get(run[0] as Statement)?.before ?? 0n;
    const behind = this.liveness.around.get(run.at(-1) as Statement)?.behind ?? 0n;
    const set = new Set<number>();
    eachStatement(run, (statement) => set.add(targetOf(statement) ?? -1));
    const kept = this.memoryLocals(behind).filter((id) => set.has(id));
    const fetched = this.memoryLocals(first).filter((id) => set.has(id) || readsLocal(run, id));
    const after = kept.reduce((all, id) => all | only(id), 0n);
    for (const id of [...fetched, ...kept]) this.kept.add(id);
    const again = this.again(run);
    if (!this.returns) return { kind: "region", body: [...again, ...run], fetched, kept, after };
    this.kept.add(this.ended);
    const ends = someStatement(run, (statement) => statement.kind === "return");
    return {
      kind: "region",
      body: [...again, this.unlessEnded(run)],
      fetched: [...fetched, this.ended],
      kept: ends ? [...kept, this.ended] : kept,
      after: ends ? after | only(this.ended) : after,
    };
  }

  /** The locals of a set that are in memory between regions. */
  private memoryLocals(set: LocalSet): number[] {
    const list: number[] = [];
    for (let id = 0; id < this.lowered.locals.length; id++) {
      if (contains(set, id) && !this.uniform.locals.has(id) && !this.computed.has(id)) list.push(id);
    }
    return list;
  }

  /** Computes again what the statements read and do not set. */
  private again(run: readonly Statement[]): Statement[] {
    const done = new Map<number, Statement>();
    const visit = (expression: Expression): void => {
      someExpression(expression, (part) => {
        if (part.op !== "local" || done.has(part.id)) return false;
        const statement = this.computed.get(part.id);
        if (statement?.kind !== "set" || someStatement(run, (each) => each === statement)) return false;
        visit(statement.value);
        done.set(part.id, { ...statement });
        return false;
      });
    };
    eachStatement(run, (statement) => {
      for (const expression of expressionsOf(statement)) visit(expression);
    });
    return [...done.values()];
  }

  private unlessEnded(run: readonly Statement[]): Statement {
    const label = this.labels++;
    const ended: Expression = { op: "local", type: "bool", id: this.ended };
    const leave: Statement = { kind: "leave", label };
    return {
      kind: "block",
      label,
      body: [{ kind: "if", condition: ended, then: [leave], otherwise: [] }, ...this.marking(run, leave)],
    };
  }

  /** `return` marks the thread and leaves the region. */
  private marking(list: readonly Statement[], leave: Statement): Statement[] {
    return list.flatMap((statement): Statement[] => {
      switch (statement.kind) {
        case "return":
          return [{ kind: "set", local: this.ended, value: { op: "constant", type: "bool", value: 1 } }, { ...leave }];
        case "if": {
          const then = this.marking(statement.then, leave);
          return [{ ...statement, then, otherwise: this.marking(statement.otherwise, leave) }];
        }
        case "loop":
          return [{ ...statement, body: this.marking(statement.body, leave) }];
        case "block":
          return [{ ...statement, body: this.marking(statement.body, leave) }];
        default:
          return [statement];
      }
    });
  }
}

/** Whether a set of a local of the group may be done before statements that stand in front of it. */
function mayGoBefore(set: Extract<Statement, { kind: "set" }>, run: readonly Statement[]): boolean {
  if (run.length === 0) return true;
  if (someExpression(set.value, (part) => part.op === "load")) return false;
  return !readsLocal(run, set.local);
}

function readsLocal(run: readonly Statement[], id: number): boolean {
  return someStatement(run, (statement) =>
    expressionsOf(statement).some((expression) =>
      someExpression(expression, (part) => part.op === "local" && part.id === id),
    ),
  );
}

/** Locals that are set in one place, from nothing but the thread's place, sizes, scalars and others of their kind. */
function recomputable(body: readonly Statement[], entry: LocalSet, group: ReadonlySet<number>): Map<number, Statement> {
  const sets = new Map<number, Statement[]>();
  eachStatement(body, (statement) => {
    const target = targetOf(statement);
    if (target !== undefined) sets.set(target, [...(sets.get(target) ?? []), statement]);
  });
  const found = new Map<number, Statement>();
  const isFixed = (expression: Expression): boolean => {
    if (expression.op === "load" || expression.op === "call") return false;
    if (expression.op === "local") return found.has(expression.id);
    return operandsOf(expression).every(isFixed);
  };
  // In order: what a value is computed from comes before it.
  for (const [id, [statement, ...more]] of sets) {
    if (statement?.kind !== "set" || more.length > 0 || group.has(id) || contains(entry, id)) continue;
    if (isFixed(statement.value)) found.set(id, statement);
  }
  return found;
}
