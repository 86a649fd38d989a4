// Writes one FunctionDefinition, statement by statement: declares locals, collects `set` and `if`.

import { LocalList, set, when } from "../ir/builder.js";
import type { FunctionDefinition } from "../ir/function.js";
import type { Expression, LocalRead, MathFunction, Statement } from "../ir/ir.js";

/** What the body of a function of one argument is made by. */
export type UnaryBody = (f: FunctionWriter, x: LocalRead) => Expression;

/** What the body of a function of two arguments is made by. */
export type BinaryBody = (f: FunctionWriter, x: LocalRead, y: LocalRead) => Expression;

/** Collects the parts of a function. Parts of functions that are shared take a writer and write into it. */
export class FunctionWriter {
  readonly #locals = new LocalList();
  readonly #parameters: number[] = [];
  #statements: Statement[] = [];

  /** The next parameter; all are float32. */
  parameter(name: string): LocalRead {
    const parameter = this.#locals.add(name, "float32");
    this.#parameters.push(parameter.id);
    return parameter;
  }

  /** A new local with a value. What is used twice is made a local: expressions are trees. */
  let(name: string, value: Expression): LocalRead {
    const local = this.#locals.add(name, value.type);
    this.set(local, value);
    return local;
  }

  /** Gives a local another value. */
  set(local: LocalRead, value: Expression): void {
    this.#statements.push(set(local, value));
  }

  /** What `write` writes runs only if `condition`. For what is rare: SIMD jumps over it when no lane needs it. */
  rarely(condition: Expression, write: () => void): void {
    const outside = this.#statements;
    this.#statements = [];
    write();
    outside.push(when(condition, this.#statements));
    this.#statements = outside;
  }

  /** The function, complete. */
  finish(name: MathFunction, result: Expression): FunctionDefinition {
    return Object.freeze({
      name,
      parameters: Object.freeze([...this.#parameters]),
      locals: Object.freeze([...this.#locals.list]),
      body: Object.freeze([...this.#statements]),
      result,
      type: "float32",
    });
  }
}
