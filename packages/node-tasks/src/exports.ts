// Under which name does a loaded module export a function? ES modules have no synchronous look at their namespace, so
// the export statements in the module's text are read; a CommonJS module is looked up in require's cache.

import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { AnyTask } from "@everycore/core";
import { parse } from "es-module-lexer/js";
import type { FunctionInspector, FunctionLocation } from "./function-inspector.js";

/** Where a function can be imported from. */
export interface ExportPlace {
  readonly url: string;
  /** Names from the module's namespace down to the function. */
  readonly path: readonly string[];
}

const require = createRequire(import.meta.url);

/** The export that holds `fn`, or `undefined`. */
export function findExport(
  fn: AnyTask,
  location: FunctionLocation,
  inspector: FunctionInspector,
): ExportPlace | undefined {
  const { url, scriptId } = location;
  if (isCommonJs(url)) return findInCommonJs(fn, fileOf(url) as string);
  return /^(file|data):/.test(url) ? findInText(fn, location, inspector.scriptSource(scriptId)) : undefined;
}

/** Whether a script is a CommonJS module that this thread has loaded. */
export function isCommonJs(url: string): boolean {
  const file = fileOf(url);
  return file !== undefined && require.cache[file] !== undefined;
}

function fileOf(url: string): string | undefined {
  if (url.startsWith("file:")) return fileURLToPath(url);
  return url.startsWith("/") || /^[A-Za-z]:\\/.test(url) ? url : undefined;
}

function findInText(fn: AnyTask, location: FunctionLocation, source: string): ExportPlace | undefined {
  let exported: readonly ExportName[];
  try {
    [, exported] = parse(source);
  } catch {
    return undefined;
  }
  const start = source.lastIndexOf(Function.prototype.toString.call(fn), offsetOf(location, source));
  const match =
    exported.find(({ ln }) => ln === fn.name && fn.name !== "") ??
    exported.find(({ n, ln }) => n === fn.name && (ln === undefined || n === "default")) ??
    exported.find(({ n, e }) => n === "default" && nameBehind(e, source) === fn.name);
  return match && isDeclaredAt(match, start, source) ? { url: location.url, path: [match.n] } : undefined;
}

/** The identifier in `export default identifier`. */
function nameBehind(end: number, source: string): string | undefined {
  return /^\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(;|\n|$)/u.exec(source.slice(end, end + 200))?.[1];
}

/** A name that a module exports, where it stands in the text, and the local name behind it. */
interface ExportName {
  readonly n: string;
  readonly ln: string | undefined;
  readonly s: number;
  readonly e: number;
}

function offsetOf({ line, column }: FunctionLocation, source: string): number {
  let offset = 0;
  for (let left = line; left > 0; left--) offset = source.indexOf("\n", offset) + 1;
  return offset + column;
}

/** Whether an export that declares its function declares the one at `start`, not another one of the same name. */
function isDeclaredAt({ s, e }: ExportName, start: number, source: string): boolean {
  const before = source.slice(Math.max(0, s - 40), s);
  if (!/\bexport\s+(async\s+)?(function\s*\*?|const|let|var)\s*$/.test(before)) return true;
  return s >= start ? start >= s - before.length : /^\s*=[\s(]*$/.test(source.slice(e, start));
}

function findInCommonJs(fn: AnyTask, file: string): ExportPlace | undefined {
  const exported: unknown = require.cache[file]?.exports;
  if (exported === undefined || exported === null) return undefined;
  const url = pathToFileURL(file).href;
  if (exported === fn) return { url, path: ["default"] };
  const name = Object.keys(exported).find((key) => (exported as Record<string, unknown>)[key] === fn);
  return name === undefined ? undefined : { url, path: ["default", name] };
}
