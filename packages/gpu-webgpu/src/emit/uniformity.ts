// What all threads of a group agree on, as a compiler of WGSL sees it: it accepts a barrier only where it can prove that all come
// there together. Cautious: what is not proven here is voted on at run time (spine.ts).
//
// Rules
//   1. The spine is what contains barriers, and what jumps where all threads go together. Only there a local can stay uniform.
//   2. A local is uniform if every one of its assignments is on the spine, where control is uniform, and has a uniform value.
//   3. After a jump that only some threads take, control is not uniform until where the jump goes.
//   4. Locals and loops are assumed uniform first, and looked at again until nothing changes.

import { escapesOf, hasBarrier, type Target } from "@everycore/gpu";
import { type ArrayRef, type Expression, type Loop, listsOf, type Statement } from "@everycore/kernel/ir";

/** See above. */
export class Uniformity {
  readonly #isOnlyRead: (array: ArrayRef) => boolean;
  readonly #varying = new Set<number>();
  readonly #varyingLoops = new Set<Statement>();
  #changed = false;

  constructor(body: readonly Statement[], isOnlyRead: (array: ArrayRef) => boolean) {
    this.#isOnlyRead = isOnlyRead;
    do {
      this.#changed = false;
      this.#list(body, false);
    } while (this.#changed);
  }

  /** Whether a statement is written on the spine, given whether control is uniform there. */
  isOnSpine(statement: Statement, varying: boolean): boolean {
    if (hasBarrier(statement)) return true;
    if (varying) return false;
    switch (statement.kind) {
      case "set":
        return !this.#varying.has(statement.local);
      case "leave":
      case "next":
      case "return":
        return true;
      case "if":
        return this.isUniform(statement.condition) && escapesOf([statement]).size > 0;
      default:
        return false;
    }
  }

  /** Whether some threads may leave the loop earlier than others. */
  isVarying(loop: Loop): boolean {
    return this.#varyingLoops.has(loop);
  }

  /** Whether an expression has one value for all threads of a group. */
  isUniform(value: Expression): boolean {
    switch (value.op) {
      case "constant":
      case "scalar":
      case "length":
        return true;
      case "thread":
        return value.what !== "global" && value.what !== "local";
      case "local":
        return !this.#varying.has(value.id);
      case "load":
        return this.#isOnlyRead(value.array) && this.isUniform(value.index);
      case "unary":
      case "convert":
      case "bitcast":
        return this.isUniform(value.value);
      case "binary":
      case "compare":
      case "logical":
        return this.isUniform(value.left) && this.isUniform(value.right);
      case "select":
        return this.isUniform(value.condition) && this.isUniform(value.then) && this.isUniform(value.otherwise);
      case "call":
        return value.arguments.every((argument) => this.isUniform(argument));
    }
  }

  /** The jumps out of the list that only some threads take. */
  #list(list: readonly Statement[], varying: boolean): Set<Target> {
    const escapes = new Set<Target>();
    for (const statement of list) {
      for (const target of this.#statement(statement, varying || escapes.size > 0)) escapes.add(target);
    }
    return escapes;
  }

  #statement(statement: Statement, varying: boolean): Set<Target> {
    if (!this.isOnSpine(statement, varying)) {
      this.#varyAll([statement]);
      return escapesOf([statement]);
    }
    switch (statement.kind) {
      case "set":
        if (!this.isUniform(statement.value)) this.#vary(statement.local);
        return new Set();
      case "if":
        return this.#list([...statement.then, ...statement.otherwise], varying || !this.isUniform(statement.condition));
      case "block":
        return without(this.#list(statement.body, varying), `leave ${statement.label}`);
      case "loop":
        return this.#loop(statement, varying);
      default:
        return new Set();
    }
  }

  #loop(loop: Loop, outside: boolean): Set<Target> {
    const varying = outside || this.#varyingLoops.has(loop) || !this.isUniform(loop.condition);
    const afterBody = without(this.#list(loop.body, varying), `next ${loop.label}`);
    const escapes = this.#list(loop.update, varying || afterBody.size > 0);
    for (const target of afterBody) escapes.add(target);
    if ((varying || escapes.size > 0) && !this.#varyingLoops.has(loop)) {
      this.#varyingLoops.add(loop);
      this.#changed = true;
    }
    return without(escapes, `leave ${loop.label}`);
  }

  #varyAll(list: readonly Statement[]): void {
    for (const statement of list) {
      if (statement.kind === "set") this.#vary(statement.local);
      else if (statement.kind === "random") this.#vary(statement.target);
      else if (statement.kind === "atomic" && statement.target !== undefined) this.#vary(statement.target);
      for (const inner of listsOf(statement)) this.#varyAll(inner);
    }
  }

  #vary(local: number): void {
    if (this.#varying.has(local)) return;
    this.#varying.add(local);
    this.#changed = true;
  }
}

function without(targets: Set<Target>, target: Target): Set<Target> {
  targets.delete(target);
  return targets;
}
