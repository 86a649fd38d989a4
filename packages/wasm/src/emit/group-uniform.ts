// Which statements of a program with barriers run once for a group, and which locals have one value for all of it.
//
// Statements around barriers run once for the group: their conditions are the same for all threads (the check has proved
// it). So do the sets of the locals that such conditions read, and what is around those sets; and statements that leave a
// loop or block which itself runs once. All else runs thread by thread. Locals that are only set at that level, to values that
// are the same for the group, are of the group as well: that spares a place in memory for each thread.

import {
  type ArrayParameter,
  type Expression,
  expressionsOf,
  listsOf,
  operandsOf,
  type Statement,
  targetOf,
} from "@everycore/kernel/ir";
import { eachStatement } from "./expression-tree.js";

/** What runs once for a group. */
export interface GroupUniform {
  readonly statements: ReadonlySet<Statement>;
  readonly locals: ReadonlySet<number>;
}

/** Analyses the body of a program with groups. */
export function analyseGroup(body: readonly Statement[], arrays: readonly ArrayParameter[]): GroupUniform {
  return new GroupAnalysis(body, arrays).solve();
}

class GroupAnalysis {
  private readonly statements = new Set<Statement>();
  private readonly locals = new Set<number>();
  private readonly parents = new Map<Statement, Statement>();
  private readonly all: Statement[] = [];
  private readonly body: readonly Statement[];
  private readonly arrays: readonly ArrayParameter[];

  constructor(body: readonly Statement[], arrays: readonly ArrayParameter[]) {
    this.body = body;
    this.arrays = arrays;
    eachStatement(body, (statement) => {
      this.all.push(statement);
      for (const list of listsOf(statement)) for (const inner of list) this.parents.set(inner, statement);
    });
  }

  solve(): GroupUniform {
    for (const statement of this.all) if (statement.kind === "barrier") this.raise(statement);
    let size: number;
    do {
      size = this.statements.size + this.locals.size;
      for (const statement of this.all) this.visit(statement);
    } while (this.statements.size + this.locals.size > size);
    this.promote();
    for (const statement of this.all) if (this.isGroupSet(statement)) this.statements.add(statement);
    return { statements: this.statements, locals: this.locals };
  }

  /** The statement and all that is around it run once for the group. */
  private raise(statement: Statement | undefined): void {
    for (let at = statement; at !== undefined && !this.statements.has(at); at = this.parents.get(at)) {
      this.statements.add(at);
    }
  }

  private visit(statement: Statement): void {
    if (this.statements.has(statement)) for (const expression of expressionsOf(statement)) this.need(expression);
    if (this.isGroupSet(statement)) this.raise(statement);
    if (statement.kind === "leave" || statement.kind === "next") {
      if (this.targetIsGroup(statement)) this.raise(statement);
    }
  }

  private isGroupSet(statement: Statement): boolean {
    const target = targetOf(statement);
    return target !== undefined && this.locals.has(target);
  }

  private need(expression: Expression): void {
    if (expression.op === "local") this.locals.add(expression.id);
    for (const operand of operandsOf(expression)) this.need(operand);
  }

  private targetIsGroup(jump: Statement & { readonly label: number }): boolean {
    for (let at = this.parents.get(jump); at !== undefined; at = this.parents.get(at)) {
      if ((at.kind === "loop" || at.kind === "block") && at.label === jump.label) return this.statements.has(at);
    }
    return false;
  }

  /** Locals that may be of the group without moving anything else: all others are struck off until no more are. */
  private promote(): void {
    const sets = this.all.filter((statement) => targetOf(statement) !== undefined);
    const candidates = new Set(sets.map((statement) => targetOf(statement) as number));
    let size: number;
    do {
      size = candidates.size;
      for (const statement of sets) {
        if (!this.fits(statement, candidates)) candidates.delete(targetOf(statement) as number);
      }
    } while (candidates.size < size);
    for (const id of candidates) this.locals.add(id);
  }

  private fits(statement: Statement, candidates: ReadonlySet<number>): boolean {
    const parent = this.parents.get(statement);
    const placed = parent === undefined ? this.body.includes(statement) : this.statements.has(parent);
    return placed && statement.kind === "set" && this.isUniform(statement.value, candidates);
  }

  private isUniform(expression: Expression, candidates: ReadonlySet<number>): boolean {
    if (expression.op === "local") return this.locals.has(expression.id) || candidates.has(expression.id);
    if (expression.op === "thread" && (expression.what === "global" || expression.what === "local")) return false;
    if (expression.op === "load") {
      const { space, index } = expression.array;
      if (space === "shared" || this.arrays[index]?.access !== "read") return false;
    }
    return operandsOf(expression).every((operand) => this.isUniform(operand, candidates));
  }
}
