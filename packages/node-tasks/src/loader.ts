// From a reference back to the function, in the worker.

import { compileFunction, constants } from "node:vm";
import {
  type AnyTask,
  findNamedTask,
  type TaskLoader,
  type TaskReference,
  TaskReferenceError,
  unknownTask,
} from "@everycore/core";
import { prepareTypeScript } from "./tsx-hooks.js";

/** Loads functions into a Node thread or process. */
export class NodeTaskLoader implements TaskLoader {
  load(reference: TaskReference): AnyTask | Promise<AnyTask> {
    switch (reference.kind) {
      case "source":
        return hasImport.test(reference.text) ? prepareTypeScript().then(() => compile(reference)) : compile(reference);
      case "named":
        return findNamedTask(reference) ?? importNamed(reference);
      case "export":
        return importExport(reference);
      default:
        throw new TaskReferenceError(`A task by "${reference.kind}" reference cannot be loaded in another thread.`);
    }
  }

  async importModule(url: string): Promise<unknown> {
    await prepareTypeScript();
    return import(url);
  }
}

const hasImport = /\bimport\s*\(/;
const emitWarning = process.emitWarning;

/** Node 20 warns of the loader that dynamic imports in compiled text need; users of tasks can do nothing about it. */
function emitOtherWarnings(warning: string | Error, ...rest: never[]): void {
  if (!String(warning).includes("USE_MAIN_CONTEXT_DEFAULT_LOADER")) emitWarning.call(process, warning, ...rest);
}

/** Compiles in the place of the original: stacks show its file and line, and relative imports start from there. */
function compile({ text, name, origin }: TaskReference & { kind: "source" }): AnyTask {
  // `__name` is what esbuild and tsx put into functions to keep their names.
  const code = `"use strict";const __name = (fn) => fn;return (\n${text}\n)`;
  if (hasImport.test(text)) process.emitWarning = emitOtherWarnings;
  try {
    const factory = compileFunction(code, [], {
      ...(origin && { filename: origin.url, lineOffset: origin.line - 1 }),
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    const task = factory() as AnyTask;
    return Object.defineProperty(task, "name", { value: name, configurable: true });
  } catch (cause) {
    throw new TaskReferenceError(`The source of "${name}" cannot be compiled in the worker.`, { cause });
  }
}

async function importNamed(reference: TaskReference & { kind: "named" }): Promise<AnyTask> {
  if (!/^(file|data|node):/.test(reference.table)) throw unknownTask(reference);
  await importModule(reference.table, reference.name);
  const task = findNamedTask(reference);
  if (!task) throw unknownTask(reference);
  return task;
}

async function importExport({ url, path, text }: TaskReference & { kind: "export" }): Promise<AnyTask> {
  const label = path.join(".");
  let value: unknown = await importModule(url, label);
  for (const key of path) value = (value as Record<string, unknown> | null | undefined)?.[key];
  if (typeof value !== "function") {
    throw new TaskReferenceError(`${url} has no exported function "${label}" when it is loaded in a worker.`);
  }
  if (Function.prototype.toString.call(value) !== text) {
    throw new TaskReferenceError(
      `The export "${label}" of ${url} is another function in the worker than the one that was submitted. ` +
        "Name it with defineTasks(import.meta.url, { … }).",
    );
  }
  return value as AnyTask;
}

async function importModule(url: string, what: string): Promise<unknown> {
  try {
    await prepareTypeScript();
    return await import(url);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TaskReferenceError(`The worker cannot import ${url} to find "${what}": ${why}.${hintFor(cause)}`, {
      cause,
    });
  }
}

function hintFor(cause: unknown): string {
  if ((cause as { code?: unknown } | null)?.code !== "ERR_UNKNOWN_FILE_EXTENSION") return "";
  return " Node reads TypeScript from 22.18 on; before, start the program with tsx.";
}
