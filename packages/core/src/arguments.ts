// Checks of what callers pass in. A wrong type is a TypeError and a wrong value a RangeError, both at the call, both
// with a permanent `code`, and both naming the option, the expectation and what came instead.

import type { ErrorCode } from "./errors.js";

function withCode<E extends Error>(error: E, code: ErrorCode): E & { code: ErrorCode } {
  return Object.assign(error, { code });
}

/** A `TypeError` with code `EVERYCORE_INVALID_TYPE`: `maxWorkers must be a number, not a string ("4").` */
export function typeError(name: string, expected: string, actual: unknown): TypeError {
  return withCode(
    new TypeError(`${name} must be ${expected}, not ${describeValue(actual)}.`),
    "EVERYCORE_INVALID_TYPE",
  );
}

/** A `RangeError` with code `EVERYCORE_OUT_OF_RANGE`: `maxWorkers must be at least 1, not 0.` */
export function rangeError(name: string, expected: string, actual: unknown): RangeError {
  return withCode(new RangeError(`${name} must be ${expected}, not ${String(actual)}.`), "EVERYCORE_OUT_OF_RANGE");
}

/** What a value is, in words that fit into an error message. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return `a string (${JSON.stringify(value.slice(0, 40))})`;
  if (typeof value === "object") return `an object (${value.constructor?.name ?? "Object"})`;
  if (typeof value === "function") return `a function (${value.name || "anonymous"})`;
  return `a ${typeof value} (${String(value)})`;
}

/** Throws unless `value` is a whole number of at least `min`. */
export function checkCount(name: string, value: unknown, min = 1): asserts value is number {
  if (typeof value !== "number") throw typeError(name, "a number", value);
  if (!Number.isSafeInteger(value) || value < min) throw rangeError(name, `a whole number of at least ${min}`, value);
}

/** Throws unless `value` is a duration in milliseconds: a number of at least 0; `Infinity` is none. */
export function checkMs(name: string, value: unknown): asserts value is number {
  if (typeof value !== "number") throw typeError(name, "a number of milliseconds", value);
  if (!(value >= 0)) throw rangeError(name, "at least 0", value);
}

/** Throws unless `value` is a finite number. */
export function checkFinite(name: string, value: unknown): asserts value is number {
  if (typeof value !== "number") throw typeError(name, "a number", value);
  if (!Number.isFinite(value)) throw rangeError(name, "finite", value);
}

/** Throws unless `value` is one of `allowed`. */
export function checkOneOf(name: string, value: unknown, allowed: readonly string[]): void {
  if (allowed.includes(value as string)) return;
  const expected = allowed.map((entry) => JSON.stringify(entry)).join(", ");
  throw typeof value === "string"
    ? rangeError(name, `one of ${expected}`, value)
    : typeError(name, `one of ${expected}`, value);
}

/** Throws unless `value` is an `AbortSignal`. */
export function checkSignal(name: string, value: unknown): asserts value is AbortSignal {
  if (typeof (value as AbortSignal | null)?.aborted !== "boolean") throw typeError(name, "an AbortSignal", value);
}

/** Throws unless `value` is a function. */
export function checkFunction(name: string, value: unknown): asserts value is (...args: never[]) => unknown {
  if (typeof value !== "function") throw typeError(name, "a function", value);
}

/** Throws unless `value` is an object of options; with `known`, also for an option of another name. */
export function checkOptions(name: string, value: unknown, known?: readonly string[]): asserts value is object {
  if (typeof value !== "object" || value === null) throw typeError(name, "an object of options", value);
  const unknown = known && Object.keys(value).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const message = `${name} has no option "${unknown}". There are ${known?.join(", ")}.`;
  throw withCode(new TypeError(message), "EVERYCORE_INVALID_TYPE");
}
