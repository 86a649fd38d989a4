// What only a grid kernel can do: store, in every form of assignment, leave early, and ask where its thread is. On small whole
// numbers JavaScript itself says what each of these has to give.
// biome-ignore-all lint: each construct of the language is here on purpose

import type { KernelThread } from "@everycore/kernel";

/** Stands for an array of any type: the laws try them all. */
export type Numbers = Float32Array;

/** A kernel that reads `a` and `b` and writes its own element of `out`. */
export type GridKernelFunction = (thread: KernelThread, a: Numbers, b: Numbers, out: Numbers) => void;

/** Kernels by name; each writes `out[thread.x]` and no other element. */
export const gridStatements: Readonly<Record<string, GridKernelFunction>> = {
  "a store": (thread, a, b, out) => {
    out[thread.x] = a[thread.x]! + b[thread.x]!;
  },
  "compound stores": (thread, a, b, out) => {
    const i = thread.x;
    out[i]! += a[i]!;
    out[i]! *= 2;
    out[i]! += b[i]!;
    out[i]! %= 50;
    out[i]! -= 0;
  },
  "compound stores of bits": (thread, a, b, out) => {
    const i = thread.x;
    out[i]! |= a[i]!;
    out[i]! ^= b[i]!;
    out[i]! <<= 1;
    out[i]! &= 62;
    out[i]! >>= 1;
    out[i]! >>>= 0;
  },
  "++ and -- of an element": (thread, a, b, out) => {
    const i = thread.x;
    out[i] = a[i]! + 1;
    const before = out[i]!++;
    const after = --out[i]!;
    out[i]! += before + after + b[i]!;
  },
  "a store as a value": (thread, a, b, out) => {
    const i = thread.x;
    const x = (out[i] = a[i]! + 1);
    out[i] = x + b[i]!;
  },
  "an early return": (thread, a, b, out) => {
    const i = thread.x;
    if (a[i]! > b[i]!) return;
    out[i] = 5;
    for (let k = 0; k < 6; k++) {
      if (k === a[i]) return;
      out[i]! += k;
    }
    out[i] = 1;
  },
  "a store behind &&": (thread, a, b, out) => {
    const i = thread.x;
    a[i]! > b[i]! && (out[i] = 9);
    i < a.length && a[i]! <= b[i]! && (out[i]! += 4);
  },
  "thread taken apart": (thread, a, b, out) => {
    const { x, y, z } = thread;
    out[x] = a[thread.size.x - 1 - x]! + b[x]! + y + z;
  },
  "places in group and grid": (thread, a, b, out) => {
    const index = thread.group.x * thread.groupSize.x + thread.local.x;
    out[thread.x] = a[index]! + b[thread.size.x - 1 - index]! + (thread.local.x % 4) + (thread.group.x % 3);
  },
  "lengths of arrays": (thread, a, b, out) => {
    let sum = 0;
    for (let k = thread.x; k < a.length && k < thread.x + 5; k++) sum += a[k]!;
    out[thread.x] = sum + (b.length > a.length ? 1 : 0);
  },
  "an index that is computed": (thread, a, b, out) => {
    const i = thread.x;
    const n = a.length;
    out[i] = a[(i * 7 + 3) % n]! + b[Math.floor(i / 2)]! + a[Math.trunc(i / 3)]! + b[(i / 4) | 0]! + a[i >> 1]!;
  },
  "an element as index": (thread, a, b, out) => {
    out[thread.x] = a[Math.trunc(b[thread.x]!)]! + a[b[thread.x]! | 0]!;
  },
  "a value that a loop carries": (thread, a, b, out) => {
    let x = a[thread.x]!;
    let y = b[thread.x]!;
    let steps = 0;
    while (y > 0 && steps < 30) {
      const rest = x % y;
      x = y;
      y = rest;
      steps++;
    }
    out[thread.x] = x * 10 + steps;
  },
  "a function inside that stores": (thread, a, b, out) => {
    const put = (index: number, value: number): void => {
      out[index] = value;
    };
    put(thread.x, a[thread.x]! + 2 * b[thread.x]!);
  },
  "a function inside that reads an array it is given": (thread, a, b, out) => {
    const sumOf = (array: Numbers, from: number): number =>
      array[from]! + array[from + 1 < array.length ? from + 1 : 0]!;
    out[thread.x] = sumOf(a, thread.x) + sumOf(b, thread.x);
  },
};
