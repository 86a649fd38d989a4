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
  return /^(file|data):/.test(url) ? findInText(fn, url, inspector.scriptSource(scriptId)) : undefined;
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

function findInText(fn: AnyTask, url: string, source: string): ExportPlace | undefined {
  let exported: ReadonlyArray<{ readonly n: string; readonly ln: string | undefined }>;
  try {
    [, exported] = parse(source);
  } catch {
    return undefined;
  }
  const match =
    exported.find(({ ln }) => ln === fn.name && fn.name !== "") ??
    exported.find(({ n, ln }) => n === fn.name && (ln === undefined || n === "default"));
  return match && { url, path: [match.n] };
}

function findInCommonJs(fn: AnyTask, file: string): ExportPlace | undefined {
  const exported: unknown = require.cache[file]?.exports;
  if (exported === undefined || exported === null) return undefined;
  const url = pathToFileURL(file).href;
  if (exported === fn) return { url, path: ["default"] };
  const name = Object.keys(exported).find((key) => (exported as Record<string, unknown>)[key] === fn);
  return name === undefined ? undefined : { url, path: ["default", name] };
}
