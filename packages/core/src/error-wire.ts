// Errors on the wire (laws X1–X4). Structured clone keeps too little of an error, so an error travels as plain data:
// name, message, stack, cause, own properties, `AggregateError.errors`, and the key of its class when that class was
// registered on both sides.

import { checkFunction, typeError } from "./arguments.js";
import * as ours from "./errors.js";
import { reportError } from "./unobserved.js";

/** An error as plain data; `ref` points back to an error that was met before (cycles of `cause`). */
export type WireError =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "ref"; readonly id: number }
  | {
      readonly kind: "error";
      readonly id: number;
      readonly type: string;
      readonly base: string;
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly props: ReadonlyArray<readonly [string, WireError]>;
      readonly hidden: ReadonlyArray<readonly [string, WireError]>;
      readonly errors: readonly WireError[] | undefined;
    };

type ErrorClass = abstract new (...args: never[]) => Error;

const standard: ReadonlyMap<string, ErrorClass> = new Map(
  [AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, Error].map(
    (errorClass) => [errorClass.name, errorClass] as const,
  ),
);
const registered = new Map<string, ErrorClass>();
const keys = new Map<ErrorClass, string>();
const ourPrefix = "everycore.";

/**
 * Lets instances of an error class keep `instanceof` on their way out of a worker. Call it in a module that both sides
 * load, best right below the class. The constructor is not called again: prototype and own properties are restored.
 *
 * @param key What the class is called on the way. Its own name will not do in a page: minifiers rename it, and not alike in the
 * page and its workers. Of two classes with one key the later counts, and that is reported.
 * @example
 * ```ts
 * export class SoldOut extends Error {}
 * registerErrorClass(SoldOut, "shop/SoldOut");
 * ```
 */
export function registerErrorClass(errorClass: ErrorClass, key: string = errorClass.name): void {
  checkFunction("errorClass", errorClass);
  if (!key) throw typeError("key", "a name, because the class has none", key);
  const other = registered.get(key);
  // A module that is loaded anew, as while a page is developed, brings the same class again.
  if (other && other !== errorClass && `${other}` !== `${errorClass}`) {
    const way = 'give each a key of its own: registerErrorClass(MyError, "my-app/MyError")';
    reportError(new TypeError(`Two error classes are registered as "${key}": ${way}.`), "the later one counts");
  }
  registered.set(key, errorClass);
  keys.set(errorClass, key);
}

/** Turns whatever a task threw into plain data that can be cloned. Never throws. */
export function encodeError(error: unknown): WireError {
  try {
    return encode(error, new Map());
  } catch {
    // A proxy, say, whose every trap throws.
    return { kind: "value", value: describe(error) };
  }
}

function encode(error: unknown, seen: Map<unknown, number>): WireError {
  if (!(error instanceof Error)) return { kind: "value", value: cloneable(error) };
  const known = seen.get(error);
  if (known !== undefined) return { kind: "ref", id: known };
  const id = seen.size;
  seen.set(error, id);
  const encodeInner = (value: unknown): WireError => encode(value, seen);
  const shown = Object.keys(error).filter((key) => key !== "stack" && key !== "message" && key !== "cause");
  const stack = read(error, "stack");
  const errorList = read(error, "errors");
  return {
    kind: "error",
    id,
    type: registeredType(error),
    base: baseOf(error),
    name: describe(read(error, "name")),
    message: describe(read(error, "message")),
    stack: typeof stack === "string" ? stack : undefined,
    props: shown.map((key) => [key, encodeInner(read(error, key))] as const),
    hidden: Object.hasOwn(error, "cause") ? [["cause", encodeInner(read(error, "cause"))]] : [],
    errors: error instanceof AggregateError && Array.isArray(errorList) ? errorList.map(encodeInner) : undefined,
  };
}

/** The key of the nearest class above the error that was registered, or is ours (of any copy of this package). */
function registeredType(error: Error): string {
  let prototype: unknown = Object.getPrototypeOf(error);
  for (; prototype; prototype = Object.getPrototypeOf(prototype)) {
    const errorClass = read(prototype, "constructor") as ErrorClass & { kind?: unknown };
    const key = keys.get(errorClass);
    if (key !== undefined) return key;
    if (error instanceof ours.EverycoreError && Object.hasOwn(errorClass, "kind")) return ourPrefix + errorClass.kind;
  }
  return "";
}

/** Not a table that is filled at the start: then every program would carry every error. */
function classOf(type: string): ErrorClass | undefined {
  const isOurs = (value: unknown): boolean => ourPrefix + (value as { kind?: unknown }).kind === type;
  return registered.get(type) ?? (Object.values(ours).find(isOurs) as ErrorClass | undefined);
}

function read(target: object, key: string): unknown {
  try {
    return (target as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** The value, or words for it if it cannot be cloned (or would be cloned into something else, as signals are). */
function cloneable(value: unknown): unknown {
  if (typeof value === "function" || typeof value === "symbol") return describe(value);
  if (typeof value !== "object" || value === null) return value;
  if (typeof AbortSignal !== "undefined" && value instanceof AbortSignal) return describe(value);
  try {
    structuredClone(value);
    return value;
  } catch {
    return describe(value);
  }
}

function describe(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "[a value that cannot be described]";
  }
}

function baseOf(error: Error): string {
  if (typeof DOMException !== "undefined" && error instanceof DOMException) return "DOMException";
  for (const [name, errorClass] of standard) if (error instanceof errorClass) return name;
  return "Error";
}

/** Whether something that came over a wire is an encoded error that {@link decodeError} can take. */
export function isWireError(value: unknown): value is WireError {
  if (typeof value !== "object" || value === null) return false;
  const wire = value as Record<string, unknown>;
  if (wire.kind !== "error") return wire.kind === "value" || (wire.kind === "ref" && typeof wire.id === "number");
  const words = [wire.type, wire.base, wire.name, wire.message, wire.stack ?? ""];
  const fields = [wire.props, wire.hidden].every((list) => Array.isArray(list) && list.every(isField));
  const errors = wire.errors === undefined || (Array.isArray(wire.errors) && wire.errors.every(isWireError));
  return typeof wire.id === "number" && words.every((word) => typeof word === "string") && fields && errors;
}

function isField(field: unknown): boolean {
  return Array.isArray(field) && typeof field[0] === "string" && isWireError(field[1]);
}

/** The inverse of {@link encodeError}. Makes a new error each time, so that no two futures share one. */
export function decodeError(wire: WireError, seen: Error[] = []): unknown {
  if (wire.kind === "value") return wire.value;
  if (wire.kind === "ref") return seen[wire.id];
  const error = createError(wire);
  seen[wire.id] = error;
  const decode = (value: WireError): unknown => decodeError(value, seen);
  if (wire.stack !== undefined) define(error, "stack", wire.stack, false);
  // In the order in which they were encoded, so that a reference comes after what it refers to.
  for (const [key, value] of wire.props) define(error, key, decode(value), true);
  for (const [key, value] of wire.hidden) define(error, key, decode(value), false);
  if (wire.errors) define(error, "errors", wire.errors.map(decode), false);
  if (error.name !== wire.name) define(error, "name", wire.name, false);
  return error;
}

function createError(wire: WireError & { kind: "error" }): Error {
  if (wire.base === "DOMException" && typeof DOMException !== "undefined") {
    return new DOMException(wire.message, wire.name);
  }
  const errorClass = classOf(wire.type) ?? standard.get(wire.base) ?? Error;
  const error = new Error(wire.message);
  Object.setPrototypeOf(error, errorClass.prototype as object);
  return error;
}

function define(target: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, key, { value, enumerable, configurable: true, writable: true });
}
