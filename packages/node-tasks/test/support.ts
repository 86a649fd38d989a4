import { compileFunction, constants } from "node:vm";
import { type AnyTask, type TaskReference, TaskReferenceError } from "@everycore/core";
// The built one: from src, vite would answer its imports with rewritten copies of the modules.
import { NodeTaskLoader } from "@everycore/node-tasks/loader";
import { NodeTaskResolver } from "../src/index.js";

/** Node's own import: vite would load its own, rewritten copy of the module. */
export const nativeImport: (url: string) => Promise<any> = compileFunction("return import(url)", ["url"], {
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}) as (url: string) => Promise<any>;

/** The URL of a file in test/fixtures. */
export function fixture(name: string): string {
  return new URL(`./fixtures/${name}`, import.meta.url).href;
}

const resolver = new NodeTaskResolver("another thread");
export const loader = new NodeTaskLoader();

/** The reference of a function, or the error that refuses it. */
export function referenceOf(task: unknown): TaskReference {
  return resolver.resolve(task as AnyTask);
}

export function refusalOf(task: unknown): TaskReferenceError {
  try {
    referenceOf(task);
  } catch (error) {
    if (error instanceof TaskReferenceError) return error;
    throw error;
  }
  throw new Error("The function was not refused.");
}

/** Sends a function there, as data, and calls it. */
export async function callElsewhere(task: unknown, ...args: unknown[]): Promise<unknown> {
  const loaded = await loader.load(structuredClone(referenceOf(task)));
  return (loaded as (...args: unknown[]) => unknown)(...args);
}
