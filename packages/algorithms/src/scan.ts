// Prefix sums of any associative operation: reduce, scan the totals, then scan each part from where the part before it ended. Parts
// are consecutive elements that one thread goes through in order; the totals are scanned in the same way, level by level. Which
// elements are combined first depends on their number alone, never on how many workers there are.

import {
  checkFunction,
  checkOptions,
  type DeviceArray,
  type HostArray,
  type KernelExecutor,
  typeError,
} from "@everycore/core";
import { type GridKernel, kernel } from "@everycore/kernel";
import { type AnyArray, isDeviceArray, type Operation, operation, type Same } from "./operation.js";

/** What a scan combines with. */
export interface ScanOperation {
  /** Associative; in the kernel language. If it uses something from outside, make it with `helper`. */
  readonly combine: (left: number, right: number) => number;
  /** The first element of an exclusive scan. Default 0. */
  readonly identity?: number;
}

/** Options of a {@link Scan}. */
export interface ScanOptions {
  /** The result at `i` is without the element at `i`. Default false. */
  readonly exclusive?: boolean | undefined;
}

/**
 * Gives, for each element, the combination of all elements up to it.
 *
 * @throws TypeError for what is no array; what `submit` throws. All as rejections.
 */
export type Scan = <G extends AnyArray>(executor: KernelExecutor, values: G, options?: ScanOptions) => Promise<Same<G>>;

type Down = GridKernel<readonly [chunk: number, values: AnyArray, totals: AnyArray, out: AnyArray]>;

interface ScanKernels {
  readonly totals: GridKernel<readonly [chunk: number, values: AnyArray, totals: AnyArray]>;
  readonly inclusive: Down;
  readonly exclusive: Down;
}

const dtypes = ["float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32"] as const;
/** Elements of a part: many for the few threads of a processor, few for the many of a GPU. */
const deviceChunk = 16;
const processorParts = 64;
const smallestChunk = 2048;

/**
 * Makes a scan of an operation.
 *
 * @example
 * const runningMaximum = scan({ combine: (a, b) => Math.max(a, b) });
 * await runningMaximum(executor, Int32Array.of(3, 1, 4, 1, 5)); // Int32Array [3, 3, 4, 4, 5]
 */
export function scan(of: ScanOperation): Scan {
  checkOptions("The argument of scan()", of, ["combine", "identity"]);
  checkFunction("combine", of.combine);
  const { identity = 0 } = of;
  if (typeof identity !== "number") throw typeError("identity", "a number", identity);
  const kernels = scanKernels(of.combine, identity);
  return <G extends AnyArray>(executor: KernelExecutor, values: G, options: ScanOptions = {}) =>
    operation("scan", executor, (running) => {
      checkOptions("The options of a scan", options, ["exclusive"]);
      const input = running.operand("values", values as AnyArray, dtypes);
      const out = executor.array(input.dtype, input.shape) as DeviceArray<HostArray>;
      launchScan(running, kernels, input, out, options.exclusive ?? false);
      return running.finish(out, isDeviceArray(values)) as Promise<Same<G>>;
    });
}

/** The sums of all elements up to each: `numpy.cumsum`, in the type of the elements; integers wrap. */
export const cumsum: Scan = scan({ combine: (left, right) => left + right });

const sums: ScanKernels = scanKernels((left, right) => left + right, 0);

/** Turns counts into the places where each begins, as a part of another algorithm. */
export function launchOffsets(running: Operation, counts: DeviceArray): void {
  launchScan(running, sums, counts, counts, true);
}

function launchScan(
  running: Operation,
  kernels: ScanKernels,
  values: DeviceArray,
  out: DeviceArray,
  exclusive: boolean,
): void {
  const { length } = values;
  if (length === 0) return;
  const chunk = running.onProcessor ? Math.max(smallestChunk, Math.ceil(length / processorParts)) : deviceChunk;
  const parts = Math.ceil(length / chunk);
  const over = running.onProcessor ? { group: 1 } : {};
  let totals = values;
  if (parts > 1) {
    totals = running.temporary(values.dtype, parts) as DeviceArray;
    running.launch(kernels.totals.over(parts, over), chunk, values, totals);
    launchScan(running, kernels, totals, totals, false);
  }
  running.launch(kernels[exclusive ? "exclusive" : "inclusive"].over(parts, over), chunk, values, totals, out);
}

function scanKernels(combine: ScanOperation["combine"], identity: number): ScanKernels {
  const totals = kernel(
    (thread, chunk: number, values: Float32Array, totals: Float32Array) => {
      const start = thread.x * chunk;
      const end = Math.min(start + chunk, values.length);
      let total = values[start] as number;
      for (let i = start + 1; i < end; i++) total = combine(total, values[i] as number);
      totals[thread.x] = total;
    },
    () => ({ combine }),
    { name: "totals of a scan" },
  );
  // `totals` may be `values` itself where there is one part: then it is not read. So may `out` be: an element is read before
  // it is written, and by the same thread.
  const inclusive = kernel(
    (thread, chunk: number, values: Float32Array, totals: Float32Array, out: Float32Array) => {
      const start = thread.x * chunk;
      const end = Math.min(start + chunk, values.length);
      let running = values[start] as number;
      if (thread.x > 0) running = combine(totals[thread.x - 1] as number, running);
      out[start] = running;
      for (let i = start + 1; i < end; i++) {
        running = combine(running, values[i] as number);
        out[i] = running;
      }
    },
    () => ({ combine }),
    { name: "inclusive scan" },
  );
  const exclusive = kernel(
    (thread, chunk: number, values: Float32Array, totals: Float32Array, out: Float32Array) => {
      const start = thread.x * chunk;
      const end = Math.min(start + chunk, values.length);
      let running = values[start] as number;
      running = identity;
      if (thread.x > 0) running = totals[thread.x - 1] as number;
      for (let i = start; i < end; i++) {
        const value = values[i] as number;
        out[i] = running;
        running = combine(running, value);
      }
    },
    () => ({ combine, identity }),
    { name: "exclusive scan" },
  );
  return { totals, inclusive, exclusive } as unknown as ScanKernels;
}
