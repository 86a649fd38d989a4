// The worker's side of names: which function is meant. Bundlers give `import.meta.url`, the usual id of a table, another value in the
// page than in the worker, and one value to all modules of a file. Therefore a table is recognised by its names, and by its id only
// where several have the same ones. Only tables that were given to `serve` are looked at, so that nothing works in development that
// would not work in a bundle.

import {
  type AnyTask,
  checkOptions,
  namedReference,
  type TaskLoader,
  type TaskReference,
  TaskReferenceError,
  typeError,
} from "@everycore/core";

type Table = Readonly<Record<string, AnyTask>>;
type Named = TaskReference & { readonly kind: "named" };

/** Finds functions in tables made by `defineTasks`. */
export class ServedTasks implements TaskLoader {
  readonly #tables: readonly Table[];

  constructor(tables: readonly Table[]) {
    for (const table of tables) checkTable(table);
    this.#tables = tables;
  }

  load(reference: TaskReference): AnyTask {
    if (reference.kind !== "named")
      throw new TaskReferenceError(`A page's worker cannot load a task by ${reference.kind}.`);
    const candidates = this.#tables.filter((table) => Object.hasOwn(table, reference.name));
    const alike = candidates.filter((table) => hasNames(table, reference.names));
    const same = (alike.length > 0 ? alike : candidates).filter((table) => idOf(table) === reference.table);
    const [found, another] = same.length > 0 ? same : alike;
    if (!found) throw this.#unknown(reference);
    if (another) throw ambiguous(reference);
    return found[reference.name] as AnyTask;
  }

  #unknown({ name, table, names = [name] }: Named): TaskReferenceError {
    const served = this.#tables.map((tasks) => `{ ${Object.keys(tasks).join(", ")} }`).join(", ") || "nothing";
    return new TaskReferenceError(
      `The worker knows no task "${name}" of ${table}, whose tasks are { ${names.join(", ")} }; it serves ${served}. Pass that table to ` +
        "serve(…) in the worker's file.",
    );
  }
}

function ambiguous({ name, names = [] }: Named): TaskReferenceError {
  return new TaskReferenceError(
    `The worker serves several tables of the tasks { ${names.join(", ")} }, and cannot tell which "${name}" is meant. Give each an id of ` +
      'its own: defineTasks("my tasks", { … }).',
  );
}

function checkTable(table: Table): void {
  checkOptions("tasks", table);
  for (const [name, task] of Object.entries(table)) {
    if (typeof task !== "function" || !namedReference(task)) {
      throw typeError(
        `tasks.${name}`,
        "a function of a table that defineTasks(import.meta.url, { … }) has returned",
        task,
      );
    }
  }
}

function hasNames(table: Table, names: readonly string[] = []): boolean {
  const own = Object.keys(table);
  return own.length === names.length && names.every((name) => Object.hasOwn(table, name));
}

function idOf(table: Table): string | undefined {
  const [first] = Object.values(table);
  return first && namedReference(first)?.table;
}
