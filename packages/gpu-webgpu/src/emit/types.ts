// Types and literals of WGSL.

import type { ValueType } from "@everycore/kernel/ir";

const names: Readonly<Record<Exclude<ValueType, "float64">, string>> = {
  bool: "bool",
  int32: "i32",
  uint32: "u32",
  float32: "f32",
};

/** The WGSL type of a value. */
export function typeName(type: ValueType): string {
  if (type === "float64") throw new Error("WGSL has no float64; requirements.ts refuses programs that use it.");
  return names[type];
}

/** Unset locals, and what is outside of arrays. */
export function zeroOf(type: ValueType): string {
  return type === "bool" ? "false" : literal(type, 0);
}

/** Whether a constant can be written: WGSL has no literals for NaN and infinities, and none of its expressions may give one. */
export function isWritable(value: number): boolean {
  return Number.isFinite(value);
}

const bits = new DataView(new ArrayBuffer(4));

/** The bits of a float32, in WGSL. */
export function floatBits(value: number): string {
  bits.setFloat32(0, value);
  return `0x${bits.getUint32(0).toString(16).padStart(8, "0")}u`;
}

const leastNormal = 2 ** -126;

/** A literal; floats have to be finite. */
export function literal(type: ValueType, value: number): string {
  switch (type) {
    case "bool":
      return value === 0 ? "false" : "true";
    case "uint32":
      return `${value}u`;
    case "int32":
      if (value === -0x80000000) return "bitcast<i32>(0x80000000u)";
      return value < 0 ? `(${value}i)` : `${value}i`;
    default:
      return floatLiteral(value);
  }
}

function floatLiteral(value: number): string {
  // Minus zero and subnormal numbers are given by their bits: a compiler may read the literal as zero.
  if (Math.abs(value) < leastNormal && !Object.is(value, 0)) return `bitcast<f32>(${floatBits(value)})`;
  return value < 0 ? `(${value}f)` : `${value}f`;
}
