// What the suite of tasks measures: one pool of workers, from this house or another.
//
// Rules
//  1. Every pool has the same number of workers, runs the same three functions, and is warm before the clock starts.
//  2. Of each pool there is one at a time, and nothing else runs.
//  3. What comes back is checked: a pool that loses or mixes up results is out.

import type { Missing } from "../contender.js";

/** A pool that is open. */
export interface Pool {
  /** `a + b`, somewhere else. */
  add(a: number, b: number): PromiseLike<number>;
  /** The same bytes, back again, in whatever way the pool likes best. Absent where they would go as JSON, which takes minutes. */
  echo?(bytes: Uint8Array<ArrayBuffer>): PromiseLike<Uint8Array>;
  close(): Promise<unknown>;
}

/** One kind of pool. */
export interface PoolContender {
  readonly name: string;
  /** Pools are compared with those of their own kind. */
  readonly kind: "threads" | "processes" | "isolated page" | "page";
  readonly ours?: true;
  /** Gives the samples of one round. */
  measure(settings: TaskSettings): Promise<TaskSample | Missing>;
}

export interface TaskSettings {
  readonly workers: number;
  /** Tasks that are submitted at once. */
  readonly burst: number;
  /** Tasks that are submitted one by one, each after a pause. */
  readonly lone: number;
  /** Bytes that go there and back. */
  readonly bytes: number;
}

/** One round of one pool. */
export interface TaskSample {
  /** Tiny tasks in a second, all submitted at once. */
  readonly perSecond: number;
  /** From submit to result of one tiny task in a pool that has nothing to do: the mean of all but the slowest tenth of many, in milliseconds. */
  readonly loneMs: number;
  /** There and back of a large array, in milliseconds. */
  readonly echoMs: number;
}
