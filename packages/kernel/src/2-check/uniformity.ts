// Proves that all threads of a group reach each barrier together.
//
// Rules
//  1. A value is uniform if it is the same for all threads of a group: constants, scalars, lengths, sizes and the group's
//     place; elements of arrays that the program only reads, at a uniform index; what is computed from these alone.
//  2. A local is uniform if it is assigned uniform values only, and only where control is uniform.
//  3. Control is uniform until a condition that is not. After a `leave`, `next` or `return` that only some threads take, it is not
//     until where that goes: the end of the block or loop, the loop's update, the end of the program.
//  4. A loop that some threads leave earlier than others is not uniform in any round.
//  5. Locals and loops are assumed uniform first, and looked at again until nothing changes.

import type { ArrayParameter, Expression, Statement } from "../ir/ir.js";
import { type Place, refuse } from "./refusal.js";

/** Where control goes that only some threads take: labels of blocks and loops, `next` of a loop, the end. */
type Escape = string;

/** @throws DiagnosticError for a barrier that not all threads of a group may reach together. */
export function checkBarriers(
  body: readonly Statement[],
  arrays: readonly ArrayParameter[],
  places: ReadonlyMap<Statement, Place>,
): void {
  if (places.size === 0) return;
  const analysis = new Uniformity(arrays);
  analysis.settle(body);
  for (const barrier of analysis.divergent) refuseBarrier(places.get(barrier) as Place);
}

function refuseBarrier(place: Place): never {
  refuse(
    place,
    "divergent-barrier",
    "Not all threads of a group may reach this `thread.barrier()`: it depends on the thread whether control comes here.",
    "Put the barrier outside of the `if` or loop, and do not `return` before it: guard what comes between with `if (x < n)`.",
  );
}

class Uniformity {
  readonly divergent: Set<Statement> = new Set();
  readonly #arrays: readonly ArrayParameter[];
  readonly #varying: Set<number> = new Set();
  readonly #varyingLoops: Set<Statement> = new Set();
  #changed = false;

  constructor(arrays: readonly ArrayParameter[]) {
    this.#arrays = arrays;
  }

  /** Rule 5. */
  settle(body: readonly Statement[]): void {
    do {
      this.#changed = false;
      this.#list(body, false);
    } while (this.#changed);
  }

  #list(statements: readonly Statement[], varying: boolean): Set<Escape> {
    const escapes = new Set<Escape>();
    for (const statement of statements) {
      for (const way of this.#statement(statement, varying || escapes.size > 0)) escapes.add(way);
    }
    return escapes;
  }

  #statement(statement: Statement, varying: boolean): Iterable<Escape> {
    switch (statement.kind) {
      case "set":
        if (varying || !this.#isUniform(statement.value)) this.#vary(statement.local);
        return [];
      case "random":
        this.#vary(statement.target);
        return [];
      case "atomic":
        if (statement.target !== undefined) this.#vary(statement.target);
        return [];
      case "barrier":
        if (varying) this.divergent.add(statement);
        return [];
      case "if":
        return this.#if(statement, varying);
      case "loop":
        return this.#loop(statement, varying);
      case "block":
        return without(this.#list(statement.body, varying), `leave ${statement.label}`);
      case "leave":
      case "next":
        return varying ? [`${statement.kind} ${statement.label}`] : [];
      case "return":
        return varying ? ["return"] : [];
      case "store":
        return [];
    }
  }

  #if(statement: Extract<Statement, { kind: "if" }>, varying: boolean): Set<Escape> {
    const inside = varying || !this.#isUniform(statement.condition);
    const escapes = this.#list(statement.then, inside);
    for (const way of this.#list(statement.otherwise, inside)) escapes.add(way);
    return escapes;
  }

  #loop(statement: Extract<Statement, { kind: "loop" }>, outside: boolean): Set<Escape> {
    const varying = outside || this.#varyingLoops.has(statement);
    const inside = varying || !this.#isUniform(statement.condition);
    const afterBody = without(this.#list(statement.body, inside), `next ${statement.label}`);
    const escapes = this.#list(statement.update, inside || afterBody.size > 0);
    for (const way of afterBody) escapes.add(way);
    if ((escapes.size > 0 || inside) && !this.#varyingLoops.has(statement)) {
      this.#varyingLoops.add(statement);
      this.#changed = true;
    }
    return without(escapes, `leave ${statement.label}`);
  }

  #vary(local: number): void {
    if (this.#varying.has(local)) return;
    this.#varying.add(local);
    this.#changed = true;
  }

  #isUniform(value: Expression): boolean {
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
        return this.#isOnlyRead(value) && this.#isUniform(value.index);
      case "unary":
      case "convert":
      case "bitcast":
        return this.#isUniform(value.value);
      case "binary":
      case "compare":
      case "logical":
        return this.#isUniform(value.left) && this.#isUniform(value.right);
      case "select":
        return this.#isUniform(value.condition) && this.#isUniform(value.then) && this.#isUniform(value.otherwise);
      case "call":
        return value.arguments.every((argument) => this.#isUniform(argument));
    }
  }

  #isOnlyRead({ array }: Extract<Expression, { op: "load" }>): boolean {
    return array.space === "parameter" && this.#arrays[array.index]?.access === "read";
  }
}

function without(escapes: Set<Escape>, way: Escape): Set<Escape> {
  escapes.delete(way);
  return escapes;
}
