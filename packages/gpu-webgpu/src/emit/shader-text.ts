// The text of one shader: declarations and functions, each written once, before what uses it; and lines with their indentation.

import type { MathFunction } from "@everycore/kernel/ir";
import { type OperationName, operation } from "./operations.js";

/** Lines of statements; blocks indent. */
export class Lines {
  readonly #lines: string[] = [];
  #indent = "  ";
  #temporaries = 0;

  add(line: string): void {
    this.#lines.push(this.#indent + line);
  }

  /** `head {`, then what `write` adds, then `tail`. */
  block(head: string, write: () => void, tail: string = "}"): void {
    this.add(head === "" ? "{" : `${head} {`);
    this.#indent += "  ";
    write();
    this.#indent = this.#indent.slice(2);
    this.add(tail);
  }

  /** What follows a block that ended with the head of another: `} else {`. */
  continued(write: () => void): void {
    this.#indent += "  ";
    write();
    this.#indent = this.#indent.slice(2);
    this.add("}");
  }

  /** Gives a value a name of its own. */
  named(value: string): string {
    const name = `t${this.#temporaries++}`;
    this.add(`let ${name} = ${value};`);
    return name;
  }

  toString(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }
}

/** Writes the definition of a function of Math into a shader, under this name. */
export type WriteMathFunction = (shader: ShaderText, name: MathFunction, as: string) => void;

/** See above. */
export class ShaderText {
  readonly #parts: string[] = [];
  readonly #known = new Set<string>();
  readonly #writeMath: WriteMathFunction;

  constructor(writeMath: WriteMathFunction) {
    this.#writeMath = writeMath;
  }

  /** Adds a declaration or function as it is. */
  add(text: string): void {
    this.#parts.push(text.endsWith("\n") ? text : `${text}\n`);
  }

  /** Adds something once; the name is how it is called. */
  once(name: string, write: () => void): string {
    if (!this.#known.has(name)) {
      this.#known.add(name);
      write();
    }
    return name;
  }

  /** The name of an operation, which is added. */
  operation(name: OperationName): string {
    return this.once(name, () => {
      const { uses, text } = operation(name);
      for (const used of uses) this.operation(used);
      this.add(text);
    });
  }

  /** The name of a function of Math, which is added. */
  mathFunction(name: MathFunction): string {
    return this.once(`math_${name}`, () => this.#writeMath(this, name, `math_${name}`));
  }

  toString(): string {
    return this.#parts.join("\n");
  }
}
