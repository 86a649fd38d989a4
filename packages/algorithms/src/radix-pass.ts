// One pass of a stable radix sort, least significant digit first. Each thread has consecutive keys. It counts how often each digit
// occurs among them; the counts, digit by digit and thread by thread, become the places where each thread's keys of each digit
// begin; and each thread puts its keys there, in order. So equal digits keep their order.
//
// The counters of a thread are a column of an array that its group shares: nobody else touches it, so there is no barrier.

import type { DeviceArray } from "@everycore/core";
import { kernel } from "@everycore/kernel";
import type { Operation } from "./operation.js";
import { launchOffsets } from "./scan.js";

/** How a pass is cut for a kind of device. */
interface RadixShape {
  /** Bits of a digit. */
  readonly bits: number;
  readonly group: number;
}

/** A processor has few threads and large caches; of a GPU's group each thread has 16 counters, 4 KiB together. */
const processorShape: RadixShape = { bits: 8, group: 1 };
const deviceShape: RadixShape = { bits: 4, group: 64 };
const processorParts = 64;
const smallestChunk = 1024;
const deviceChunk = 128;

/** The keys of a sort, and what goes with them. */
export interface Sortable {
  readonly keys: DeviceArray;
  /** Places in the original array, for `argsort`. */
  readonly places?: DeviceArray<Int32Array> | undefined;
}

/** What makes keys of signed integers, and of a descending order, comparable digit by digit. */
export interface KeyForm {
  /** Bits of a key. */
  readonly bits: number;
  /** The key is compared after an exclusive or with this, an int32. */
  readonly flip: number;
}

/** Sorts `from`, which is only read, into `to`. */
export function launchRadixSort(running: Operation, from: Sortable, to: Sortable, { bits, flip }: KeyForm): void {
  const kernels = running.onProcessor ? onProcessor() : onDevice();
  const passes = Math.ceil(bits / kernels.bits);
  const spare = passes > 1 ? like(running, to) : to;
  let source = from;
  for (let pass = 0; pass < passes; pass++) {
    // Taking turns, so that the last one writes to `to`.
    const target = (passes - pass) % 2 === 1 ? to : spare;
    launchPass(running, kernels, source, target, { shift: pass * kernels.bits, flip });
    source = target;
  }
}

function like(running: Operation, { keys, places }: Sortable): Sortable {
  const { dtype, length } = keys;
  return {
    keys: running.temporary(dtype, length) as DeviceArray,
    places: places && running.temporary("int32", length),
  };
}

function launchPass(
  running: Operation,
  { bits, group, count, move, movePairs }: RadixKernels,
  source: Sortable,
  target: Sortable,
  { shift, flip }: { readonly shift: number; readonly flip: number },
): void {
  const { length } = source.keys;
  const chunk = running.onProcessor ? Math.max(smallestChunk, Math.ceil(length / processorParts)) : deviceChunk;
  const parts = Math.ceil(length / chunk);
  const counts = running.temporary("uint32", parts << bits) as DeviceArray;
  running.launch(count.over(parts, { group }), chunk, shift, flip, source.keys, counts);
  launchOffsets(running, counts);
  const [over, numbers] = [{ group }, [chunk, shift, flip]] as const;
  if (source.places)
    running.launch(
      movePairs.over(parts, over),
      ...numbers,
      source.keys,
      source.places,
      counts,
      target.keys,
      target.places,
    );
  else running.launch(move.over(parts, over), ...numbers, source.keys, counts, target.keys);
}

type RadixKernels = ReturnType<typeof radixKernels>;

const onProcessor = once(() => radixKernels(processorShape));
const onDevice = once(() => radixKernels(deviceShape));

function once(make: () => RadixKernels): () => RadixKernels {
  let made: RadixKernels | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function radixKernels({ bits, group }: RadixShape) {
  const digits = 1 << bits;
  const mask = digits - 1;
  const columns = digits * group;
  const count = kernel(
    (thread, chunk: number, shift: number, flip: number, keys: Uint32Array, counts: Uint32Array) => {
      const own = thread.shared(Uint32Array, columns);
      const lane = thread.local.x;
      const start = thread.x * chunk;
      const end = Math.min(start + chunk, keys.length);
      for (let i = start; i < end; i++) {
        const place = ((((keys[i] as number) ^ flip) >>> shift) & mask) * group + lane;
        own[place] = (own[place] as number) + 1;
      }
      for (let digit = 0; digit < digits; digit++)
        counts[digit * thread.size.x + thread.x] = own[digit * group + lane] as number;
    },
    () => ({ columns, mask, group, digits }),
    { name: "count digits" },
  );
  const move = kernel(
    (
      thread,
      chunk: number,
      shift: number,
      flip: number,
      keys: Uint32Array,
      offsets: Uint32Array,
      sorted: Uint32Array,
    ) => {
      const own = thread.shared(Uint32Array, columns);
      const lane = thread.local.x;
      for (let digit = 0; digit < digits; digit++)
        own[digit * group + lane] = offsets[digit * thread.size.x + thread.x] as number;
      const start = thread.x * chunk;
      const end = Math.min(start + chunk, keys.length);
      for (let i = start; i < end; i++) {
        const key = keys[i] as number;
        const place = (((key ^ flip) >>> shift) & mask) * group + lane;
        const to = own[place] as number;
        own[place] = to + 1;
        sorted[to] = key;
      }
    },
    () => ({ columns, mask, group, digits }),
    { name: "move by digit" },
  );
  const movePairs = kernel(
    (
      thread,
      chunk: number,
      shift: number,
      flip: number,
      keys: Uint32Array,
      places: Int32Array,
      offsets: Uint32Array,
      sorted: Uint32Array,
      sortedPlaces: Int32Array,
    ) => {
      const own = thread.shared(Uint32Array, columns);
      const lane = thread.local.x;
      for (let digit = 0; digit < digits; digit++)
        own[digit * group + lane] = offsets[digit * thread.size.x + thread.x] as number;
      const start = thread.x * chunk;
      const end = Math.min(start + chunk, keys.length);
      for (let i = start; i < end; i++) {
        const key = keys[i] as number;
        const place = (((key ^ flip) >>> shift) & mask) * group + lane;
        const to = own[place] as number;
        own[place] = to + 1;
        sorted[to] = key;
        sortedPlaces[to] = places[i] as number;
      }
    },
    () => ({ columns, mask, group, digits }),
    { name: "move pairs by digit" },
  );
  return { bits, group, count, move, movePairs };
}
