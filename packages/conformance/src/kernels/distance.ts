// How far two numbers are apart, in units of the last place. Two NaNs are 0 apart whatever their bits; −0 and +0 are not.

const words = new DataView(new ArrayBuffer(8));

/** Units of the last place between two float32 or float64 numbers; infinite if only one is NaN or zeros differ in sign. */
export function ulpsBetween(a: number, b: number, type: "float32" | "float64"): number {
  if (Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  if (Number.isNaN(a) || Number.isNaN(b) || (a === 0 && b === 0)) return Number.POSITIVE_INFINITY;
  const distance = type === "float32" ? rank32(a) - rank32(b) : Number(rank64(a) - rank64(b));
  return Math.abs(distance);
}

/** Numbers in order, neighbours one apart. */
function rank32(value: number): number {
  words.setFloat32(0, value);
  const bits = words.getInt32(0);
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

function rank64(value: number): bigint {
  words.setFloat64(0, value);
  const bits = words.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}
