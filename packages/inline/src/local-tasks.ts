// References to functions within one thread: a number each. Any function will do, closures included.

import {
  type AnyTask,
  findNamedTask,
  type TaskLoader,
  type TaskReference,
  TaskReferenceError,
  type TaskResolver,
  unknownTask,
} from "@everycore/core";

/** Resolver and loader at once. Keeps no function alive: the pool does, while a task needs it. */
export class LocalTasks implements TaskResolver, TaskLoader {
  readonly #ids = new WeakMap<AnyTask, number>();
  readonly #tasks = new Map<number, WeakRef<AnyTask>>();
  readonly #collected = new FinalizationRegistry<number>((id) => this.#tasks.delete(id));
  #next = 0;

  resolve(task: AnyTask): TaskReference {
    let id = this.#ids.get(task);
    if (id === undefined) {
      id = this.#next++;
      this.#ids.set(task, id);
      this.#tasks.set(id, new WeakRef(task));
      this.#collected.register(task, id);
    }
    return { kind: "local", id, name: task.name };
  }

  load(reference: TaskReference): AnyTask {
    if (reference.kind === "named") {
      const task = findNamedTask(reference);
      if (task) return task;
      throw unknownTask(reference);
    }
    const task = reference.kind === "local" ? this.#tasks.get(reference.id)?.deref() : undefined;
    if (task) return task;
    throw new TaskReferenceError(`The inline executor cannot load a task by ${reference.kind}.`);
  }
}
