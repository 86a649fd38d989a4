// Where in a value something is that cannot be sent. Only asked after the encoder has met it: paths cost nothing before.

import { DataCloneError } from "@everycore/core";

/** Thrown by the encoder when it meets something that it cannot write. {@link located} makes it a readable error. */
export class Refusal {
  readonly culprit: unknown;
  readonly what: string;
  readonly hint: string | undefined;
  readonly cause: unknown;

  constructor(culprit: unknown, what: string, details: { hint?: string; cause?: unknown } = {}) {
    this.culprit = culprit;
    this.what = what;
    this.hint = details.hint;
    this.cause = details.cause;
  }
}

/** The refusal as an error with the path: `value.on.done is a function, which cannot be sent to another worker.` */
export function located(refusal: Refusal, value: unknown): DataCloneError {
  const path = find(refusal.culprit, value) ?? "value";
  const options = refusal.cause === undefined ? {} : { cause: refusal.cause };
  return new DataCloneError(path, refusal.what, refusal.hint ? { ...options, hint: refusal.hint } : options);
}

/** Breadth first, so that the path is the shortest one, and depth is no danger. */
function find(culprit: unknown, root: unknown): string | undefined {
  const seen = new Set<unknown>();
  const open: Array<readonly [path: string, value: unknown]> = [["value", root]];
  for (const [path, value] of open) {
    if (value === culprit) return path;
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const [step, child] of children(value)) open.push([path + step, child]);
  }
  return undefined;
}

function children(value: object): Array<readonly [step: string, child: unknown]> {
  if (value instanceof Map) {
    const keys = [...value.keys()].map((key, index) => [`.keys()[${index}]`, key] as const);
    return [...[...value].map(([key, item]) => [`.get(${keyText(key)})`, item] as const), ...keys];
  }
  if (value instanceof Set) return [...value].map((item, index) => [`.values()[${index}]`, item] as const);
  if (ArrayBuffer.isView(value)) return [];
  const hidden = value instanceof Error ? ["cause", "errors"] : [];
  return [...Object.keys(value), ...hidden].flatMap((key) => readable(value, key));
}

function readable(object: object, key: string): Array<readonly [step: string, child: unknown]> {
  const step = Array.isArray(object) && /^\d+$/.test(key) ? `[${key}]` : accessor(key);
  try {
    return [[step, (object as Record<string, unknown>)[key]]];
  } catch {
    return [];
  }
}

function accessor(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function keyText(key: unknown): string {
  if (typeof key === "string") return JSON.stringify(key);
  if (typeof key === "bigint") return `${key}n`;
  return key !== null && (typeof key === "object" || typeof key === "function") ? "…" : String(key);
}
