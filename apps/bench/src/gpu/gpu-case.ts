// What the suite of GPUs computes: for each case its inputs and its result, the same in all pages and in Node. How a library says a
// case is in its own file (pages/, everycore-gpu.ts, python/gpu.py).

import type { Values } from "../contender.js";
import { accumulated, exact, single, type Tolerance } from "../tolerance.js";
import { uniform } from "../uniform.js";

/** The inputs of the cases, by name. */
export interface GpuInputs {
  /** `y ← aᵢ − y`, once for each `a`. */
  readonly launch: { readonly y: Float32Array<ArrayBuffer>; readonly scalars: Float32Array<ArrayBuffer> };
  /** `y ← a · y + x`, `steps` times. */
  readonly chain: ChainInputs;
  readonly elementwise: ChainInputs;
  /** From one place on the device to another, {@link copiesOnDevice} times; as a measure for the others. */
  readonly copy: { readonly x: Float32Array<ArrayBuffer> };
  /** `a − x`. */
  readonly copies: { readonly a: number; readonly x: Float32Array<ArrayBuffer> };
  /** The product of two matrices of `n` rows. */
  readonly matmul: {
    readonly a: Float32Array<ArrayBuffer>;
    readonly b: Float32Array<ArrayBuffer>;
    readonly n: number;
  };
  readonly sum: { readonly x: Float32Array<ArrayBuffer> };
  readonly scan: { readonly x: Float32Array<ArrayBuffer> };
  readonly sort: { readonly x: Float32Array<ArrayBuffer> };
}

/** See {@link GpuInputs}. */
export interface ChainInputs {
  readonly a: number;
  readonly x: Float32Array<ArrayBuffer>;
  readonly y: Float32Array<ArrayBuffer>;
  readonly steps: number;
}

export type GpuCaseName = keyof GpuInputs;

/** What a call moves, computes or sorts at least; for figures of a device. */
export interface Work {
  readonly bytes?: number;
  readonly operations?: number;
  readonly keys?: number;
}

/** One case. */
export interface GpuCase<Name extends GpuCaseName = GpuCaseName> {
  readonly name: Name;
  /** For the heading, with its size. */
  title(size: number): string;
  /** The size in pages, which a device in software can bear; and the one for a real device in Node. */
  readonly size: number;
  readonly deviceSize: number;
  readonly tolerance: Tolerance;
  inputs(size: number): GpuInputs[Name];
  expected(inputs: GpuInputs[Name]): Values;
  /** The part of a result that is checked, and that `expected` gives, where the whole would take minutes. */
  checked?(values: Values): Values;
  work(size: number): Work;
}

/** See {@link GpuInputs}. */
export const copiesOnDevice = 20;

const launches = 1000;
const steps = 100;

function chainInputs(size: number): ChainInputs {
  return { a: 0.5, x: uniform(size, 1), y: uniform(size, 2), steps };
}

function chainResult({ a, x, y, steps }: ChainInputs): Float32Array {
  const out = y.slice();
  for (let step = 0; step < steps; step++) for (let i = 0; i < out.length; i++) out[i] = a * out[i]! + x[i]!;
  return out;
}

const chainWork = (size: number): Work => ({ bytes: steps * 12 * size });

/** All cases. */
export const gpuCases: { readonly [Name in GpuCaseName]: GpuCase<Name> } = {
  launch: {
    name: "launch",
    title: (size) => `host time of one of ${launches} launches (${count(size)})`,
    size: 1024,
    deviceSize: 1024,
    tolerance: single,
    inputs: (size) => ({
      y: uniform(size, 1),
      scalars: Float32Array.from({ length: launches }, (_, i) => (i % 8) / 8),
    }),
    expected({ y, scalars }) {
      const out = y.slice();
      for (const a of scalars) for (let i = 0; i < out.length; i++) out[i] = a - out[i]!;
      return out;
    },
    work: () => ({}),
  },
  chain: {
    name: "chain",
    title: (size) => `${steps} dependent launches, one copy back (${count(size)})`,
    size: 1e6,
    deviceSize: 1e6,
    tolerance: single,
    inputs: chainInputs,
    expected: chainResult,
    work: () => ({}),
  },
  elementwise: {
    name: "elementwise",
    title: (size) => `${steps} dependent launches (${count(size)})`,
    size: 1e6,
    deviceSize: 2 ** 26,
    tolerance: single,
    inputs: chainInputs,
    expected: chainResult,
    work: chainWork,
  },
  copy: {
    name: "copy",
    title: (size) => `${copiesOnDevice} copies from the device to itself (${count(size)})`,
    size: 1e6,
    deviceSize: 2 ** 26,
    tolerance: exact,
    inputs: (size) => ({ x: uniform(size, 1) }),
    expected: ({ x }) => x,
    work: (size) => ({ bytes: copiesOnDevice * 8 * size }),
  },
  copies: {
    name: "copies",
    title: (size) => `to the device, one launch, and back (${count(size)})`,
    size: 1e6,
    deviceSize: 2 ** 24,
    tolerance: exact,
    inputs: (size) => ({ a: 1, x: uniform(size, 1) }),
    expected: ({ a, x }) => x.map((value) => a - value),
    work: (size) => ({ bytes: 8 * size }),
  },
  matmul: {
    name: "matmul",
    title: (size) => `the product of two matrices (${size} × ${size})`,
    size: 512,
    deviceSize: 4096,
    tolerance: accumulated,
    inputs: (n) => ({ a: uniform(n * n, 1), b: uniform(n * n, 2), n }),
    expected: ({ a, b, n }) => product(a, b, n),
    checked: (values) => rowsOf(values, Math.sqrt(values.length)),
    work: (n) => ({ operations: 2 * n ** 3 }),
  },
  sum: {
    name: "sum",
    title: (size) => `the sum (${count(size)})`,
    size: 1e6,
    deviceSize: 2 ** 26,
    tolerance: accumulated,
    inputs: (size) => ({ x: uniform(size, 1) }),
    expected: ({ x }) => [x.reduce((total, value) => total + value, 0)],
    work: (size) => ({ bytes: 4 * size }),
  },
  scan: {
    name: "scan",
    title: (size) => `the sums of all elements up to each (${count(size)})`,
    size: 1e6,
    deviceSize: 2 ** 26,
    tolerance: accumulated,
    inputs: (size) => ({ x: uniform(size, 1) }),
    expected({ x }) {
      let total = 0;
      return x.map((value) => {
        total += value;
        return total;
      });
    },
    work: (size) => ({ bytes: 8 * size }),
  },
  sort: {
    name: "sort",
    title: (size) => `sorting of float32 (${count(size)})`,
    // On a device in software peers take a minute for a million.
    size: 2 ** 16,
    deviceSize: 2 ** 24,
    tolerance: exact,
    inputs: (size) => ({ x: uniform(size, 1) }),
    expected: ({ x }) => x.slice().sort(),
    work: (size) => ({ keys: size }),
  },
};

function count(size: number): string {
  return `${size.toLocaleString("en")} elements`;
}

/** At most {@link checkedRows}, evenly spread. */
function rows(n: number): number[] {
  const count = Math.min(n, checkedRows);
  return Array.from({ length: count }, (_, i) => Math.floor((i * n) / count));
}

const checkedRows = 64;

function rowsOf(values: Values, n: number): Values {
  return rows(n).flatMap((row) => Array.from({ length: n }, (_, column) => values[row * n + column]!));
}

function product(a: Float32Array, b: Float32Array, n: number): Values {
  return rows(n).flatMap((i) => {
    const out = new Float32Array(n);
    for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) out[j]! += a[i * n + k]! * b[k * n + j]!;
    return Array.from(out);
  });
}
