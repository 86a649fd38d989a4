// `leave` and `next` of the IR in GLSL, whose `break` leaves the innermost statement only.
//
// Loops become `for (;;)`, blocks, and bodies of loops that `next` leaves, a `switch` with one case: `break` leaves either. A jump further out
// sets the variable `jump` to the number of its target and breaks; behind each statement that it leaves stands a test that breaks again, until
// the target is reached, where `jump` is 0 again.

import type { Target } from "@everycore/gpu";

interface Enclosing {
  /** Where `break` goes. */
  readonly target: Target;
  /** Jumps that pass through here on their way out. */
  readonly passing: Set<Target>;
}

/** The statements that enclose the one in hand. */
export class Jumps {
  readonly #enclosing: Enclosing[] = [];
  readonly #numbers = new Map<Target, number>();

  /** Whether `jump` is needed. */
  get used(): boolean {
    return this.#numbers.size > 0;
  }

  enter(target: Target): void {
    this.#enclosing.push({ target, passing: new Set() });
  }

  /** Ends the innermost statement; gives the lines that must stand behind it. */
  exit(): string[] {
    const { passing } = this.#enclosing.pop() as Enclosing;
    return [...passing].map((target) => {
      const arrives = this.#enclosing.at(-1)?.target === target;
      if (!arrives) this.#pass(target);
      return `if (jump == ${this.#number(target)}) { ${arrives ? "jump = 0; " : ""}break; }`;
    });
  }

  /** The lines of a jump. */
  to(target: Target): string[] {
    if (this.#enclosing.at(-1)?.target === target) return ["break;"];
    this.#pass(target);
    return [`jump = ${this.#number(target)};`, "break;"];
  }

  #pass(target: Target): void {
    const innermost = this.#enclosing.at(-1);
    if (!innermost) throw new Error(`A jump to "${target}" has no statement to leave.`);
    innermost.passing.add(target);
  }

  #number(target: Target): number {
    const number = this.#numbers.get(target) ?? this.#numbers.size + 1;
    this.#numbers.set(target, number);
    return number;
  }
}
