// How many elements a call has, and of what shape: the rules by which arrays of a call go together.
//
// Rules
//  1. Arrays of one length go together element by element. An array of length 1 stands for as many equal elements.
//  2. Arrays on devices may have several dimensions; those that go together have the same shape. A host array has no shape
//     of its own and goes with any of its length.
//  3. The result has the shape of the arrays that are not broadcast.

import { type DeviceArray, type HostArray, rangeError } from "@everycore/core";
import { plainRangeError } from "./argument-errors.js";
import { isContiguous } from "./array-check.js";
import { parameterNames } from "./parameters.js";
import { broadcastFlag, isArrayCode, isDeviceArray } from "./signature.js";
import type { KernelParts } from "./specialiser.js";

/** The elements of a call. */
export interface ElementCount {
  readonly count: number;
  /** Of the result, the slowest axis first. */
  readonly shape: readonly number[];
  /** Whether there is any array; else there are numbers only. */
  readonly hasArrays: boolean;
  /** Whether any array is a device's. */
  readonly onDevice: boolean;
}

const maxElements = 2 ** 31 - 1;

/** Applies the rules to the arrays among `args`. @throws RangeError for lengths or shapes that do not go together */
export function countElements(
  args: readonly unknown[],
  signature: readonly number[],
  parts: KernelParts,
  mayBroadcast: boolean,
): ElementCount {
  let widest = -1;
  /** The first array with a shape that the others must have. */
  let shaped: DeviceArray | undefined;
  let shapedIndex = -1;
  let onDevice = false;
  for (let i = 0; i < args.length; i++) {
    if (!isArrayCode(signature[i] as number)) continue;
    const array = args[i] as HostArray | DeviceArray;
    const length = array.length;
    const known = widest < 0 ? length : (args[widest] as HostArray).length;
    if (widest < 0 || (mayBroadcast && known === 1 && length !== 1)) {
      widest = i;
      shaped = undefined;
    } else if (length !== known && !(mayBroadcast && length === 1)) {
      throw lengthsDiffer(args, widest, i, parts, mayBroadcast);
    }
    if (!isDeviceArray(array)) continue;
    onDevice = true;
    if (length !== (args[widest] as HostArray).length) continue;
    if (!isContiguous(array)) throw notContiguous(array, i, parts);
    if (shaped && !sameShape(shaped.shape, array.shape)) throw shapesDiffer(args, shapedIndex, i, parts);
    shaped ??= array;
    shapedIndex = i;
  }
  const count = widest < 0 ? 1 : (args[widest] as HostArray).length;
  if (count > maxElements) throw rangeError("The number of elements", `at most ${maxElements} (2^31 - 1)`, count);
  return { count, shape: shaped?.shape ?? [count], hasArrays: widest >= 0, onDevice };
}

/** Marks, in the signature, the arrays of length 1 that stand for `count` elements. */
export function markBroadcast(args: readonly unknown[], signature: number[], count: number): void {
  if (count === 1) return;
  for (let i = 0; i < args.length; i++) {
    const code = signature[i] as number;
    if (isArrayCode(code) && (args[i] as HostArray).length === 1) signature[i] = code | broadcastFlag;
  }
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((length, axis) => length === b[axis]));
}

function nameOf(parts: KernelParts, index: number): string {
  const name = parameterNames(parts.fn)[index + parts.skip];
  return name === undefined ? `argument ${index + 1}` : `"${name}"`;
}

function lengthsDiffer(
  args: readonly unknown[],
  first: number,
  second: number,
  parts: KernelParts,
  mayBroadcast: boolean,
): RangeError {
  const place = (index: number) => `${nameOf(parts, index)} has ${(args[index] as HostArray).length}`;
  return plainRangeError(
    `The arrays of ${parts.label} must have the same length${mayBroadcast ? ", or length 1" : ""}: ` +
      `${place(first)} elements, ${place(second)}.`,
  );
}

function notContiguous(array: DeviceArray, index: number, parts: KernelParts): RangeError {
  const strides = `The strides of ${nameOf(parts, index)}`;
  return rangeError(strides, "those of a contiguous array, the last axis fastest", array.strides);
}

function shapesDiffer(args: readonly unknown[], first: number, second: number, parts: KernelParts): RangeError {
  const place = (index: number) => `${nameOf(parts, index)} has [${(args[index] as DeviceArray).shape.join(", ")}]`;
  return plainRangeError(`The arrays of ${parts.label} must have the same shape: ${place(first)}, ${place(second)}.`);
}
