// The product of two matrices. A processor goes through rows of the right matrix in strips; a GPU's group copies a tile of both
// factors to its shared memory, and each of its threads works out four by four elements, in registers. How large such a tile should
// be differs from device to device: `tuneMatmul` measures, and what it finds is remembered for the executor.

import { type DeviceArray, type HostArray, type KernelExecutor, rangeError } from "@everycore/core";
import { kernel } from "@everycore/kernel";
import { type MatmulTile, tiledKernel, tileFor } from "./matmul-tile.js";
import { type AnyArray, isDeviceArray, type Operation, operation, type Same } from "./operation.js";
import { matrixShape } from "./transpose.js";

/** Options of {@link matmul}. */
export interface MatmulOptions {
  /** `[rows, inner]` of the left matrix; a device array that has two axes needs none. */
  readonly left?: readonly [rows: number, inner: number] | undefined;
  /** `[inner, columns]` of the right matrix. */
  readonly right?: readonly [inner: number, columns: number] | undefined;
}

/** A matrix, row by row. */
type Factor = AnyArray<Float32Array> | AnyArray<Float64Array>;

const dtypes = ["float32", "float64"] as const;

/** Four rows a thread, so that an element of `b` is read once for four. Beyond the last row is nothing, and nothing is written. */
const fourRows = kernel(
  (thread, inner: number, columns: number, a: Float32Array, b: Float32Array, c: Float32Array) => {
    const column = thread.x;
    const row = thread.y * 4;
    const first = row * inner;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let k = 0; k < inner; k++) {
      const right = b[k * columns + column] as number;
      sum0 += (a[first + k] as number) * right;
      sum1 += (a[first + inner + k] as number) * right;
      sum2 += (a[first + 2 * inner + k] as number) * right;
      sum3 += (a[first + 3 * inner + k] as number) * right;
    }
    c[row * columns + column] = sum0;
    c[(row + 1) * columns + column] = sum1;
    c[(row + 2) * columns + column] = sum2;
    c[(row + 3) * columns + column] = sum3;
  },
  undefined,
  { name: "matmul" },
);

/**
 * The product of two matrices of float32 (on processors also float64), row by row: `numpy.matmul`. Sums are in the type of the
 * elements, in order of the inner axis.
 *
 * @throws TypeError, RangeError for a wrong argument; what `submit` throws. All as rejections.
 * @example
 * const [a, b] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(0, 1, 1, 0)];
 * await matmul(executor, a, b, { left: [2, 2], right: [2, 2] }); // Float32Array [2, 1, 4, 3]
 */
export function matmul<L extends Factor, R extends Factor>(
  executor: KernelExecutor,
  left: L,
  right: R,
  options: MatmulOptions = {},
): Promise<Same<L>> {
  return operation("matmul", executor, (running) => {
    const a = running.operand("left", left as AnyArray, dtypes);
    const b = running.operand("right", right as AnyArray, [a.dtype]);
    const [rows, inner] = matrixShape("left", a, options.left);
    const [innerOfRight, columns] = matrixShape("right", b, options.right);
    if (inner !== innerOfRight) throw rangeError("Rows of right", `${inner}, as columns of left`, innerOfRight);
    const c = executor.array(a.dtype, [rows, columns]) as DeviceArray<HostArray>;
    launchMatmul(running, { rows, inner, columns }, a, b, c);
    return running.finish(c, isDeviceArray(left as AnyArray)) as Promise<Same<L>>;
  });
}

/** Lengths of the three axes of a product. */
interface Lengths {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

function launchMatmul(
  running: Operation,
  { rows, inner, columns }: Lengths,
  a: DeviceArray,
  b: DeviceArray,
  c: DeviceArray,
  tile: MatmulTile | undefined = running.onProcessor ? undefined : tileFor(running.executor),
): void {
  if (c.length === 0 || inner === 0) return;
  if (!tile || a.dtype === "float64") {
    running.launch(fourRows.over([columns, Math.ceil(rows / 4)]), inner, columns, a, b, c);
    return;
  }
  const edge = tile.group * 4;
  const grid = [columns, rows].map((length) => Math.ceil(length / edge) * tile.group) as [number, number];
  const launch = tiledKernel(tile).over(grid, { group: [tile.group, tile.group] });
  running.launch(launch, rows, inner, columns, a, b, c);
}
