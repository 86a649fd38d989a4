// Moves what a loop computes anew each time, always alike, in front of the loop.
//
// Sound because the value is pure and nothing in the loop changes it: no set of a local in it, and, if it loads, no write to that
// memory and no barrier. If the loop does not run at all, the value is computed in vain, which nobody sees: a load outside of an
// array is harmless. What stands in a branch stays there, as it may be there because it is rarely needed.

import { declareLocal, local, set } from "../ir/builder.js";
import type { Expression, Local, LocalRead, Program, Statement } from "../ir/ir.js";
import { type Effects, effectsOf, isChangedBy } from "./effects.js";
import { isCheap, keyOf } from "./expression-key.js";
import { changed, expandAll, mapAll, mapBodies, mapLists, mapOperands, mapOwnExpressions } from "./rewrite.js";

/** Moves invariant values in front of loops, from the innermost outwards. */
export function hoistInvariants(program: Program): Program {
  const locals = [...program.locals];
  const list = (statements: readonly Statement[]): readonly Statement[] =>
    expandAll(statements, (statement) => hoistFrom(mapLists(statement, list), locals));
  const hoisted = mapBodies(program, list);
  return hoisted === program ? program : { ...hoisted, locals };
}

function hoistFrom(statement: Statement, locals: Local[]): readonly Statement[] {
  if (statement.kind !== "loop") return [statement];
  const hoisting = new Hoisting(effectsOf(statement), locals);
  const loop = hoisting.loop(statement);
  return [...hoisting.sets, loop];
}

class Hoisting {
  readonly sets: Statement[] = [];
  readonly #effects: Effects;
  readonly #locals: Local[];
  readonly #known = new Map<string, LocalRead>();

  constructor(effects: Effects, locals: Local[]) {
    this.#effects = effects;
    this.#locals = locals;
  }

  loop(s: Extract<Statement, { kind: "loop" }>): Statement {
    const list = (statements: readonly Statement[]): readonly Statement[] =>
      mapAll(statements, (inner) => visit(inner));
    const visit = (inner: Statement): Statement => {
      const own = mapOwnExpressions(inner, (expression) => this.#expression(expression));
      return own.kind === "if" ? own : mapLists(own, list);
    };
    return changed(s, { condition: this.#expression(s.condition), body: list(s.body), update: list(s.update) });
  }

  #expression(expression: Expression): Expression {
    if (isCheap(expression)) return expression;
    if (isChangedBy(expression, this.#effects)) return mapOperands(expression, (operand) => this.#expression(operand));
    return this.#hoist(expression);
  }

  #hoist(expression: Expression): Expression {
    const key = keyOf(expression);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const read = local(expression.type, this.#locals.length);
    this.#locals.push(declareLocal("invariant", expression.type));
    this.sets.push(set(read, expression));
    this.#known.set(key, read);
    return read;
  }
}
