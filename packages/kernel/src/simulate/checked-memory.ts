// Operations on arrays, checked: the same as in memory.ts, but the monitor is asked before each access.

import type { HostArray } from "@everycore/core";
import type { ArrayRef, Offset } from "../ir/ir.js";
import type { AtomicFunction } from "../ir/semantics.js";
import type { Machine, Operation } from "./code.js";
import type { Frame } from "./frame.js";
import type { AtomicSlots } from "./memory.js";
import type { Access } from "./race-detector.js";

/** Which array is used, and where in the user's function. */
export interface Site {
  readonly ref: ArrayRef;
  readonly at: Offset | undefined;
}

/** Reports what is wrong with an access; whether the index is inside of the array. */
type Check = (frame: Frame, index: number) => boolean;

function checkOf(machine: Machine, arrays: readonly HostArray[], { ref, at }: Site, access: Access): Check {
  return (frame, index) => {
    const array = arrays[ref.index] as HostArray;
    machine.monitor?.access(access, ref, array, index, frame, at);
    return index >= 0 && index < array.length;
  };
}

/** `d = array[i]` */
export function checkedLoad(
  machine: Machine,
  arrays: readonly HostArray[],
  site: Site,
  i: number,
  d: number,
  isBool: boolean,
): Operation {
  const check = checkOf(machine, arrays, site, "read");
  return (f) => {
    const index = f[i] as number;
    const value = check(f, index) ? (arrays[site.ref.index]?.[index] as number) : 0;
    f[d] = isBool && value !== 0 ? 1 : value;
  };
}

/** `array[i] = v` */
export function checkedStore(
  machine: Machine,
  arrays: readonly HostArray[],
  site: Site,
  i: number,
  v: number,
): Operation {
  const check = checkOf(machine, arrays, site, "write");
  return (f) => {
    const index = f[i] as number;
    if (check(f, index)) (arrays[site.ref.index] as HostArray)[index] = f[v] as number;
  };
}

/** An atomic. */
export function checkedAtomic(
  machine: Machine,
  compute: AtomicFunction,
  arrays: readonly HostArray[],
  site: Site,
  slots: AtomicSlots,
): Operation {
  const check = checkOf(machine, arrays, site, "atomic");
  return (f) => {
    const index = f[slots.index] as number;
    const array = arrays[site.ref.index] as HostArray;
    const inside = check(f, index);
    const old = inside ? (array[index] as number) : 0;
    if (inside) array[index] = compute(old, f[slots.value] as number, f[slots.expected] as number);
    if (slots.target >= 0) f[slots.target] = old;
  };
}
