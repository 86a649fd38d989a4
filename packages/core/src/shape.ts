// The shapes of dense arrays, as device arrays have them.

/** Strides of an array with this shape, in elements; the last axis is the fastest. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}

/** Number of elements of an array with this shape. */
export function lengthOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
