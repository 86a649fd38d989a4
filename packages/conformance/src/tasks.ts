// The functions that the laws run in workers, by name: the portable form, the only one that every backend must take.
// A worker finds them by importing this module, so it has to stay a file of its own in dist.

import { type AnyTask, defineTasks } from "@everycore/core";
import * as bodies from "./task-bodies.js";

export * from "./task-bodies.js";

/** The tasks of the kit. */
export type TaskTable = Omit<typeof bodies, "OrderError">;

/** The tasks of the kit as functions that `defineTasks` has named. */
export const tasks: TaskTable = defineTasks(import.meta.url, named(bodies)) as unknown as TaskTable;

/** The tasks of the kit as plain exports of a module. */
export const plainTasks: TaskTable = bodies;

/** The URL of this module: what a worker imports. */
export const tasksUrl: string = import.meta.url;

/** New functions, because one that is named is never sent in any other form. */
function named(table: object): Record<string, AnyTask> {
  const entries = Object.entries(table).filter(([name]) => name !== "OrderError");
  return Object.fromEntries(entries.map(([name, body]) => [name, (...args: never[]) => body(...args)]));
}
