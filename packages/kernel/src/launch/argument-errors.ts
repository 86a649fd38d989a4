// What is said about wrong arguments. Only reached when something is wrong, so it may take its time to find the names.

import { type DeviceArray, rangeError, typeError } from "@everycore/core";
import type { DiagnosticError } from "../front-end.js";
import { parameterNames, usageOf } from "./parameters.js";
import type { KernelParts } from "./specialiser.js";

const array = "a typed array or a DeviceArray";
const anything = `a number, a boolean, ${array}`;

/** `Kernel "step" takes 3 arguments (dt, position, velocity), not 2.` */
export function argumentCountError(parts: KernelParts, most: number, args: readonly unknown[]): TypeError {
  const names = argumentNames(parts);
  const list = names.length > 0 && names.every(Boolean) ? ` (${names.join(", ")})` : "";
  const { label, count } = parts;
  const counts = most > count ? `${count} to ${most}` : String(count);
  return plainTypeError(
    `${sentenceStart(label)} takes ${counts} argument${most === 1 ? "" : "s"}${list}, not ${args.length}.`,
  );
}

/** `Argument 2 ("velocity") of kernel "step" must be a typed array or a DeviceArray, not a string ("fast").` */
export function argumentError(parts: KernelParts, index: number, value: unknown): TypeError {
  const expected = expectedFor(parts, index) ?? anything;
  const error = typeError(subjectOf(parts, index), expected, value);
  const advice = adviceFor(value);
  if (advice) error.message += ` ${advice}`;
  return error;
}

/** A mistake in the types that is one of the caller: a number for an array, or an array for a number. */
export function kindError(parts: KernelParts, args: readonly unknown[], cause: DiagnosticError): TypeError | undefined {
  const index = args.findIndex((value, i) => typeof value !== "object" && expectedFor(parts, i) === array);
  if (index < 0) return undefined;
  return Object.assign(argumentError(parts, index, args[index]), { cause });
}

function argumentNames(parts: KernelParts): readonly (string | undefined)[] {
  return parameterNames(parts.fn).slice(parts.skip);
}

function subjectOf(parts: KernelParts, index: number): string {
  const name = argumentNames(parts)[index];
  return `Argument ${index + 1}${name === undefined ? "" : ` ("${name}")`} of ${parts.label}`;
}

/** What the function's text says about a parameter; `undefined` if it leaves it open. */
function expectedFor(parts: KernelParts, index: number): string | undefined {
  const name = argumentNames(parts)[index];
  if (name === undefined) return undefined;
  return usageOf(parts.fn, name) === parts.arrayUse ? array : undefined;
}

function adviceFor(value: unknown): string | undefined {
  if (Array.isArray(value)) return "Make a typed array of it: Float32Array.from(array).";
  if (typeof value === "bigint") return "Kernels have no 64-bit integers; pass a number.";
  if (typeof value !== "object" || value === null) return undefined;
  if (ArrayBuffer.isView(value)) return adviceForView(value);
  if (typeof (value as Partial<DeviceArray>).dtype === "string")
    return `Kernels do not take arrays of ${(value as DeviceArray).dtype}.`;
  return value instanceof ArrayBuffer ? "Make a view of it: new Float32Array(buffer)." : undefined;
}

function adviceForView(view: ArrayBufferView): string {
  const type = (view as Partial<Uint8Array>)[Symbol.toStringTag] as string;
  if (type === "Uint8ClampedArray")
    return "Kernels store without clamping; look at the same bytes as new Uint8Array(array.buffer, array.byteOffset, array.length).";
  if (type.startsWith("Big"))
    return "Kernels have no 64-bit integers; use an Int32Array, or a Float64Array (exact up to 2^53).";
  return "Kernels take Float32Array, Float64Array, and Int or Uint arrays of 8, 16 and 32 bits.";
}

/** A `TypeError` of ours with a message that follows no pattern. */
export function plainTypeError(message: string): TypeError {
  return Object.assign(typeError("", "", undefined), { message });
}

/** A `RangeError` of ours with a message that follows no pattern. */
export function plainRangeError(message: string): RangeError {
  return Object.assign(rangeError("", "", undefined), { message });
}

/** With a capital letter. */
export function sentenceStart(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
