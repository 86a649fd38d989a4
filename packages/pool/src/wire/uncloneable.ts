// After structured clone has failed: which part of the value was it? Slow, and only ever asked then.

import { DataCloneError } from "@everycore/core";
import { accessor, keyText } from "./payload-path.js";

/** An error that says where in `value` something cannot be cloned, after cloning has failed with `cause`. */
export function locateUncloneable(value: unknown, root: string, cause: unknown): DataCloneError {
  const found = locate(value, root, new Set());
  return new DataCloneError(found?.path ?? root, found?.what ?? "holds a value", { cause });
}

function locate(value: unknown, path: string, seen: Set<unknown>): { path: string; what: string } | undefined {
  if (seen.has(value) || canClone(value)) return undefined;
  seen.add(value);
  for (const [key, item] of children(value)) {
    const found = locate(item, path + key, seen);
    if (found) return found;
  }
  return { path, what: describe(value) };
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return `is a ${typeof value}`;
  const name = value.constructor?.name || Object.prototype.toString.call(value).slice(8, -1);
  return `is ${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;
}

function children(value: unknown): Array<readonly [path: string, item: unknown]> {
  if (Array.isArray(value)) return value.map((item, index) => [`[${index}]`, item] as const);
  if (value instanceof Map) {
    const keys = [...value.keys()].map((key, index) => [`.keys()[${index}]`, key] as const);
    return [...keys, ...[...value].map(([key, item]) => [`.get(${keyText(key)})`, item] as const)];
  }
  if (value instanceof Set) return [...value].map((item, index) => [`.values()[${index}]`, item] as const);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [];
  return Object.keys(value).flatMap((key) => readable(value, key));
}

/** A property, unless reading it throws; then the object itself is what cannot be cloned. */
function readable(object: object, key: string): Array<readonly [path: string, item: unknown]> {
  try {
    return [[accessor(key), (object as Record<string, unknown>)[key]]];
  } catch {
    return [];
  }
}

function canClone(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
