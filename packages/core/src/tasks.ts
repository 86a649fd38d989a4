// How a task is named on its way to a worker. A reference is plain data. Making one from a function (resolving) and
// finding the function again (loading) are the backend's business, except for the portable form by name, which is here.

import { checkFunction, checkOptions, typeError } from "./arguments.js";
import { TaskReferenceError } from "./errors.js";

/** A function that runs in a worker. Takes and returns what the backend can send. */
export type Task<A extends readonly unknown[] = readonly unknown[], R = unknown> = (...args: A) => R;

/** A function of any type, where only its being one matters. */
export type AnyTask = (...args: never[]) => unknown;

/** How a worker finds a function: by table and name, by module and export, by its source, or in the same thread. */
export type TaskReference =
  | {
      readonly kind: "named";
      readonly table: string;
      readonly name: string;
      /** All names of the table: how it is recognised where a bundler has given the module's URL two values. */
      readonly names?: readonly string[];
    }
  | { readonly kind: "export"; readonly url: string; readonly path: readonly string[]; readonly text: string }
  | {
      readonly kind: "source";
      readonly text: string;
      readonly name: string;
      /** Where the text stands: relative imports in it, and stacks, refer to this. */
      readonly origin?: { readonly url: string; readonly line: number };
    }
  | { readonly kind: "local"; readonly id: number; readonly name: string };

/** The host's side: turns a function into a reference, or throws a `TaskReferenceError`. */
export interface TaskResolver {
  resolve(task: AnyTask): TaskReference;
}

/** The worker's side: turns a reference into the function. Rejects with a `TaskReferenceError` that names it. */
export interface TaskLoader {
  load(reference: TaskReference): AnyTask | Promise<AnyTask>;
  /** Imports a module that registers a type of portable objects. Without it the worker's own file must import it. */
  importModule?(url: string): Promise<unknown>;
}

interface Registry {
  readonly referenceOf: WeakMap<object, TaskReference & { kind: "named" }>;
  readonly tables: Map<string, Record<string, AnyTask>>;
}

const registryKey = Symbol.for("everycore.tasks");
const host = globalThis as { [registryKey]?: Registry };
host[registryKey] ??= { referenceOf: new WeakMap(), tables: new Map() };
const registry: Registry = host[registryKey];

/**
 * Names the tasks of a module, in the portable form that survives every bundler and minifier. Returns the table.
 *
 * @param id Identifies the table on both sides: `import.meta.url`, or any string that is unique in the program.
 * @example
 * ```ts
 * export const tasks = defineTasks(import.meta.url, { countPrimes, resize });
 * pool.submit(tasks.countPrimes, 0, 1000);
 * ```
 */
export function defineTasks<T extends Record<string, AnyTask>>(id: string, table: T): Readonly<T> {
  if (typeof id !== "string") throw typeError("id", "a string such as import.meta.url", id);
  checkOptions("table", table);
  for (const [name, task] of Object.entries(table)) checkFunction(`table.${name}`, task);
  const names = Object.keys(table);
  for (const [name, task] of Object.entries(table)) {
    registry.referenceOf.set(task, { kind: "named", table: id, name, names });
  }
  registry.tables.set(id, { ...registry.tables.get(id), ...table });
  return table;
}

/** The reference by name of a function that `defineTasks` named, or `undefined`. */
export function namedReference(task: AnyTask): (TaskReference & { kind: "named" }) | undefined {
  return registry.referenceOf.get(task);
}

/** The function of a reference by name, or `undefined` where no `defineTasks` with this id has run. */
export function findNamedTask(reference: { readonly table: string; readonly name: string }): AnyTask | undefined {
  const table = registry.tables.get(reference.table);
  return table && Object.hasOwn(table, reference.name) ? table[reference.name] : undefined;
}

/** The error of a worker that knows no such table or task. */
export function unknownTask({ table, name }: { readonly table: string; readonly name: string }): TaskReferenceError {
  return new TaskReferenceError(
    `The worker knows no task "${name}" of ${table}. Call defineTasks(import.meta.url, { ${name} }) at the top level of a module that the worker loads.`,
  );
}

const moving = new WeakSet<object>();

/**
 * Marks a value so that its buffers are moved, not copied, the next time it is sent: as an argument, or as the result
 * of a task. The sender's buffers are detached. Returns the value itself.
 *
 * @example
 * ```ts
 * await pool.submit(resize, move(pixels));   // and in the task: return move(result);
 * ```
 */
export function move<T extends object>(value: T): T {
  if (typeof value !== "object" || value === null) throw typeError("value", "an object that holds buffers", value);
  moving.add(value);
  return value;
}

/** For transports: whether the value was marked by {@link move}; takes the mark away. */
export function takeMove(value: object): boolean {
  return moving.delete(value);
}
