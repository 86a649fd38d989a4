// Which stores are seen to go to the thread's own element, and how an element then finds its thread: on programs, without a device.
// biome-ignore-all lint/style/noNonNullAssertion: reading outside of an array gives 0 in the language
// biome-ignore-all lint/suspicious/noAssignInExpressions: kernels of one store

import { type KernelThread, kernel } from "@everycore/kernel";
import { definitionOf, type GridProgram } from "@everycore/kernel/ir";
import { describe, expect, test } from "vitest";
import { findStores } from "../../src/emit/own-elements.js";
import { type ThreadMap, threadMap } from "../../src/emit/thread-map.js";

type Size = [number, number, number];
type Fn = (thread: KernelThread, out: Int32Array, width: number) => void;

/** The maps of a kernel's stores, with 10 for `width`; `undefined` for a store that is none to an own element. */
function mapsOf(fn: Fn, grid: Size = [6, 4, 3], group: Size = [4, 2, 1]): Array<ThreadMap | undefined> {
  const out = new Int32Array(5000);
  const plan = definitionOf(kernel(fn).over(grid, { group })).plan([out, 10].slice(0, fn.length - 1));
  const launch = { grid, group, lengths: [out.length], scalars: plan.scalars };
  return findStores(plan.program as GridProgram).map(({ form }) => form && threadMap(form, launch));
}

/** The thread of an element, as the shader finds it. */
function threadOf({ base, levels }: ThreadMap, element: number): number[] | undefined {
  const at = [0, 0, 0];
  let rest = element - base;
  for (const { axis, stride, extent, flip } of levels) {
    const place = Math.floor(rest / stride);
    if (rest < 0 || place >= extent) return undefined;
    rest -= place * stride;
    at[axis] = flip ? extent - 1 - place : place;
  }
  return rest === 0 ? at : undefined;
}

const linear: ReadonlyArray<readonly [what: string, fn: Fn, index: (x: number, y: number, z: number) => number]> = [
  [
    "rows of a width that is passed",
    (t, out, width) => {
      out[t.x + width * t.y + width * 5 * t.z] = 1;
    },
    (x, y, z) => x + 10 * y + 50 * z,
  ],
  [
    "the size of the grid",
    (t, out) => {
      out[t.x + t.size.x * (t.y + t.size.y * t.z)] = 1;
    },
    (x, y, z) => x + 6 * (y + 4 * z),
  ],
  [
    "axes turned around",
    (t, out) => {
      out[t.z + 3 * t.y + 12 * t.x] = 1;
    },
    (x, y, z) => z + 3 * y + 12 * x,
  ],
  [
    "gaps, an offset, and an axis from its end",
    (t, out) => {
      const row = 3 * t.y - 7;
      const i = (t.size.x - 1 - t.x) * 20;
      out[i + row + 200 * t.z] = 1;
    },
    (x, y, z) => (5 - x) * 20 + 3 * y - 7 + 200 * z,
  ],
  [
    "shifts, and a local that is set in both branches to the same",
    (t, out, width) => {
      let i = 0;
      const base = t.x + (t.y << 3) + (t.z << 6);
      if (width > 5) i = base;
      else i = base;
      out[i] = 1;
    },
    (x, y, z) => x + 8 * y + 64 * z,
  ],
  [
    "places in groups",
    (t, out) => {
      const y = t.group.y * t.groupSize.y + t.local.y;
      out[t.local.x + t.groupSize.x * t.group.x + 6 * y + 24 * t.z] = 1;
    },
    (x, y, z) => x + 6 * y + 24 * z,
  ],
];

const others: ReadonlyArray<readonly [what: string, fn: Fn]> = [
  ["an element of an array", (t, out) => void (out[out[t.x + 6 * t.y + 24 * t.z]!] = 1)],
  ["an axis that is left out", (t, out) => void (out[t.x + 6 * t.y] = 1)],
  ["rows that overlap", (t, out) => void (out[t.x + 5 * t.y + 24 * t.z] = 1)],
  ["a remainder", (t, out) => void (out[(t.x + 6 * t.y + 24 * t.z) % 50] = 1)],
  ["a product of coordinates", (t, out) => void (out[t.x * t.y + 100 * t.z] = 1)],
  ["the place in the group alone", (t, out) => void (out[t.local.x + 6 * t.y + 24 * t.z] = 1)],
  [
    "a local that a loop changes",
    (t, out) => {
      let i = t.x + 6 * t.y + 24 * t.z;
      for (let k = 0; k < 2; k++) {
        out[i] = k;
        i += 100;
      }
    },
  ],
  [
    "a local that may not be set",
    (t, out, width) => {
      let i = 0;
      if (out[width]! > 0) i = t.x + 6 * t.y + 24 * t.z;
      out[i] = 1;
    },
  ],
  ["an index beyond 2^31", (t, out) => void (out[t.x + 1_000_000_000 * t.y + 7 * t.z] = 1)],
];

describe("a store to the thread's own element", () => {
  test.each(linear)("by %s", (_, fn, index) => {
    const [map] = mapsOf(fn);
    const threads = new Map<number, number[]>();
    for (let z = 0; z < 3; z++)
      for (let y = 0; y < 4; y++) for (let x = 0; x < 6; x++) threads.set(index(x, y, z), [x, y, z]);
    for (let element = -20; element < 1000; element++) {
      expect(threadOf(map as ThreadMap, element), `the thread of ${element}`).toEqual(threads.get(element));
    }
  });
});

describe("a store to another element", () => {
  test.each(others)("by %s", (_, fn) => {
    expect(mapsOf(fn)).toContain(undefined);
  });

  test("may be one to its own for a smaller grid", () => {
    const row: Fn = (t, out) => void (out[t.x] = 1);
    expect(mapsOf(row)).toEqual([undefined]);
    expect(mapsOf(row, [6, 1, 1])[0]).toMatchObject({ base: 0, levels: [{ axis: 0, stride: 1, extent: 6 }] });
  });
});
