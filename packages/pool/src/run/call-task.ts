// Calls a task: one call, or a chunk of calls of which each waits for the one before.

import type { AnyTask, ChunkResult } from "@everycore/core";
import { taskFlags } from "../wire/protocol.js";

type Callable = (...args: readonly unknown[]) => unknown;

/** Calls the task and awaits it. A chunk resolves with the values up to its end or its first error. */
export async function callTask(flags: number, task: AnyTask, args: readonly unknown[]): Promise<unknown> {
  if ((flags & taskFlags.chunk) === 0) return (task as Callable)(...args);
  return callChunk(task, args as ReadonlyArray<readonly unknown[]>);
}

/** Calls the task for each tuple, in order, until one throws. Stays synchronous between tuples that are. */
export async function callChunk(
  task: AnyTask,
  tuples: ReadonlyArray<readonly unknown[]>,
): Promise<ChunkResult<unknown>> {
  const values: unknown[] = [];
  try {
    for (const tuple of tuples) {
      const value = (task as Callable)(...tuple);
      values.push(isThenable(value) ? await value : value);
    }
  } catch (error) {
    return { values, thrown: { error } };
  }
  return { values };
}

/** Whether a task's value has to be awaited. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
