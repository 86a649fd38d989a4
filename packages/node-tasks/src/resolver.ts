// From a function to a reference that another Node thread or process can load, without annotations:
//   1. by reference: the function is an export of a module that the worker can import;
//   2. by source: its text needs nothing from outside but globals;
//   3. otherwise a TaskReferenceError that names what it captures, and where.
// (By name comes before both; that form is core's.)

import { realpathSync } from "node:fs";
import { findSourceMap } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type AnyTask, type TaskReference, TaskReferenceError, type TaskResolver } from "@everycore/core";
import { capturesThis, findCaptures, lineOf } from "./captures.js";
import { findExport, isCommonJs } from "./exports.js";
import { FunctionInspector, type FunctionLocation } from "./function-inspector.js";

/** Resolves functions of this thread. `destination` ends the sentence `Cannot send "f" to …`. */
export class NodeTaskResolver implements TaskResolver {
  static readonly #inspector = new FunctionInspector();
  static readonly #references = new WeakMap<AnyTask, TaskReference>();
  readonly #destination: string;

  constructor(destination: string) {
    this.#destination = destination;
  }

  resolve(task: AnyTask): TaskReference {
    const known = NodeTaskResolver.#references.get(task);
    if (known) return known;
    const reference = this.#resolve(task);
    NodeTaskResolver.#references.set(task, reference);
    return reference;
  }

  #resolve(task: AnyTask): TaskReference {
    const inspector = NodeTaskResolver.#inspector;
    const text = Function.prototype.toString.call(task);
    this.#refuseUnsendable(task, text);
    const location = inspector.locate(task);
    const enclosing = inspector.scopes(task).filter(({ description }) => isFunctionScope(description, location));
    if (location && enclosing.length === 0 && !isEntryModule(location.url)) {
      const place = findExport(task, location, inspector);
      if (place) return { kind: "export", ...place, text };
    }
    const scopes = inspector.scopes(task);
    const names = findCaptures(text, new Set(scopes.flatMap(({ variables }) => variables)), inspector);
    if (!names) throw this.#refusal(task, whyNoExpression(text), location);
    if (names.length > 0 && /\beval\s*\(/.test(text)) throw this.#refusal(task, "it uses eval", location);
    const captured = capturesThis(text, inspector) ? ["this", ...names] : names;
    if (captured.length > 0) throw this.#captureError(task, text, captured, location);
    const origin = location?.url ? { origin: { url: location.url, line: location.line } } : {};
    return { kind: "source", text, name: task.name, ...origin };
  }

  #refuseUnsendable(task: AnyTask, text: string): void {
    if (/\{\s*\[native code\]\s*\}$/.test(text)) {
      const bound = task.name.startsWith("bound ");
      throw this.#refusal(
        task,
        bound ? "it is a bound function, whose object stays here" : "it is a native function; wrap it in one of yours",
      );
    }
    if (/^class\b/.test(text)) throw this.#refusal(task, "it is a class, which cannot be called");
  }

  #refusal(task: AnyTask, why: string, location?: FunctionLocation): TaskReferenceError {
    const where = location?.url ? ` (${place(location, location.line)})` : "";
    return new TaskReferenceError(
      `Cannot send "${task.name || "anonymous"}"${where} to ${this.#destination}: ${why}. ` +
        "Pass a function that takes what it needs as arguments, or export one from a module.",
    );
  }

  #captureError(
    task: AnyTask,
    text: string,
    names: readonly string[],
    location: FunctionLocation | undefined,
  ): TaskReferenceError {
    const list = names.map((name) => {
      const at = location?.url ? place(location, location.line + lineOf(name, text)) : `line ${lineOf(name, text) + 1}`;
      return `"${name}" (${at})`;
    });
    const them = names.length === 1 ? "it as an argument" : "them as arguments";
    const entry = location && isEntryModule(location.url) ? " (not the entry script, which would run again)" : "";
    return new TaskReferenceError(
      `Cannot send "${task.name || "anonymous"}" to ${this.#destination}: it captures ${list.join(", ")}. ` +
        `Pass ${them}, or move the function to a module${entry} and export it.`,
      { captured: names },
    );
  }
}

function whyNoExpression(text: string): string {
  return /\bimport\.meta\b/.test(text)
    ? "it uses import.meta, which belongs to its module"
    : "it is a method, which is bound to its object";
}

/** Whether a scope belongs to a function around the task. In a CommonJS module the module itself is such a function. */
function isFunctionScope(description: string, location: FunctionLocation | undefined): boolean {
  if (/^(Module|Script|Global)/.test(description)) return false;
  return !(location && description === "Closure" && isCommonJs(location.url));
}

/** The script that the process was started with: importing it in a worker would run the program again. */
function isEntryModule(url: string): boolean {
  const entry = process.argv[1];
  if (!entry) return false;
  try {
    // The link itself is the script's URL under --preserve-symlinks-main.
    const paths = [realpathSync(entry), resolve(entry)];
    return paths.some((path) => url === path || url === pathToFileURL(path).href);
  } catch {
    return false;
  }
}

/** `line 12` of the file that the user wrote: through a source map where one is loaded. */
function place({ url, column }: FunctionLocation, line: number): string {
  const origin = findSourceMap(url)?.findEntry(line, column) as { originalLine?: number } | undefined;
  const file = url.split("/").at(-1) ?? url;
  return `${file} line ${(origin?.originalLine ?? line) + 1}`;
}
