// The same in plain JavaScript, and numbers to try with.

/** Whole numbers from 0 to `below - 1`, always the same for a seed. */
export function numbers(seed: number, below: number): () => number {
  let state = seed + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function scanOf(values: Iterable<number>, combine: (a: number, b: number) => number): number[] {
  const totals: number[] = [];
  for (const value of values) totals.push(totals.length === 0 ? value : combine(totals.at(-1)!, value));
  return totals;
}

export function matmulOf(a: Float32Array, b: Float32Array, rows: number, inner: number, columns: number): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.floor(i / columns);
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += a[row * inner + k]! * b[k * columns + (i % columns)]!;
    return sum;
  });
}

export function transposeOf<T extends Float32Array | Int8Array | Uint32Array | Float64Array>(
  matrix: T,
  rows: number,
  columns: number,
): T {
  const turned = matrix.slice() as T;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) turned[column * rows + row] = matrix[row * columns + column]!;
  return turned;
}
