// Errors on the wire (laws X1–X4). Structured clone keeps too little of an error, so an error travels as plain data:
// name, message, stack, cause, own properties, `AggregateError.errors`, and the key of its class when that class was
// registered on both sides.

import { checkFunction, typeError } from "./arguments.js";
import * as ours from "./errors.js";

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

const standard: Record<string, ErrorClass> = {
  AggregateError,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  Error,
};
const registered = new Map<string, ErrorClass>();
const keys = new Map<ErrorClass, string>();

for (const value of Object.values(ours)) {
  if (typeof value === "function" && "kind" in value) registerErrorClass(value, `everycore.${value.kind}`);
}

/**
 * Lets instances of an error class keep `instanceof` on their way out of a worker. Call it in a module that both sides
 * load, best right below the class. The constructor is not called again: prototype and own properties are restored.
 */
export function registerErrorClass(errorClass: ErrorClass, key: string = errorClass.name): void {
  checkFunction("errorClass", errorClass);
  if (!key) throw typeError("key", "a name, because the class has none", key);
  registered.set(key, errorClass);
  keys.set(errorClass, key);
}

/** Turns whatever a task threw into plain data. */
export function encodeError(error: unknown, seen: Map<unknown, number> = new Map()): WireError {
  if (!(error instanceof Error)) return { kind: "value", value: cloneable(error) };
  const known = seen.get(error);
  if (known !== undefined) return { kind: "ref", id: known };
  const id = seen.size;
  seen.set(error, id);
  const encode = (value: unknown): WireError => encodeError(value, seen);
  const shown = Object.keys(error).filter((key) => key !== "stack" && key !== "message" && key !== "cause");
  const errorList = (error as { errors?: unknown }).errors;
  return {
    kind: "error",
    id,
    type: keys.get(error.constructor as ErrorClass) ?? "",
    base: baseOf(error),
    name: String(error.name),
    message: String(error.message),
    stack: typeof error.stack === "string" ? error.stack : undefined,
    props: shown.map((key) => [key, encode(read(error, key))] as const),
    hidden: Object.hasOwn(error, "cause") ? [["cause", encode(error.cause)]] : [],
    errors: error instanceof AggregateError && Array.isArray(errorList) ? errorList.map(encode) : undefined,
  };
}

function read(target: object, key: string): unknown {
  try {
    return (target as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function cloneable(value: unknown): unknown {
  if (typeof value === "function" || typeof value === "symbol") return String(value);
  if (typeof value !== "object" || value === null) return value;
  try {
    structuredClone(value);
    return value;
  } catch {
    return String(value);
  }
}

function baseOf(error: Error): string {
  if (typeof DOMException !== "undefined" && error instanceof DOMException) return "DOMException";
  for (const name in standard) if (error instanceof (standard[name] as ErrorClass)) return name;
  return "Error";
}

/** The inverse of {@link encodeError}. Makes a new error each time, so that no two futures share one. */
export function decodeError(wire: WireError, seen: Error[] = []): unknown {
  if (wire.kind === "value") return wire.value;
  if (wire.kind === "ref") return seen[wire.id];
  const error = createError(wire);
  seen[wire.id] = error;
  const decode = (value: WireError): unknown => decodeError(value, seen);
  if (wire.stack !== undefined) define(error, "stack", wire.stack, false);
  for (const [key, value] of wire.hidden) define(error, key, decode(value), false);
  if (wire.errors) define(error, "errors", wire.errors.map(decode), false);
  for (const [key, value] of wire.props) define(error, key, decode(value), true);
  if (error.name !== wire.name) define(error, "name", wire.name, false);
  return error;
}

function createError(wire: WireError & { kind: "error" }): Error {
  if (wire.base === "DOMException" && typeof DOMException !== "undefined") {
    return new DOMException(wire.message, wire.name);
  }
  const errorClass = registered.get(wire.type) ?? standard[wire.base] ?? Error;
  const error = new Error(wire.message);
  Object.setPrototypeOf(error, errorClass.prototype as object);
  return error;
}

function define(target: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, key, { value, enumerable, configurable: true, writable: true });
}
