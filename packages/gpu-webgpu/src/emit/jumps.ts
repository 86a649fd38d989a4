// `leave`, `next` and `return` of the IR in WGSL, which has `break` and `continue` for the innermost statement only.
//
// Rules
//   1. Loops become `loop`, blocks become a `switch` with one case: `break` leaves either, and `continue` passes through a switch.
//   2. A jump further out sets the variable `jump` to the number of its target and breaks; behind each statement that it leaves stands
//      a test that breaks again, until the target is reached, where `jump` is 0 again.
//   3. A region is what runs for a part of a group only (see spine.ts). Jumps out of it end it; the spine looks at `jump`.

import type { Target } from "@everycore/gpu";

/** The value of `jump` of a thread that has ended. */
export const ended = "0xffffffffu";

interface Enclosing {
  readonly kind: "loop" | "switch" | "region";
  /** Where `break` goes. */
  readonly target: Target | undefined;
  /** Where `continue` goes. */
  readonly continues: Target | undefined;
  /** Jumps that pass through here on their way out. */
  readonly passing: Set<Target>;
}

/** The statements that enclose the one in hand. */
export class Jumps {
  readonly #enclosing: Enclosing[] = [];
  readonly #numbers = new Map<Target, number>();
  /** Targets of jumps that left a region. */
  readonly leftRegion: Set<Target> = new Set();

  /** Whether `jump` is needed. */
  get used(): boolean {
    return this.#numbers.size > 0;
  }

  /** The value of `jump` for a target. */
  number(target: Target): string {
    if (target === "return") return ended;
    const number = this.#numbers.get(target) ?? this.#numbers.size + 1;
    this.#numbers.set(target, number);
    return `${number}u`;
  }

  enter(kind: Enclosing["kind"], target?: Target, continues?: Target): void {
    this.#enclosing.push({ kind, target, continues, passing: new Set() });
  }

  /** Ends the innermost statement; gives the lines that must stand behind it. */
  exit(): string[] {
    const { kind, passing } = this.#enclosing.pop() as Enclosing;
    if (kind === "region") {
      for (const target of passing) this.leftRegion.add(target);
      return [];
    }
    return [...passing].map((target) => {
      const arrives = this.#direct(target) !== undefined;
      const reset = arrives ? "jump = 0u; " : "";
      return `if (jump == ${this.number(target)}) { ${reset}${this.#step(target)} }`;
    });
  }

  /** The lines of a jump. */
  to(target: Target): string[] {
    if (this.#direct(target) !== undefined) return [this.#step(target)];
    return [`jump = ${this.number(target)};`, this.#step(target)];
  }

  #direct(target: Target): "break" | "continue" | undefined {
    if (this.#enclosing.at(-1)?.target === target) return "break";
    const around = this.#enclosing.findLast(({ kind }) => kind !== "switch");
    return around?.kind === "loop" && around.continues === target ? "continue" : undefined;
  }

  #step(target: Target): string {
    const direct = this.#direct(target);
    if (direct) return `${direct};`;
    const innermost = this.#enclosing.at(-1);
    if (!innermost) throw new Error(`A jump to "${target}" has no statement to leave.`);
    innermost.passing.add(target);
    return "break;";
  }
}
