// Statements of the IR as text in WGSL, for code without barriers; spine.ts has the rest.

import { escapesOf, isJump } from "@everycore/gpu";
import type { Atomic, Expression, Loop, Statement } from "@everycore/kernel/ir";
import { type ExpressionScope, expressionText } from "./expression.js";
import type { Jumps } from "./jumps.js";

/** What statements are written into. */
export interface BodyScope extends ExpressionScope {
  readonly jumps: Jumps;
  /** Writes the drawing of a random number into a local. */
  random(target: string): void;
  /** Writes the end of the thread. */
  end(): void;
}

/** See above. */
export class Body {
  readonly scope: BodyScope;

  constructor(scope: BodyScope) {
    this.scope = scope;
  }

  /** Writes statements, up to the first jump: what stands behind it is never reached. */
  list(statements: readonly Statement[]): void {
    for (const statement of statements) {
      this.statement(statement);
      if (isJump(statement)) return;
    }
  }

  statement(statement: Statement): void {
    const { lines, arrays, jumps } = this.scope;
    switch (statement.kind) {
      case "set":
        lines.add(`${this.scope.local(statement.local)} = ${this.text(statement.value, true)};`);
        break;
      case "store":
        lines.add(`${arrays.store(statement.array)}(${this.text(statement.index)}, ${this.text(statement.value)});`);
        break;
      case "atomic":
        this.#atomic(statement);
        break;
      case "random":
        this.scope.random(this.scope.local(statement.target));
        break;
      case "if":
        this.conditional(this.text(statement.condition), statement, (list) => this.list(list));
        break;
      case "loop":
        this.#loop(statement);
        break;
      case "block":
        this.#labelled(`leave ${statement.label}`, statement.body);
        break;
      case "leave":
      case "next":
        for (const line of jumps.to(`${statement.kind} ${statement.label}`)) lines.add(line);
        break;
      case "return":
        this.scope.end();
        break;
      case "barrier":
        throw new Error("A barrier outside of the spine.");
    }
  }

  /** The text of an expression; what it needs stands in lines before. */
  text(value: Expression, kept = false): string {
    return expressionText(this.scope, value, kept);
  }

  conditional(
    condition: string,
    { then, otherwise }: { readonly then: readonly Statement[]; readonly otherwise: readonly Statement[] },
    write: (list: readonly Statement[]) => void,
  ): void {
    const { lines } = this.scope;
    if (then.length === 0) lines.block(`if (!${condition})`, () => write(otherwise));
    else if (otherwise.length === 0) lines.block(`if (${condition})`, () => write(then));
    else {
      lines.block(`if (${condition})`, () => write(then), "} else {");
      lines.continued(() => write(otherwise));
    }
  }

  #atomic({ array, operator, index, value, expected, target }: Atomic): void {
    const { lines, arrays } = this.scope;
    const operands = [index, value, ...(expected ? [expected] : [])].map((operand) => this.text(operand));
    const call = `${arrays.atomic(array, operator)}(${operands.join(", ")});`;
    lines.add(target === undefined ? call : `${this.scope.local(target)} = ${call}`);
  }

  /** Statements that `break` leaves, as a switch, where there is a jump to leave them. */
  #labelled(target: string, list: readonly Statement[]): void {
    const { lines, jumps } = this.scope;
    if (!escapesOf(list).has(target)) return lines.block("", () => this.list(list));
    jumps.enter("switch", target);
    lines.block("switch 0u { default:", () => this.list(list), "} }");
    for (const line of jumps.exit()) lines.add(line);
  }

  /** What jumps in its update cannot be in `continuing`, and the update comes behind the body then. */
  #loop(loop: Loop): void {
    const { lines, jumps } = this.scope;
    const plain = escapesOf(loop.update).size === 0;
    jumps.enter("loop", `leave ${loop.label}`, plain ? `next ${loop.label}` : undefined);
    lines.block("loop", () => {
      this.check(loop.condition);
      if (plain) {
        this.list(loop.body);
        if (loop.update.length > 0) lines.block("continuing", () => this.list(loop.update));
      } else {
        this.#labelled(`next ${loop.label}`, loop.body);
        this.list(loop.update);
      }
    });
    for (const line of jumps.exit()) lines.add(line);
  }

  /** Leaves the loop unless the condition holds. */
  check(condition: Expression): void {
    this.scope.lines.add(`if (!${this.text(condition)}) { break; }`);
  }
}
