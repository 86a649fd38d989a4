// In a page functions are sent by name only: core names those of `defineTasks`, and what comes here is refused.

import { type AnyTask, TaskReferenceError, type TaskResolver } from "@everycore/core";

/** Refuses every function, and names the way out. */
export const namedTasks: TaskResolver = {
  resolve(task: AnyTask): never {
    const name = task.name || "it";
    throw new TaskReferenceError(
      `Cannot send "${task.name || "an anonymous function"}" to a worker of this page: workers find functions by name only. Name it, ` +
        `export const tasks = defineTasks(import.meta.url, { ${name} }), pass tasks to serve(…) in the worker's file, and use tasks.${name} here.`,
    );
  },
};
