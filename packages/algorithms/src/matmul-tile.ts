// The tiles of a product of matrices on a GPU: a kernel for each size of tile, and which size an executor is to use.

import type { KernelExecutor } from "@everycore/core";
import { type GridKernel, kernel } from "@everycore/kernel";
import type { AnyArray } from "./operation.js";

/** A group of `group` × `group` threads works out `4 group` × `4 group` elements, `depth` of the inner axis at a time. */
export interface MatmulTile {
  readonly group: number;
  readonly depth: number;
}

type TiledKernel = GridKernel<
  readonly [rows: number, inner: number, columns: number, a: AnyArray, b: AnyArray, c: AnyArray]
>;

/** What {@link tuneMatmul} tries: at most 256 threads and 16 KiB, which every WebGPU device has. */
export const matmulTiles: readonly MatmulTile[] = [
  { group: 8, depth: 8 },
  { group: 8, depth: 16 },
  { group: 16, depth: 8 },
  { group: 16, depth: 16 },
];
const usualTile: MatmulTile = { group: 16, depth: 16 };
/** By adapter, as executors on GPUs describe theirs. */
const tuned = new Map<string, MatmulTile>();
/** Executors that do not say what they run on. */
const tunedExecutors = new WeakMap<KernelExecutor, MatmulTile>();
const kernels = new Map<string, TiledKernel>();

/** The tile that an executor uses. */
export function tileFor(executor: KernelExecutor): MatmulTile {
  const adapter = adapterOf(executor);
  return (adapter === undefined ? tunedExecutors.get(executor) : tuned.get(adapter)) ?? usualTile;
}

/** Has an executor, and all others on its adapter, use a tile from now on. */
export function rememberTile(executor: KernelExecutor, tile: MatmulTile): void {
  const adapter = adapterOf(executor);
  if (adapter === undefined) tunedExecutors.set(executor, tile);
  else tuned.set(adapter, tile);
}

function adapterOf(executor: KernelExecutor): string | undefined {
  const { support } = executor as { readonly support?: unknown };
  return typeof support === "string" ? support : undefined;
}

/** The kernel for a size of tile. */
export function tiledKernel({ group, depth }: MatmulTile): TiledKernel {
  const key = `${group} ${depth}`;
  const known = kernels.get(key) ?? makeKernel(group, depth);
  kernels.set(key, known);
  return known;
}

function makeKernel(group: number, depth: number): TiledKernel {
  const edge = 4 * group;
  const tile = edge * depth;
  const threads = group * group;
  return kernel(
    (thread, rows: number, inner: number, columns: number, a: Float32Array, b: Float32Array, c: Float32Array) => {
      const tileA = thread.shared(Float32Array, tile);
      const tileB = thread.shared(Float32Array, tile);
      const x = thread.local.x;
      const y = thread.local.y;
      const lane = y * group + x;
      const top = thread.group.y * edge;
      const side = thread.group.x * edge;
      let c00 = 0;
      let c01 = 0;
      let c02 = 0;
      let c03 = 0;
      let c10 = 0;
      let c11 = 0;
      let c12 = 0;
      let c13 = 0;
      let c20 = 0;
      let c21 = 0;
      let c22 = 0;
      let c23 = 0;
      let c30 = 0;
      let c31 = 0;
      let c32 = 0;
      let c33 = 0;
      for (let start = 0; start < inner; start += depth) {
        // Beyond an edge of the matrix is the next row: there the tile has zeros.
        for (let i = lane; i < tile; i += threads) {
          const rowOfA = top + Math.floor(i / depth);
          const columnOfA = start + (i % depth);
          let value = 0;
          if (rowOfA < rows && columnOfA < inner) value = a[rowOfA * inner + columnOfA] as number;
          tileA[i] = value;
          const rowOfB = start + Math.floor(i / edge);
          const columnOfB = side + (i % edge);
          value = 0;
          if (rowOfB < inner && columnOfB < columns) value = b[rowOfB * columns + columnOfB] as number;
          tileB[i] = value;
        }
        thread.barrier();
        // A thread's four rows and columns are `group` apart, so that neighbours read neighbouring elements.
        for (let k = 0; k < depth; k++) {
          const a0 = tileA[y * depth + k] as number;
          const a1 = tileA[(y + group) * depth + k] as number;
          const a2 = tileA[(y + 2 * group) * depth + k] as number;
          const a3 = tileA[(y + 3 * group) * depth + k] as number;
          const b0 = tileB[k * edge + x] as number;
          const b1 = tileB[k * edge + x + group] as number;
          const b2 = tileB[k * edge + x + 2 * group] as number;
          const b3 = tileB[k * edge + x + 3 * group] as number;
          c00 += a0 * b0;
          c01 += a0 * b1;
          c02 += a0 * b2;
          c03 += a0 * b3;
          c10 += a1 * b0;
          c11 += a1 * b1;
          c12 += a1 * b2;
          c13 += a1 * b3;
          c20 += a2 * b0;
          c21 += a2 * b1;
          c22 += a2 * b2;
          c23 += a2 * b3;
          c30 += a3 * b0;
          c31 += a3 * b1;
          c32 += a3 * b2;
          c33 += a3 * b3;
        }
        thread.barrier();
      }
      for (let i = 0; i < 4; i++) {
        const row = top + y + i * group;
        if (row < rows) {
          const left = row * columns;
          const at = side + x;
          if (at < columns) c[left + at] = i === 0 ? c00 : i === 1 ? c10 : i === 2 ? c20 : c30;
          if (at + group < columns) c[left + at + group] = i === 0 ? c01 : i === 1 ? c11 : i === 2 ? c21 : c31;
          if (at + 2 * group < columns) c[left + at + 2 * group] = i === 0 ? c02 : i === 1 ? c12 : i === 2 ? c22 : c32;
          if (at + 3 * group < columns) c[left + at + 3 * group] = i === 0 ? c03 : i === 1 ? c13 : i === 2 ? c23 : c33;
        }
      }
    },
    () => ({ tile, group, edge, depth, threads }),
    { name: "matmul in tiles" },
  ) as unknown as TiledKernel;
}
