// What can be said of a statement without looking around it: what is in it, and where it may jump to.

import { listsOf, type Statement } from "@everycore/kernel/ir";

/** Where a jump goes: `leave 3`, `next 3`, `return`. */
export type Target = string;

/** Whether there is a barrier in it. */
export function hasBarrier(statement: Statement): boolean {
  return statement.kind === "barrier" || listsOf(statement).some((list) => list.some(hasBarrier));
}

/** Whether random numbers are drawn. */
export function hasRandom(list: readonly Statement[]): boolean {
  return list.some((statement) => statement.kind === "random" || listsOf(statement).some(hasRandom));
}

/** Where jumps out of a list of statements go. */
export function escapesOf(list: readonly Statement[]): Set<Target> {
  const found = new Set<Target>();
  for (const statement of list) for (const target of escapesOfOne(statement)) found.add(target);
  return found;
}

function escapesOfOne(statement: Statement): Set<Target> {
  switch (statement.kind) {
    case "leave":
    case "next":
      return new Set([`${statement.kind} ${statement.label}`]);
    case "return":
      return new Set(["return"]);
    case "if":
    case "loop":
    case "block": {
      const found = escapesOf(listsOf(statement).flat());
      if (statement.kind !== "if") {
        found.delete(`leave ${statement.label}`);
        found.delete(`next ${statement.label}`);
      }
      return found;
    }
    default:
      return new Set();
  }
}

/** Whether a jump is the last thing that the list does. */
export function isJump({ kind }: Statement): boolean {
  return kind === "leave" || kind === "next" || kind === "return";
}
