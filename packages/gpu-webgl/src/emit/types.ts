// Types and literals of GLSL ES 3.00.

import type { ElementType, ValueType } from "@everycore/kernel/ir";

const names: Readonly<Record<Exclude<ValueType, "float64">, string>> = {
  bool: "bool",
  int32: "int",
  uint32: "uint",
  float32: "float",
};

/** The GLSL type of a value. */
export function typeName(type: ValueType): string {
  if (type === "float64") throw new Error("GLSL ES has no float64; refusals.ts refuses programs that use it.");
  return names[type];
}

/** Unset locals, and what is outside of arrays. */
export function zeroOf(type: ValueType): string {
  return type === "bool" ? "false" : literal(type, 0);
}

/** Whether an element takes two floats: its low and its high half, which float32 has room for; a whole it has not. */
export function isHalved(element: ElementType): boolean {
  return element === "int32" || element === "uint32";
}

const bits = new DataView(new ArrayBuffer(4));

/** The bits of a float32, in GLSL. */
export function floatBits(value: number): string {
  bits.setFloat32(0, value);
  return `0x${bits.getUint32(0).toString(16).padStart(8, "0")}u`;
}

/** A literal; floats have to be finite. */
export function literal(type: ValueType, value: number): string {
  switch (type) {
    case "bool":
      return value === 0 ? "false" : "true";
    case "uint32":
      return `${value}u`;
    case "int32":
      if (value === -0x80000000) return "int(0x80000000u)";
      return value < 0 ? `(${value})` : `${value}`;
    default:
      return floatLiteral(value);
  }
}

/** Decimals are for those that every compiler reads alike; the others are given by their bits. */
function floatLiteral(value: number): string {
  const isPlain = Number.isInteger(value * 1024) && Math.abs(value) < 2 ** 20 && !Object.is(value, -0);
  if (!isPlain) return `uintBitsToFloat(${floatBits(value)})`;
  const text = Number.isInteger(value) ? `${value}.0` : `${value}`;
  return value < 0 ? `(${text})` : text;
}
