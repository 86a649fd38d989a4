// The order in which a reduction combines on the device, in plain JavaScript: src/emit/reduction.ts says it in words.

export type Combine = (left: number, right: number) => number;

export function reduceInOrder(elements: ArrayLike<number>, combine: Combine): number {
  let values = elements;
  do {
    const source = values;
    values = Array.from({ length: Math.ceil(source.length / 2048) }, (_, n) => reduceBlock(source, 2048 * n, combine));
  } while (values.length > 1);
  return values[0] as number;
}

function reduceBlock(values: ArrayLike<number>, start: number, combine: Combine): number {
  const count = Math.min(values.length - start, 2048);
  const parts: number[] = [];
  for (let place = 0; place < Math.min(count, 256); place++) {
    let value = values[start + place] as number;
    for (let i = place + 256; i < count; i += 256) value = combine(value, values[start + i] as number);
    parts.push(value);
  }
  for (let half = 128; half > 0; half >>= 1) {
    for (let i = 0; i < half && i + half < count; i++)
      parts[i] = combine(parts[i] as number, parts[i + half] as number);
  }
  return parts[0] as number;
}
