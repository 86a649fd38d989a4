// The body of a strip: eight threads at once. Where their ways part, a mask says which lanes are on.
//
// Rules
//  1. Without a mask all lanes are on; nothing is blended.
//  2. A scope that is masked has a mask of its own, in locals. Lanes that leave it are cleared there, and come on again where
//     the scope that they left for ends: there the outer mask still has them.
//  3. A mask that may have become empty is tested, and if it is, the scope is left: nothing but straight, harmless code
//     ever runs for no lanes, so that no loop goes on for threads that do not exist.
//  4. If lanes may leave past an outer scope, the inner one collects in `left` those that end inside of it; they are the
//     outer mask from there on.

import {
  type Block,
  expressionsOf,
  type If,
  type Leave,
  type Loop,
  listsOf,
  type Next,
  type SetLocal,
  type Statement,
} from "@everycore/kernel/ir";
import type { Bindings } from "./bindings.js";
import { someExpression } from "./expression-tree.js";
import type { FunctionBuilder, Label } from "./function-builder.js";
import { LaneMasks } from "./lane-masks.js";
import { contains, type LocalSet } from "./liveness.js";
import type { OwnElements } from "./own-elements.js";
import { VARYING } from "./shape-rules.js";
import type { ShapeAnalysis } from "./shapes.js";
import type { Speculation } from "./speculation.js";
import { emitVectorAtomic } from "./vector-atomic.js";
import { isInt, type Parts, partNumbers, VectorExpressions } from "./vector-expression.js";
import { storeStrip } from "./vector-memory.js";

/** Something that encloses statements. */
interface Scope {
  readonly kind: "root" | "if" | "loop" | "iteration" | "block";
  readonly label: number | undefined;
  /** Where its lanes go when none is on any more, and where `leave` and `next` go. */
  readonly end: Label;
  /** Its own mask. */
  readonly mask: Parts | undefined;
  /** Lanes that have ended inside, of those that will go on behind it. */
  readonly left: Parts | undefined;
}

/** A branch of no more operations than this is done without a test whether a lane is on. */
const TRIVIAL = 8;

export class VectorBody {
  readonly expressions: VectorExpressions;
  private readonly fn: FunctionBuilder;
  private readonly bindings: Bindings;
  private readonly shapes: ShapeAnalysis;
  private readonly masks: LaneMasks;
  private scopes: Scope[] = [];

  constructor(bindings: Bindings, shapes: ShapeAnalysis, speculation: Speculation) {
    this.fn = bindings.fn;
    this.bindings = bindings;
    this.shapes = shapes;
    this.expressions = new VectorExpressions(bindings, shapes, speculation);
    this.masks = new LaneMasks(this.expressions);
  }

  /** Runs the statements for one strip; it goes to `giveUp` if it must be done thread by thread. */
  emit(body: readonly Statement[], initial: LocalSet, giveUp: Label, own?: OwnElements): void {
    if (own) this.expressions.own = own;
    this.expressions.givesUpTo(giveUp);
    this.clear(initial);
    this.fn.within((end) => {
      const mask = this.shapes.divergentReturn ? this.masks.copy(undefined) : undefined;
      this.inScope({ kind: "root", label: undefined, end, mask, left: undefined }, body);
    });
  }

  private clear(initial: LocalSet): void {
    for (const [id, { type }] of this.bindings.lowered.locals.entries()) {
      if (!contains(initial, id)) continue;
      for (const local of this.expressions.local(id)) {
        if (this.shapes.shapeOfLocal(id) === VARYING) this.fn.ints(0);
        else this.expressions.scalar.constant(type, 0);
        this.fn.set(local);
      }
    }
  }

  private inScope(scope: Scope, list: readonly Statement[]): void {
    this.scopes.push(scope);
    this.list(list);
    this.scopes.pop();
  }

  /** The innermost masked scope. */
  private masked(): Scope | undefined {
    return this.scopes.findLast((scope) => scope.mask !== undefined);
  }

  private list(list: readonly Statement[]): void {
    for (const statement of list) this.statement(statement);
  }

  private statement(statement: Statement): void {
    this.expressions.enter(statement);
    switch (statement.kind) {
      case "set":
        return this.set(statement);
      case "store":
        return storeStrip(this.expressions, statement, this.masked()?.mask);
      case "atomic":
        return emitVectorAtomic(this.expressions, statement, this.masked()?.mask);
      case "if":
        return this.shapes.divergent.has(statement) ? this.divergentIf(statement) : this.uniformIf(statement);
      case "loop":
        return this.shapes.divergent.has(statement) ? this.divergentLoop(statement) : this.uniformLoop(statement);
      case "block":
        return this.block(statement);
      case "leave":
      case "next":
        return this.jump(statement);
      case "return":
        return this.return();
      default:
        throw new Error(`A "${statement.kind}" statement came to the emitter: report this, it is a bug.`);
    }
  }

  // ------------------------------------------------------------------------------------------------ assignments

  private set(statement: SetLocal): void {
    const { expressions, fn } = this;
    const { local, value } = statement;
    const target = expressions.local(local);
    if (this.shapes.shapeOfLocal(local) !== VARYING) {
      expressions.prepare(value);
      expressions.scalar.push(value);
      return fn.set(target[0] as number);
    }
    const mask = this.shapes.blends.has(statement) ? this.masked()?.mask : undefined;
    if (mask !== undefined && this.accumulate(statement, target, mask)) return;
    expressions.prepareVector(value);
    for (const p of partNumbers(value.type)) {
      expressions.part(value, p);
      if (mask === undefined) continue;
      fn.get(target[p] as number);
      expressions.mask(mask, value.type, p);
      fn.op("v128.bitselect");
    }
    for (const part of target.toReversed()) fn.set(part);
  }

  /** `x = x + y` of integers under a mask: adds y & mask, which is cheaper than to blend. */
  private accumulate({ local, value }: SetLocal, target: Parts, mask: Parts): boolean {
    if (value.op !== "binary" || !isInt(value.type)) return false;
    const { operator, left, right } = value;
    if ((operator !== "add" && operator !== "subtract") || left.op !== "local" || left.id !== local) return false;
    const { fn, expressions } = this;
    const one = right.op === "constant" && right.value === 1;
    expressions.prepareVector(right);
    for (const p of partNumbers(value.type)) {
      fn.get(target[p] as number);
      if (!one) expressions.part(right, p);
      fn.get(mask[p] as number);
      if (!one) fn.op("v128.and");
      fn.op((operator === "add") === one ? "i32x4.sub" : "i32x4.add");
    }
    for (const part of target.toReversed()) fn.set(part);
    return true;
  }

  // ---------------------------------------------------------------------------------------------- control flow

  private uniformIf(statement: If): void {
    const { fn } = this;
    const { condition, then, otherwise } = statement;
    this.expressions.prepare(condition);
    this.expressions.scalar.push(condition);
    fn.if();
    this.list(then);
    if (otherwise.length > 0) {
      fn.else();
      this.list(otherwise);
    }
    fn.end();
  }

  private divergentIf(statement: If): void {
    const { expressions } = this;
    const escapes = this.shapes.escapes.has(statement);
    const outer = this.masked();
    expressions.prepareVector(statement.condition);
    const condition = expressions.parts(statement.condition);
    const withElse = statement.otherwise.length > 0 || escapes;
    const then = this.masks.combined(outer?.mask, condition, "v128.and");
    const otherwise = withElse ? this.masks.combined(outer?.mask, condition, "v128.andnot") : undefined;
    this.branch(then, statement.then);
    if (otherwise !== undefined) this.branch(otherwise, statement.otherwise);
    if (!escapes || outer?.mask === undefined || otherwise === undefined) return;
    this.masks.unite(outer.mask, then, otherwise);
    this.endIfEmpty(outer);
  }

  private branch(mask: Parts, list: readonly Statement[]): void {
    if (list.length === 0) return;
    const { fn } = this;
    fn.within((end) => {
      if (weightOf(list) > TRIVIAL) this.masks.brIfEmpty(mask, end);
      this.inScope({ kind: "if", label: undefined, end, mask, left: undefined }, list);
    });
  }

  private endIfEmpty(scope: Scope): void {
    if (scope.mask !== undefined) this.masks.brIfEmpty(scope.mask, scope.end);
  }

  private uniformLoop(loop: Loop): void {
    const { fn } = this;
    const { label, condition, body, update } = loop;
    fn.within((end) => {
      const again = fn.loop();
      if (!isTrue(loop)) {
        this.expressions.enter(loop);
        this.expressions.prepare(condition);
        this.expressions.scalar.push(condition);
        fn.op("i32.eqz");
        fn.brIf(end);
      }
      const scope: Scope = { kind: "loop", label, end, mask: undefined, left: undefined };
      this.scopes.push(scope);
      fn.within((next) => this.inScope({ ...scope, kind: "iteration", end: next }, body));
      this.list(update);
      this.scopes.pop();
      fn.br(again);
      fn.end();
    });
  }

  private divergentLoop(loop: Loop): void {
    const { fn } = this;
    const outer = this.masked();
    const mask = this.masks.copy(outer?.mask);
    const left = this.shapes.escapes.has(loop) ? this.masks.empty() : undefined;
    fn.within((end) => {
      const again = fn.loop();
      const scope: Scope = { kind: "loop", label: loop.label, end, mask, left };
      this.loopCondition(loop, scope);
      this.scopes.push(scope);
      this.iteration(loop, scope);
      this.list(loop.update);
      this.scopes.pop();
      fn.br(again);
      fn.end();
    });
    this.goOn(outer, left);
  }

  private loopCondition(loop: Loop, { end, mask = [], left }: Scope): void {
    if (isTrue(loop)) return;
    const { fn, expressions } = this;
    const { condition } = loop;
    expressions.enter(loop);
    if (!expressions.isVarying(condition)) {
      expressions.prepare(condition);
      expressions.scalar.push(condition);
      fn.op("i32.eqz");
      fn.if();
      this.masks.collect(left, mask);
      fn.br(end);
      return fn.end();
    }
    expressions.prepareVector(condition);
    const stay = expressions.parts(condition);
    if (left !== undefined) this.masks.collect(left, this.masks.combined(mask, stay, "v128.andnot"));
    this.masks.update(mask, "v128.and", stay);
    this.masks.brIfEmpty(mask, end);
  }

  /** The body of a loop; lanes that go to the update early are collected in `left` of the iteration. */
  private iteration(loop: Loop, scope: Scope): void {
    const { fn } = this;
    const { label, body } = loop;
    const apart = this.shapes.divergentNext.has(loop);
    const mask = apart ? this.masks.copy(scope.mask) : undefined;
    const left = apart ? this.masks.empty() : undefined;
    fn.within((end) => this.inScope({ kind: "iteration", label, end, mask, left }, body));
    if (mask === undefined || left === undefined || scope.mask === undefined) return;
    this.masks.unite(scope.mask, mask, left);
    this.endIfEmpty(scope);
  }

  private block(block: Block): void {
    const { fn } = this;
    const { label, body } = block;
    const outer = this.masked();
    const divergent = this.shapes.divergent.has(block);
    const mask = divergent ? this.masks.copy(outer?.mask) : undefined;
    const left = divergent && this.shapes.escapes.has(block) ? this.masks.empty() : undefined;
    fn.within((end) => {
      this.inScope({ kind: "block", label, end, mask, left }, body);
      this.masks.collect(left, mask ?? []);
    });
    this.goOn(outer, left);
  }

  /** Behind a scope that lanes may have left for somewhere further out: only the others are on. */
  private goOn(outer: Scope | undefined, left: Parts | undefined): void {
    if (left === undefined || outer?.mask === undefined) return;
    this.masks.assign(outer.mask, left);
    this.endIfEmpty(outer);
  }

  private jump(jump: Leave | Next): void {
    const kinds = jump.kind === "next" ? ["iteration"] : ["loop", "block"];
    const place = this.scopes.findLastIndex(({ kind, label }) => label === jump.label && kinds.includes(kind));
    this.jumpTo(place, jump.kind === "next");
  }

  private return(): void {
    this.jumpTo(0, false);
  }

  /** If only some lanes jump, they are cleared, and the innermost masked scope ends for the moment: none is on in it. */
  private jumpTo(place: number, next: boolean): void {
    const { fn } = this;
    const target = this.scopes[place] as Scope;
    const passed = this.scopes.slice(place + 1).findLast((scope) => scope.mask !== undefined);
    const current = this.masked()?.mask;
    if (passed?.mask === undefined) {
      if (!next && current !== undefined) this.masks.collect(target.left, current);
      return fn.br(target.end);
    }
    this.masks.collect(target.left, passed.mask);
    this.masks.clear(passed.mask);
    fn.br(passed.end);
  }
}

function isTrue({ condition }: Loop): boolean {
  return condition.op === "constant" && condition.value === 1;
}

/** About how many operations the statements are; more than any limit if they are not harmless for no lanes. */
function weightOf(list: readonly Statement[]): number {
  let weight = 0;
  for (const statement of list) {
    if (statement.kind !== "set" && statement.kind !== "if") {
      if (statement.kind === "leave" || statement.kind === "next" || statement.kind === "return") continue;
      return Number.POSITIVE_INFINITY;
    }
    for (const expression of expressionsOf(statement)) {
      someExpression(expression, (part) => {
        weight += part.op === "load" || part.op === "call" ? 2 * TRIVIAL : part.op === "constant" ? 0 : 1;
        return false;
      });
    }
    for (const inner of listsOf(statement)) weight += weightOf(inner);
  }
  return weight;
}
