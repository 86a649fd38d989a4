// How often values occur. Each group counts a part of the values into bins of its own, which it then adds to the result; only where
// there are more bins than a group's memory holds, all threads count into the result itself.

import {
  checkCount,
  checkOptions,
  type DeviceArray,
  type HostArray,
  type KernelExecutor,
  rangeError,
  typeError,
} from "@everycore/core";
import { type GridKernel, kernel } from "@everycore/kernel";
import { type AnyArray, isDeviceArray, type Operation, operation, type SameSide } from "./operation.js";

/** Options of {@link histogram}. */
export interface HistogramOptions {
  /** How many bins. */
  readonly bins: number;
  /** Values from the first number on and up to the second, which belongs to the last bin. Values outside are not counted. */
  readonly range: readonly [from: number, to: number];
}

/** Options of {@link bincount}. */
export interface BincountOptions {
  /** Values from 0 to `length - 1` are counted. */
  readonly length: number;
}

type WholeKernel = GridKernel<readonly [part: number, values: AnyArray, counts: AnyArray]>;
type ScaledKernel = GridKernel<
  readonly [part: number, scale: number, from: number, to: number, values: AnyArray, counts: AnyArray]
>;

const integers = ["int8", "uint8", "int16", "uint16", "int32", "uint32"] as const;
const numbers = ["float32", "float64", ...integers] as const;
/** 16 KiB, what every GPU has. */
const mostOwnBins = 4096;
const kernelsToKeep = 16;
const processorParts = 64;
const deviceGroup = 256;
const valuesOfThread = 64;

/**
 * Counts values in bins of equal width: `numpy.histogram`. A value is in bin `floor((value − from) · bins / (to − from))`, worked out in
 * float32, or in float64 for a float64 array, so a value within rounding of a bin's edge may be on either side of it.
 *
 * @throws TypeError, RangeError for a wrong argument; what `submit` throws. All as rejections.
 * @example
 * await histogram(executor, Float32Array.of(0.1, 0.6, 0.9), { bins: 2, range: [0, 1] }); // Int32Array [1, 2]
 */
export function histogram<G extends AnyArray>(
  executor: KernelExecutor,
  values: G,
  options: HistogramOptions,
): Promise<SameSide<G, Int32Array>> {
  return operation("histogram", executor, (running) => {
    checkOptions("The options of histogram()", options, ["bins", "range"]);
    checkCount("bins", options.bins);
    const [from, to] = checkRange(options.range);
    const input = running.operand("values", values as AnyArray, numbers);
    const counts = launchCount(running, input, options.bins, [options.bins / (to - from), from, to]);
    return running.finish(counts, isDeviceArray(values)) as Promise<SameSide<G, Int32Array>>;
  });
}

/**
 * Counts how often each whole number from 0 to `length - 1` occurs: `numpy.bincount`. Other values are not counted.
 *
 * @throws as {@link histogram}.
 * @example
 * await bincount(executor, Uint8Array.of(2, 0, 2), { length: 4 }); // Int32Array [1, 0, 2, 0]
 */
export function bincount<G extends AnyArray>(
  executor: KernelExecutor,
  values: G,
  options: BincountOptions,
): Promise<SameSide<G, Int32Array>> {
  return operation("bincount", executor, (running) => {
    checkOptions("The options of bincount()", options, ["length"]);
    checkCount("length", options.length);
    const input = running.operand("values", values as AnyArray, integers);
    const counts = launchCount(running, input, options.length, undefined);
    return running.finish(counts, isDeviceArray(values)) as Promise<SameSide<G, Int32Array>>;
  });
}

function checkRange(range: unknown): readonly [number, number] {
  if (!Array.isArray(range) || range.length !== 2) throw typeError("range", "an array of two numbers", range);
  const [from, to] = range as [number, number];
  for (const [index, edge] of range.entries())
    if (typeof edge !== "number") throw typeError(`range[${index}]`, "a number", edge);
  if (!(from < to && Number.isFinite(to - from)))
    throw rangeError("range", "two finite numbers, the smaller one first", `[${from}, ${to}]`);
  return [from, to];
}

function launchCount(
  running: Operation,
  values: DeviceArray<HostArray>,
  bins: number,
  scaled: readonly [scale: number, from: number, to: number] | undefined,
): DeviceArray<Int32Array> {
  const { length } = values;
  const counts = running.executor.array("int32", bins);
  if (length === 0) return counts;
  const group = running.onProcessor ? 1 : deviceGroup;
  const part = running.onProcessor ? Math.max(1024, Math.ceil(length / processorParts)) : group * valuesOfThread;
  const kernels = kernelsFor(Math.min(bins, mostOwnBins + 1), group);
  const threads = Math.ceil(length / part) * group;
  if (scaled) running.launch(kernels.scaled.over(threads, { group }), part, ...scaled, values, counts);
  else running.launch(kernels.whole.over(threads, { group }), part, values, counts);
  return counts;
}

interface CountKernels {
  readonly whole: WholeKernel;
  readonly scaled: ScaledKernel;
}

/** The number of bins is compiled in: that of the last few histograms is remembered. */
const known = new Map<string, CountKernels>();

function kernelsFor(bins: number, group: number): CountKernels {
  const key = `${bins} ${group}`;
  const found = known.get(key) ?? (bins > mostOwnBins ? sharedKernels() : ownKernels(bins, group));
  known.delete(key);
  known.set(key, found);
  for (const oldest of known.keys()) {
    if (known.size <= kernelsToKeep) break;
    known.delete(oldest);
  }
  return found;
}

/** Bins of the group's own. */
function ownKernels(bins: number, group: number): CountKernels {
  const whole = kernel(
    (thread, part: number, values: Int32Array, counts: Int32Array) => {
      const own = thread.shared(Int32Array, bins);
      const start = thread.group.x * part;
      const end = Math.min(start + part, values.length);
      for (let i = start + thread.local.x; i < end; i += group) {
        const value = values[i] as number;
        if (value >= 0 && value < bins) thread.atomicAdd(own, value, 1);
      }
      thread.barrier();
      for (let bin = thread.local.x; bin < bins; bin += group) thread.atomicAdd(counts, bin, own[bin] as number);
    },
    () => ({ bins, group }),
    { name: "count" },
  );
  const scaled = kernel(
    (thread, part: number, scale: number, from: number, to: number, values: Float32Array, counts: Int32Array) => {
      const own = thread.shared(Int32Array, bins);
      const start = thread.group.x * part;
      const end = Math.min(start + part, values.length);
      for (let i = start + thread.local.x; i < end; i += group) {
        const value = (values[i] as number) / 1;
        if (value >= from && value <= to)
          thread.atomicAdd(own, Math.min(Math.trunc((value - from) * scale), bins - 1), 1);
      }
      thread.barrier();
      for (let bin = thread.local.x; bin < bins; bin += group) thread.atomicAdd(counts, bin, own[bin] as number);
    },
    () => ({ bins, group }),
    { name: "count in bins" },
  );
  return { whole, scaled } as CountKernels;
}

/** Bins of all. */
function sharedKernels(): CountKernels {
  const whole = kernel(
    (thread, part: number, values: Int32Array, counts: Int32Array) => {
      const start = thread.group.x * part;
      const end = Math.min(start + part, values.length);
      for (let i = start + thread.local.x; i < end; i += thread.groupSize.x) {
        const value = values[i] as number;
        if (value >= 0 && value < counts.length) thread.atomicAdd(counts, value, 1);
      }
    },
    undefined,
    { name: "count in many" },
  );
  const scaled = kernel(
    (thread, part: number, scale: number, from: number, to: number, values: Float32Array, counts: Int32Array) => {
      const start = thread.group.x * part;
      const end = Math.min(start + part, values.length);
      for (let i = start + thread.local.x; i < end; i += thread.groupSize.x) {
        const value = (values[i] as number) / 1;
        if (value >= from && value <= to)
          thread.atomicAdd(counts, Math.min(Math.trunc((value - from) * scale), counts.length - 1), 1);
      }
    },
    undefined,
    { name: "count in many bins" },
  );
  return { whole, scaled } as CountKernels;
}
