// Turning a matrix. Read along rows and written along columns, one of the two jumps through memory: so a square is turned at a time.
// A GPU's group passes it through its shared memory, where jumps cost nothing; a thread of a processor stays in its cache.

import {
  checkCount,
  type DeviceArray,
  type DType,
  type HostArray,
  type KernelExecutor,
  rangeError,
  typeError,
} from "@everycore/core";
import { kernel } from "@everycore/kernel";
import { type AnyArray, isDeviceArray, operation, type Same } from "./operation.js";

const dtypes = ["float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32", "bool"] as const;
const block = 32;
const tile = 16;

/** One thread a block. */
const turnBlock = kernel(
  (thread, rows: number, columns: number, from: Float32Array, to: Float32Array) => {
    const lastRow = Math.min((thread.y + 1) * block, rows);
    const lastColumn = Math.min((thread.x + 1) * block, columns);
    for (let row = thread.y * block; row < lastRow; row++) {
      for (let column = thread.x * block; column < lastColumn; column++)
        to[column * rows + row] = from[row * columns + column] as number;
    }
  },
  () => ({ block }),
  { name: "transpose" },
);

// A row of the tile is one longer than needed, so that its columns lie in different banks of the memory.
const turnFloats = kernel(
  (thread, rows: number, columns: number, from: Float32Array, to: Float32Array) => {
    const square = thread.shared(Float32Array, tile * (tile + 1));
    const { x, y } = thread.local;
    const row = thread.group.y * tile + y;
    const column = thread.group.x * tile + x;
    if (row < rows && column < columns) square[y * (tile + 1) + x] = from[row * columns + column] as number;
    thread.barrier();
    const turnedRow = thread.group.x * tile + y;
    const turnedColumn = thread.group.y * tile + x;
    if (turnedRow < columns && turnedColumn < rows)
      to[turnedRow * rows + turnedColumn] = square[x * (tile + 1) + y] as number;
  },
  () => ({ tile }),
  { name: "transpose" },
);

/** Integers and bools keep their low bits on the way through an int32. */
const turnIntegers = kernel(
  (thread, rows: number, columns: number, from: Int32Array, to: Int32Array) => {
    const square = thread.shared(Int32Array, tile * (tile + 1));
    const { x, y } = thread.local;
    const row = thread.group.y * tile + y;
    const column = thread.group.x * tile + x;
    if (row < rows && column < columns) square[y * (tile + 1) + x] = from[row * columns + column] as number;
    thread.barrier();
    const turnedRow = thread.group.x * tile + y;
    const turnedColumn = thread.group.y * tile + x;
    if (turnedRow < columns && turnedColumn < rows)
      to[turnedRow * rows + turnedColumn] = square[x * (tile + 1) + y] as number;
  },
  () => ({ tile }),
  { name: "transpose" },
);

/**
 * The matrix with rows and columns exchanged: `numpy.transpose` as a copy. `shape` is that of `matrix`, `[rows, columns]`; a device array
 * that has two axes needs none.
 *
 * @throws TypeError, RangeError for a wrong argument; what `submit` throws. All as rejections.
 * @example
 * await transpose(executor, Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]); // Float32Array [1, 4, 2, 5, 3, 6]
 */
export function transpose<G extends AnyArray>(
  executor: KernelExecutor,
  matrix: G,
  shape?: readonly [rows: number, columns: number],
): Promise<Same<G>> {
  return operation("transpose", executor, (running) => {
    const input = running.operand("matrix", matrix as AnyArray, dtypes);
    const [rows, columns] = matrixShape("matrix", input, shape);
    const out = executor.array(input.dtype, [columns, rows]) as DeviceArray<HostArray>;
    if (input.length > 0) {
      if (running.onProcessor || input.dtype === "float64") {
        const grid = [Math.ceil(columns / block), Math.ceil(rows / block)] as const;
        running.launch(turnBlock.over(grid, { group: 1 }), rows, columns, input, out);
      } else {
        const turn = isFloat(input.dtype) ? turnFloats : turnIntegers;
        const grid = [columns, rows].map((length) => Math.ceil(length / tile) * tile) as [number, number];
        running.launch(turn.over(grid, { group: [tile, tile] }), rows, columns, input, out);
      }
    }
    return running.finish(out, isDeviceArray(matrix)) as Promise<Same<G>>;
  });
}

function isFloat(dtype: DType): boolean {
  return dtype === "float32";
}

/** Rows and columns of a matrix, from what the caller says or from the array itself. @throws TypeError, RangeError */
export function matrixShape(
  name: string,
  array: DeviceArray,
  shape: unknown,
): readonly [rows: number, columns: number] {
  const given = shape ?? (array.shape.length === 2 ? array.shape : undefined);
  if (!Array.isArray(given) || given.length !== 2) throw typeError(`The shape of ${name}`, "[rows, columns]", shape);
  const [rows, columns] = given as [number, number];
  checkCount(`Rows of ${name}`, rows, 0);
  checkCount(`Columns of ${name}`, columns, 0);
  if (rows * columns !== array.length)
    throw rangeError(`The shape of ${name}`, `of ${array.length} elements`, `[${rows}, ${columns}]`);
  return [rows, columns];
}
