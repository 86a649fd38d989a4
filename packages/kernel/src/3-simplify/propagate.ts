// Replaces reads of locals whose value is known: a constant, a scalar, a length, the thread's place, another local.
//
// Sound because it follows the order in which statements run, and forgets what it knows of a local, and of all locals that were
// copied from it, wherever that local may be set: at a set; behind an `if`, what its branches do not agree on; for a loop (before
// its condition is looked at) and behind a block, all that is set anywhere inside, as jumps may come from anywhere inside.

import { constant } from "../ir/builder.js";
import type { Expression, Program, Statement } from "../ir/ir.js";
import { targetOf } from "../ir/structure.js";
import { alwaysJumps } from "./control.js";
import { effectsOf } from "./effects.js";
import { isLeaf, isSameExpression } from "./expression-key.js";
import { foldExpression } from "./fold.js";
import { changed, expandAll, mapBodies, mapOperands, mapOwnExpressions, withBranches } from "./rewrite.js";

/** Replaces locals by what they are known to be, and folds what becomes of it. */
export function propagate(program: Program): Program {
  return mapBodies(program, (list) => new Propagation(program).list(list));
}

class Propagation {
  readonly #fastMath: boolean;
  readonly #known = new Knowledge();
  /** Locals that others may be known to be copies of. */
  readonly #copied = new Set<number>();

  constructor({ kind, locals, fastMath }: Program) {
    this.#fastMath = fastMath;
    // A thread's locals begin as 0. Those of a reduction are also set from outside.
    if (kind === "grid") for (const [id, { type }] of locals.entries()) this.#known.learn(id, constant(type, 0));
  }

  /** Goes through a list; behind it, what is known is what is known at its end. */
  list(list: readonly Statement[]): readonly Statement[] {
    return expandAll(list, (statement) => this.#statement(statement));
  }

  #statement(s: Statement): readonly Statement[] {
    switch (s.kind) {
      case "if":
        return [this.#if(s)];
      case "loop":
        return [this.#loop(s)];
      case "block":
        return [this.#block(s)];
      default:
        return this.#simple(mapOwnExpressions(s, (e) => this.#expression(e)));
    }
  }

  #expression(expression: Expression): Expression {
    const replaced = replaceLocals(expression, this.#known.values);
    return replaced === expression ? expression : foldExpression(replaced, this.#fastMath);
  }

  #simple(s: Statement): readonly Statement[] {
    if (s.kind === "set" && s.value.op === "local" && s.value.id === s.local) return [];
    const target = targetOf(s);
    if (target === undefined) return [s];
    this.#forget(target);
    if (s.kind === "set" && isLeaf(s.value)) {
      this.#known.learn(s.local, s.value);
      if (s.value.op === "local") this.#copied.add(s.value.id);
    }
    return [s];
  }

  #forget(local: number): void {
    this.#known.learn(local, undefined);
    if (!this.#copied.has(local)) return;
    for (const [id, value] of this.#known.values) {
      if (value.op === "local" && value.id === local) this.#known.learn(id, undefined);
    }
  }

  #if(s: Extract<Statement, { kind: "if" }>): Statement {
    const condition = this.#expression(s.condition);
    const before = this.#known.now;
    const then = this.list(s.then);
    const afterThen = this.#known.goBack(before);
    const otherwise = this.list(s.otherwise);
    const afterOtherwise = this.#known.goBack(before);
    this.#agree(
      then.some(alwaysJumps) ? afterOtherwise : afterThen,
      otherwise.some(alwaysJumps) ? afterThen : afterOtherwise,
    );
    return withBranches(changed(s, { condition }), then, otherwise);
  }

  /** From here on, what both ways say is known. */
  #agree(one: Learned, other: Learned): void {
    const known = this.#known.values;
    for (const id of new Set([...one.keys(), ...other.keys()])) {
      const value = one.has(id) ? one.get(id) : known.get(id);
      const otherValue = other.has(id) ? other.get(id) : known.get(id);
      const agrees = value !== undefined && otherValue !== undefined && isSameExpression(value, otherValue);
      this.#known.learn(id, agrees ? value : undefined);
    }
  }

  #loop(s: Extract<Statement, { kind: "loop" }>): Statement {
    for (const local of effectsOf(s).sets) this.#forget(local);
    const condition = this.#expression(s.condition);
    const before = this.#known.now;
    const body = this.list(s.body);
    // What is known at the body's end is known in the update only if nothing else leads there.
    if (effectsOf(...s.body).jumps.has(s.label)) this.#known.goBack(before);
    const update = this.list(s.update);
    this.#known.goBack(before);
    return changed(s, { condition, body, update });
  }

  #block(s: Extract<Statement, { kind: "block" }>): Statement {
    const before = this.#known.now;
    const body = this.list(s.body);
    this.#known.goBack(before);
    for (const local of effectsOf(s).sets) this.#forget(local);
    return changed(s, { body });
  }
}

/** What became of locals; undefined: it is no longer known what they are. */
type Learned = ReadonlyMap<number, Expression | undefined>;

/** What locals are known to be, with a way back, so that branches need no copies. */
class Knowledge {
  readonly #values = new Map<number, Expression>();
  readonly #past: { readonly id: number; readonly value: Expression | undefined }[] = [];

  get values(): ReadonlyMap<number, Expression> {
    return this.#values;
  }

  /** A moment to go back to. */
  get now(): number {
    return this.#past.length;
  }

  learn(id: number, value: Expression | undefined): void {
    const before = this.#values.get(id);
    if (before === value) return;
    this.#past.push({ id, value: before });
    this.#put(id, value);
  }

  /** Goes back to a moment, and says what was learned since. */
  goBack(moment: number): Learned {
    const learned = new Map<number, Expression | undefined>();
    while (this.#past.length > moment) {
      const { id, value } = this.#past.pop() as { id: number; value: Expression | undefined };
      if (!learned.has(id)) learned.set(id, this.#values.get(id));
      this.#put(id, value);
    }
    return learned;
  }

  #put(id: number, value: Expression | undefined): void {
    if (value === undefined) this.#values.delete(id);
    else this.#values.set(id, value);
  }
}

function replaceLocals(expression: Expression, known: ReadonlyMap<number, Expression>): Expression {
  if (expression.op === "local") return known.get(expression.id) ?? expression;
  return mapOperands(expression, (operand) => replaceLocals(operand, known));
}
