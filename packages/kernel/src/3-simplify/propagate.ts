// Replaces reads of locals whose value is known: a constant, a scalar, a length, the thread's place, another local.
//
// Sound because it follows the order in which statements run, and forgets what it knows of a local, and of all locals that were
// copied from it, wherever that local may be set: at a set; behind an `if`, what its branches do not agree on; for a loop (before
// its condition is looked at) and behind a block, all that is set anywhere inside, as jumps may come from anywhere inside.

import { constant } from "../ir/builder.js";
import type { Expression, Program, Statement } from "../ir/ir.js";
import { alwaysJumps } from "./control.js";
import { effectsOf } from "./effects.js";
import { isLeaf, isSameExpression } from "./expression-key.js";
import { foldExpression } from "./fold.js";
import { changed, expandAll, mapBodies, mapOperands, mapOwnExpressions, withBranches } from "./rewrite.js";

/** What locals are known to be. */
type Known = Map<number, Expression>;

/** Replaces locals by what they are known to be, and folds what becomes of it. */
export function propagate(program: Program): Program {
  const propagation = new Propagation(program.fastMath);
  // A thread's locals begin as 0. Those of a reduction are also set from outside.
  const initial = (): Known =>
    new Map(program.kind === "grid" ? program.locals.map(({ type }, id) => [id, constant(type, 0)]) : []);
  return mapBodies(program, (list) => propagation.list(list, initial()));
}

class Propagation {
  readonly #fastMath: boolean;

  constructor(fastMath: boolean) {
    this.#fastMath = fastMath;
  }

  /** Goes through a list; `known` is changed to what is known at its end. */
  list(list: readonly Statement[], known: Known): readonly Statement[] {
    return expandAll(list, (statement) => this.#statement(statement, known));
  }

  #statement(s: Statement, known: Known): readonly Statement[] {
    switch (s.kind) {
      case "if":
        return [this.#if(s, known)];
      case "loop":
        return [this.#loop(s, known)];
      case "block":
        return [this.#block(s, known)];
      default:
        return this.#simple(
          mapOwnExpressions(s, (e) => this.#expression(e, known)),
          known,
        );
    }
  }

  #expression(expression: Expression, known: Known): Expression {
    const replaced = replaceLocals(expression, known);
    return replaced === expression ? expression : foldExpression(replaced, this.#fastMath);
  }

  #simple(s: Statement, known: Known): readonly Statement[] {
    if (s.kind === "set" && s.value.op === "local" && s.value.id === s.local) return [];
    forgetAll(known, effectsOf(s).sets);
    if (s.kind === "set" && isLeaf(s.value)) known.set(s.local, s.value);
    return [s];
  }

  #if(s: Extract<Statement, { kind: "if" }>, known: Known): Statement {
    const condition = this.#expression(s.condition, known);
    const afterThen = new Map(known);
    const afterOtherwise = new Map(known);
    const then = this.list(s.then, afterThen);
    const otherwise = this.list(s.otherwise, afterOtherwise);
    agree(
      known,
      then.some(alwaysJumps) ? afterOtherwise : afterThen,
      otherwise.some(alwaysJumps) ? afterThen : afterOtherwise,
    );
    return withBranches(changed(s, { condition }), then, otherwise);
  }

  #loop(s: Extract<Statement, { kind: "loop" }>, known: Known): Statement {
    forgetAll(known, effectsOf(s).sets);
    const condition = this.#expression(s.condition, known);
    const inBody = new Map(known);
    const body = this.list(s.body, inBody);
    const fallsIntoUpdate = !effectsOf(...s.body).jumps.has(s.label);
    const update = this.list(s.update, fallsIntoUpdate ? inBody : new Map(known));
    return changed(s, { condition, body, update });
  }

  #block(s: Extract<Statement, { kind: "block" }>, known: Known): Statement {
    const body = this.list(s.body, new Map(known));
    forgetAll(known, effectsOf(s).sets);
    return changed(s, { body });
  }
}

function replaceLocals(expression: Expression, known: Known): Expression {
  if (expression.op === "local") return known.get(expression.id) ?? expression;
  return mapOperands(expression, (operand) => replaceLocals(operand, known));
}

function forgetAll(known: Known, locals: ReadonlySet<number>): void {
  for (const [id, value] of known) {
    if (locals.has(id) || (value.op === "local" && locals.has(value.id))) known.delete(id);
  }
}

/** Leaves in `known` what both say. */
function agree(known: Known, one: Known, other: Known): void {
  const merged = [...one].filter(([id, value]) => {
    const otherValue = other.get(id);
    return otherValue !== undefined && isSameExpression(value, otherValue);
  });
  known.clear();
  for (const [id, value] of merged) known.set(id, value);
}
