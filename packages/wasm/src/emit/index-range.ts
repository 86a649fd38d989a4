// Indices that cannot be outside, whatever the values are: bytes as indices of 256 elements, `hash & 1023`.

import type { ArrayRef, ElementType, Expression } from "@everycore/kernel/ir";

const largest: Partial<Record<ElementType, number>> = { uint8: 255, uint16: 65_535, bool: 1 };

/** The largest value that an integer can have, if it is known to be at least 0. */
export function largestIndex(index: Expression, elementOf: (array: ArrayRef) => ElementType): number | undefined {
  if (index.op === "constant") return index.value >= 0 ? index.value : undefined;
  if (index.op === "load") return largest[elementOf(index.array)];
  if (index.op === "convert") return isInteger(index.value) ? largestIndex(index.value, elementOf) : undefined;
  if (index.op !== "binary" || index.operator !== "and") return undefined;
  const [left, right] = [largestIndex(index.left, elementOf), largestIndex(index.right, elementOf)];
  return left === undefined || right === undefined ? (left ?? right) : Math.min(left, right);
}

function isInteger({ type }: Expression): boolean {
  return type === "int32" || type === "uint32" || type === "bool";
}
