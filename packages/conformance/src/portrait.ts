// A text that two values share exactly when structured clone would make one from the other: types, order, identity and
// cycles, −0 and NaN included. Made on both sides of a wire, it tells whether a value has arrived.

/** Draws a value. */
export function portrait(value: unknown): string {
  return draw(value, new Map());
}

function draw(value: unknown, seen: Map<object, number>): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "function" || typeof value === "symbol") return typeof value;
  if (typeof value !== "object" || value === null) return String(value);
  const known = seen.get(value);
  if (known !== undefined) return `#${known}`;
  seen.set(value, seen.size);
  return drawObject(value, (item) => draw(item, seen));
}

function drawObject(value: object, draw: (item: unknown) => string): string {
  const type = Object.prototype.toString.call(value).slice(8, -1);
  if (Array.isArray(value)) return `[${Array.from(value, (item, index) => (index in value ? draw(item) : "hole"))}]`;
  if (value instanceof Map) return `Map{${[...value].map(([key, item]) => `${draw(key)}=>${draw(item)}`)}}`;
  if (value instanceof Set) return `Set{${[...value].map(draw)}}`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof RegExp) return `RegExp(${value})`;
  if (value instanceof ArrayBuffer) return `${type}(${[...new Uint8Array(value)]})`;
  if (value instanceof DataView) return `${type}(${value.byteOffset},${value.byteLength},${draw(value.buffer)})`;
  if (ArrayBuffer.isView(value)) return `${type}(${Array.from(value as unknown as ArrayLike<unknown>, draw)})`;
  if (value instanceof Error) return `${value.name}(${value.message},${draw(value.cause)})`;
  if (type === "Number" || type === "String" || type === "Boolean" || type === "BigInt") {
    return `${type}(${draw(value.valueOf())})`;
  }
  return `{${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${draw(item)}`)}}`;
}
