// How a value differs between the threads of a strip (eight neighbours along x), and where their ways part.
//
// A shape is the step from lane to lane: 0 for values that are the same in all lanes, 1 for thread.x, and so on; VARYING when
// there is no constant step. Control flow is divergent where a condition is varying, or where some lanes have left.
//
// A local that is set where only some lanes are on keeps its shape if nobody reads it where the other lanes are on again;
// otherwise the set has to blend, and the local is varying. Shapes and divergence depend on each other: both only grow,
// and are computed in rounds until nothing changes.
//
// Speculation: where nothing has been written yet, a strip may give up and be done thread by thread. There, a condition that
// parts the grid in two (x < width), a clamp, or a division by a size counts as what it is away from its border; the emitter
// guards it. See speculation.ts.

import { type If, type Local, type Loop, type Statement, targetOf } from "@everycore/kernel/ir";
import { contains, type Liveness, type LocalSet } from "./liveness.js";
import { type Shape, ShapeRules, VARYING } from "./shape-rules.js";
import type { Speculation } from "./speculation.js";

/** Something that encloses statements: what `leave`, `next` and `return` may go past. */
interface Scope {
  readonly kind: "root" | "if" | "loop" | "iteration" | "block";
  readonly statement: Statement | undefined;
  /** Whether some lanes may be off inside that are on outside. */
  readonly masked: boolean;
  /** What is live where lanes that are off here come on again. */
  readonly live: LocalSet;
}

/** What the analysis of a vector body found. */
export interface ShapeAnalysis {
  readonly rules: ShapeRules;
  shapeOfLocal(id: number): Shape;
  /** Ifs, loops and blocks that need masks. */
  readonly divergent: ReadonlySet<Statement>;
  /** Loops of which some lanes may go to the update early. */
  readonly divergentNext: ReadonlySet<Loop>;
  /** Statements inside of which lanes may go off to somewhere outside of them. */
  readonly escapes: ReadonlySet<Statement>;
  /** Whether some lanes may return before others. */
  readonly divergentReturn: boolean;
  /** Statements whose result must be blended with the old value. */
  readonly blends: ReadonlySet<Statement>;
}

/** Analyses a body. Locals in `varying` are varying from the start. */
export function analyseShapes(
  body: readonly Statement[],
  locals: readonly Local[],
  liveness: Liveness,
  speculation: Speculation,
  varying: readonly number[],
): ShapeAnalysis {
  const analysis = new Analysis(locals, liveness, speculation, varying);
  analysis.solve(body);
  return analysis;
}

class Analysis implements ShapeAnalysis {
  readonly divergent: Set<Statement> = new Set();
  readonly divergentNext: Set<Loop> = new Set();
  readonly escapes: Set<Statement> = new Set();
  readonly blends: Set<Statement> = new Set();
  divergentReturn = false;
  readonly rules: ShapeRules;
  private readonly shapes: (Shape | undefined)[];
  private readonly locals: readonly Local[];
  private readonly liveness: Liveness;
  private changed = false;

  constructor(locals: readonly Local[], liveness: Liveness, speculation: Speculation, varying: readonly number[]) {
    this.locals = locals;
    this.liveness = liveness;
    this.shapes = locals.map((_, id) => (contains(liveness.entry, id) ? 0 : undefined));
    for (const id of varying) this.shapes[id] = VARYING;
    this.rules = new ShapeRules((id) => this.shapeOfLocal(id), speculation);
  }

  shapeOfLocal(id: number): Shape {
    return this.shapes[id] ?? 0;
  }

  solve(body: readonly Statement[]): void {
    do {
      this.changed = false;
      const root: Scope = { kind: "root", statement: undefined, masked: this.divergentReturn, live: 0n };
      this.list(body, [root]);
    } while (this.changed);
  }

  private list(list: readonly Statement[], scopes: readonly Scope[]): void {
    for (const statement of list) this.statement(statement, scopes);
  }

  private statement(statement: Statement, scopes: readonly Scope[]): void {
    this.rules.enter(statement);
    switch (statement.kind) {
      case "if":
        return this.if(statement, scopes);
      case "loop":
        return this.loop(statement, scopes);
      case "block": {
        const masked = this.divergent.has(statement);
        const live = this.liveness.after.get(statement) ?? 0n;
        return this.list(statement.body, [...scopes, { kind: "block", statement, masked, live }]);
      }
      case "leave":
      case "next":
      case "return":
        return this.jump(statement, scopes);
      default:
        return this.assign(statement, scopes);
    }
  }

  private if(statement: If, scopes: readonly Scope[]): void {
    if (this.rules.shapeOf(statement.condition) !== 0) this.add(this.divergent, statement);
    const masked = this.divergent.has(statement);
    const after = this.liveness.after.get(statement) ?? 0n;
    const otherwise = this.liveness.otherwise.get(statement) ?? 0n;
    this.list(statement.then, [...scopes, { kind: "if", statement, masked, live: after | otherwise }]);
    this.list(statement.otherwise, [...scopes, { kind: "if", statement, masked, live: after }]);
  }

  private loop(loop: Loop, scopes: readonly Scope[]): void {
    if (this.rules.shapeOf(loop.condition) !== 0) this.add(this.divergent, loop);
    const masked = this.divergent.has(loop);
    const live = this.liveness.after.get(loop) ?? 0n;
    const outer: readonly Scope[] = [...scopes, { kind: "loop", statement: loop, masked, live }];
    const update = this.liveness.update.get(loop) ?? 0n;
    const iteration: Scope = { kind: "iteration", statement: loop, masked: this.divergentNext.has(loop), live: update };
    this.list(loop.body, [...outer, iteration]);
    this.list(loop.update, outer);
  }

  /** Finds out whether only some lanes jump; then everything on the way up to the target has lanes that go off. */
  private jump(jump: Extract<Statement, { kind: "leave" | "next" | "return" }>, scopes: readonly Scope[]): void {
    const place = scopes.findLastIndex((scope) => isTarget(scope, jump));
    const passed = scopes.slice(place + 1);
    if (!passed.some((scope) => scope.masked)) return;
    for (const { kind, statement } of passed) {
      if (statement === undefined || kind === "iteration") continue;
      this.add(this.escapes, statement);
      if (kind !== "if") this.add(this.divergent, statement);
    }
    this.markTarget(jump, scopes[place]);
  }

  private markTarget(jump: Statement, target: Scope | undefined): void {
    if (jump.kind === "return") {
      this.changed ||= !this.divergentReturn;
      this.divergentReturn = true;
    } else if (target?.statement !== undefined) {
      this.add(this.divergent, target.statement);
      if (jump.kind === "next") this.add(this.divergentNext, target.statement as Loop);
    }
  }

  private assign(statement: Statement, scopes: readonly Scope[]): void {
    const target = targetOf(statement);
    if (target === undefined) return;
    const masked = scopes.some((scope) => scope.masked && contains(scope.live, target));
    if (masked) this.add(this.blends, statement);
    const shape = statement.kind === "set" && !masked ? this.rules.shapeOf(statement.value) : VARYING;
    this.widen(target, shape);
  }

  private widen(id: number, shape: Shape): void {
    const known = this.shapes[id];
    const type = this.locals[id]?.type;
    const allowed = shape === 0 || type === "int32" || type === "uint32" ? shape : VARYING;
    const joined = known === undefined || known === allowed ? allowed : VARYING;
    if (joined === known) return;
    this.shapes[id] = joined;
    this.changed = true;
  }

  private add<T>(set: Set<T>, item: T): void {
    if (set.has(item)) return;
    set.add(item);
    this.changed = true;
  }
}

function isTarget(scope: Scope, jump: Statement): boolean {
  if (jump.kind === "return") return scope.kind === "root";
  const statement = scope.statement;
  if (statement === undefined || !("label" in statement) || !("label" in jump) || statement.label !== jump.label)
    return false;
  return jump.kind === "next" ? scope.kind === "iteration" : scope.kind !== "iteration";
}
