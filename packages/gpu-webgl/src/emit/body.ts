// Statements of the IR as text in GLSL ES 3.00.

import { escapesOf, isJump } from "@everycore/gpu";
import type { Expression, Loop, Statement } from "@everycore/kernel/ir";
import { type ExpressionScope, expressionText } from "./expression.js";
import type { Jumps } from "./jumps.js";

/** What statements are written into. */
export interface BodyScope extends ExpressionScope {
  readonly jumps: Jumps;
  /** Writes the drawing of a random number into a local. */
  random(target: string): void;
}

/** See above. */
export class Body {
  readonly #scope: BodyScope;

  constructor(scope: BodyScope) {
    this.#scope = scope;
  }

  /** Writes statements, up to the first jump: what stands behind it is never reached. */
  list(statements: readonly Statement[]): void {
    for (const statement of statements) {
      this.#statement(statement);
      if (isJump(statement)) return;
    }
  }

  #statement(statement: Statement): void {
    const { lines, jumps } = this.#scope;
    switch (statement.kind) {
      case "set":
        return lines.add(`${this.#scope.local(statement.local)} = ${this.#text(statement.value, true)};`);
      case "store":
        return this.#store(statement);
      case "random":
        return this.#scope.random(this.#scope.local(statement.target));
      case "if":
        return this.#if(statement);
      case "loop":
        return this.#loop(statement);
      case "block":
        return this.#labelled(`leave ${statement.label}`, statement.body);
      case "leave":
      case "next":
        for (const line of jumps.to(`${statement.kind} ${statement.label}`)) lines.add(line);
        return;
      case "return":
        return lines.add("return;");
      default:
        throw new Error(`WebGL has no ${statement.kind}; refusals.ts refuses programs that use it.`);
    }
  }

  /** The text of an expression; what it needs stands in lines before. */
  #text(value: Expression, kept = false): string {
    return expressionText(this.#scope, value, kept);
  }

  #store({ array, value }: Extract<Statement, { kind: "store" }>): void {
    const line = this.#scope.arrays.store(array, this.#text(value, true));
    if (line) this.#scope.lines.add(line);
  }

  #if({ condition, then, otherwise }: Extract<Statement, { kind: "if" }>): void {
    const { lines } = this.#scope;
    const test = this.#text(condition);
    if (then.length === 0) lines.block(`if (!${test})`, () => this.list(otherwise));
    else if (otherwise.length === 0) lines.block(`if (${test})`, () => this.list(then));
    else {
      lines.block(`if (${test})`, () => this.list(then), "} else {");
      lines.continued(() => this.list(otherwise));
    }
  }

  /** Statements that `break` leaves, as a switch, where there is a jump to leave them. */
  #labelled(target: string, list: readonly Statement[]): void {
    const { lines, jumps } = this.#scope;
    if (!escapesOf(list).has(target)) return lines.block("", () => this.list(list));
    jumps.enter(target);
    lines.block("switch (0) { default:", () => this.list(list), "}}");
    for (const line of jumps.exit()) lines.add(line);
  }

  #loop(loop: Loop): void {
    const { lines, jumps } = this.#scope;
    jumps.enter(`leave ${loop.label}`);
    lines.block("for (;;)", () => {
      lines.add(`if (!${this.#text(loop.condition)}) { break; }`);
      this.#labelled(`next ${loop.label}`, loop.body);
      this.list(loop.update);
    });
    for (const line of jumps.exit()) lines.add(line);
  }
}
