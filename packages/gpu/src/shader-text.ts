// The text of one shader: declarations and functions, each written once, before what uses it; and lines with their indentation.

import type { MathFunction } from "@everycore/kernel/ir";

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
    this.continued(write, tail);
  }

  /** What follows a block that ended with the head of another: `} else {`. */
  continued(write: () => void, tail: string = "}"): void {
    this.#indent += "  ";
    write();
    this.#indent = this.#indent.slice(2);
    this.add(tail);
  }

  /** Gives a value a name of its own; `declare` is what a declaration begins with: `let`, or a type. */
  named(declare: string, value: string): string {
    const name = `t${this.#temporaries++}`;
    this.add(`${declare} ${name} = ${value};`);
    return name;
  }

  toString(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }
}

/** Writes the definition of a function of Math into a shader, under this name. */
export type WriteMathFunction<O extends string> = (shader: ShaderText<O>, name: MathFunction, as: string) => void;

/** A function of the shading language that does what an operation of the IR means, and the operations that it calls. */
export interface Operation<O extends string> {
  readonly uses: readonly O[];
  readonly text: string;
}

/** See above. `O`: the names of the operations. */
export class ShaderText<O extends string> {
  readonly #parts: string[] = [];
  readonly #known = new Set<string>();
  readonly #operationOf: (name: O) => Operation<O>;
  readonly #writeMath: WriteMathFunction<O>;

  constructor(operationOf: (name: O) => Operation<O>, writeMath: WriteMathFunction<O>) {
    this.#operationOf = operationOf;
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
  operation(name: O): string {
    return this.once(name, () => {
      const { uses, text } = this.#operationOf(name);
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
