// What specialisation knows of the arguments of a call: one small number for each, so that a warm launch compares a few
// numbers and allocates nothing. Values play no part in it, and neither does whether an array is on the host or a device.

import type { DeviceArray, HostArray } from "@everycore/core";
import type { ArgumentType } from "../front-end.js";
import type { ElementType } from "../ir/ir.js";

/** All element types. Codes 1 to 9 are arrays of these. */
export const elementTypes: readonly ElementType[] = [
  "float32",
  "float64",
  "int8",
  "uint8",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "bool",
];

/** Not something that a kernel takes. */
export const unknownCode = 0;
/** A number. */
export const numberCode = 10;
/** A boolean. */
const booleanCode = 11;
/** A number that is no int32, where the program for any number would use it as one. */
export const fractionCode = 12;
/** Added to the code of an array of length 1 that stands for as many equal elements as the others have. */
export const broadcastFlag = 16;

const codes = new Map<string, number>(elementTypes.map((element, index) => [element, index + 1]));

/** The code of any value; {@link unknownCode} if kernels do not take it. */
export function codeOf(value: unknown): number {
  if (typeof value === "number") return numberCode;
  if (typeof value === "object" && value !== null)
    return ArrayBuffer.isView(value) ? viewCode(value) : deviceCode(value as Partial<DeviceArray>);
  return typeof value === "boolean" ? booleanCode : unknownCode;
}

/** The tag is right also for subclasses, such as Node's Buffer, and for arrays of other realms. */
function viewCode(view: ArrayBufferView): number {
  switch ((view as HostArray)[Symbol.toStringTag] as string) {
    case "Float32Array":
      return 1;
    case "Float64Array":
      return 2;
    case "Int8Array":
      return 3;
    case "Uint8Array":
      return 4;
    case "Int16Array":
      return 5;
    case "Uint16Array":
      return 6;
    case "Int32Array":
      return 7;
    case "Uint32Array":
      return 8;
    default:
      return unknownCode;
  }
}

function deviceCode(value: Partial<DeviceArray>): number {
  const { dtype, length } = value;
  if (typeof dtype !== "string" || typeof length !== "number" || !Array.isArray(value.shape)) return unknownCode;
  return codes.get(dtype) ?? unknownCode;
}

/** Whether a code is that of an array. */
export function isArrayCode(code: number): boolean {
  const base = code & ~broadcastFlag;
  return base > unknownCode && base < numberCode;
}

/** The type behind a code that is not {@link unknownCode}. */
export function typeOfCode(code: number): ArgumentType {
  if (code === numberCode) return { kind: "number" };
  if (code === booleanCode) return { kind: "boolean" };
  if (code === fractionCode) return { kind: "number", fraction: true };
  return { kind: "array", element: elementTypes[(code & ~broadcastFlag) - 1] as ElementType };
}

/** Whether a value that is an array by its code lies on a device. */
export function isDeviceArray(array: HostArray | DeviceArray): array is DeviceArray {
  return !ArrayBuffer.isView(array);
}
