// What the checks of the simulator report: plain data, which the API turns into a KernelError with file and line.

import type { Offset } from "../ir/ir.js";

/** A thread's place in the grid. */
export type ThreadPlace = readonly [x: number, y: number, z: number];

interface IssueParts {
  /** What happened, in a sentence that names the array and the threads. */
  readonly message: string;
  /** Where in the user's function, if known. */
  readonly at: Offset | undefined;
  /** The thread in which it was noticed. */
  readonly thread: ThreadPlace;
}

/** A thread read or wrote outside of an array. */
interface OutOfBounds extends IssueParts {
  readonly reason: "out-of-bounds";
  readonly access: "read" | "write" | "atomic";
  readonly array: string;
  readonly index: number;
  readonly length: number;
}

/** Two threads used one element, at least one of them wrote, and nothing ordered them. */
interface Race extends IssueParts {
  readonly reason: "race";
  readonly access: "read" | "write" | "atomic";
  readonly array: string;
  readonly index: number;
  readonly other: ThreadPlace;
  readonly otherAccess: "read" | "write" | "atomic";
}

/** Threads of one group wait at different barriers. */
interface DivergentBarrier extends IssueParts {
  readonly reason: "divergent-barrier";
  readonly other: ThreadPlace;
}

/** One mistake that only shows while the program runs. */
export type SimulationIssue = OutOfBounds | Race | DivergentBarrier;

/** Thrown at the first issue, unless the caller of the simulator takes issues itself. */
export class SimulationError extends Error {
  readonly issue: SimulationIssue;
  constructor(issue: SimulationIssue) {
    super(issue.message);
    this.name = "SimulationError";
    this.issue = issue;
  }
}

/** `x` of a grid with one axis, else `(x, y)` or `(x, y, z)`. */
export function placeText(place: ThreadPlace, dimensions: 1 | 2 | 3): string {
  return dimensions === 1 ? String(place[0]) : `(${place.slice(0, dimensions).join(", ")})`;
}
