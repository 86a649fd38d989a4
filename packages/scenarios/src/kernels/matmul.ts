// Multiplying matrices with tiles in shared memory: barriers, and data that a group of threads uses together.

import type { KernelExecutor } from "@everycore/core";
import { kernel } from "@everycore/kernel";
import { createTurns } from "../calling-thread.js";
import { amount, expectEqual, type Scenario, type SerialContext } from "../scenario.js";
import { createRandom } from "./random-numbers.js";

/** Size of `matmul`. */
export interface MatmulOptions {
  /** Rows and columns of the matrices; a multiple of 16. */
  readonly size?: number;
}

interface Input {
  readonly size: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

const tile = 16;

/** c = a b, for square matrices of `n` rows, row by row. Each group computes one tile of c. */
const multiply = kernel(
  (thread, n: number, a: Float32Array, b: Float32Array, c: Float32Array) => {
    const tileA = thread.shared(Float32Array, tile * tile);
    const tileB = thread.shared(Float32Array, tile * tile);
    const { x, y } = thread;
    const column = thread.local.x;
    const row = thread.local.y;
    let sum = 0;
    for (let start = 0; start < n; start += tile) {
      tileA[row * tile + column] = a[y * n + start + column] as number;
      tileB[row * tile + column] = b[(start + row) * n + x] as number;
      thread.barrier();
      for (let k = 0; k < tile; k++) sum += (tileA[row * tile + k] as number) * (tileB[k * tile + column] as number);
      thread.barrier();
    }
    c[y * n + x] = sum;
  },
  () => ({ tile }),
);

/** Makes the scenario. */
export function matmul({ size = 512 }: MatmulOptions = {}): Scenario<Input, Float32Array, KernelExecutor> {
  return {
    name: "matmul",
    title: "Multiply matrices",
    description:
      `Two matrices of ${size} × ${size}, in tiles of ${tile} × ${tile} that a group of threads shares. Checked with Freivalds' method: ` +
      "multiplied with random vectors, the product gives what its factors give.",
    requires: ["kernels", "barriers"],
    prepare: async () => createInput(size),
    serial: runSerially,
    run: async ({ executor, input: { a, b } }) => {
      const c = new Float32Array(size * size);
      await executor.submit(multiply.over([size, size], { group: [tile, tile] }), size, a, b, c);
      return c;
    },
    check: async (outcome, { input }) => checkProduct(outcome, input),
    describe: (outcome) => `${size} × ${size}; the last element is ${outcome.at(-1)?.toFixed(3)}`,
  };
}

function createInput(size: number): Input {
  const random = createRandom(7);
  const matrix = (): Float32Array => Float32Array.from({ length: size * size }, () => 2 * random() - 1);
  return { size, a: matrix(), b: matrix() };
}

/** Row by row, so that memory is read in order: as good as plain loops get. */
async function runSerially({ input, signal, progress }: SerialContext<Input>): Promise<Float32Array> {
  const { size, a, b } = input;
  const turn = createTurns(signal);
  const c = new Float32Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < size; k++) {
      const factor = a[row * size + k] as number;
      for (let column = 0; column < size; column++) {
        c[row * size + column] = (c[row * size + column] as number) + factor * (b[k * size + column] as number);
      }
    }
    progress(row + 1, size, amount(row + 1, size, "rows"));
    await turn();
  }
  return c;
}

/** c v = a (b v) for three vectors of ±1. A wrong element escapes with a chance of one in eight, a wrong row not at all. */
function checkProduct(c: Float32Array, { size, a, b }: Input): string[] {
  const random = createRandom(99);
  let furthest = 0;
  for (let round = 0; round < 3; round++) {
    const vector = Float64Array.from({ length: size }, () => (random() < 0.5 ? -1 : 1));
    const expected = apply(a, apply(b, vector));
    const actual = apply(c, vector);
    for (let i = 0; i < size; i++)
      furthest = Math.max(furthest, Math.abs((expected[i] as number) - (actual[i] as number)));
  }
  return [
    ...expectEqual("how many elements there are", c.length, size * size),
    ...(furthest < 1e-5 * size ? [] : [`the product is wrong: its product with a vector differs by ${furthest}`]),
  ];
}

function apply(matrix: Float32Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  return Float64Array.from(vector, (_, row) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += (matrix[row * size + i] as number) * (vector[i] as number);
    return sum;
  });
}
