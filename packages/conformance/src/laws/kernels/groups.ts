// K4: groups: barriers and shared memory, also in loops and in the last, partial group.
// biome-ignore-all lint/style/noNonNullAssertion: reading outside of an array gives 0 in the language

import { UnsupportedError } from "@everycore/core";
import { kernel } from "@everycore/kernel";
import { holds, rejection } from "../../assertions.js";
import { agree } from "../../kernels/agreement.js";
import { dice } from "../../kernels/random-numbers.js";
import type { LawTest } from "../../law.js";

/** Each group turns its elements around. */
const turnAround = kernel((thread, x: Float32Array, out: Float32Array) => {
  const tile = thread.shared(Float32Array, 64);
  const i = thread.local.x;
  const count = Math.min(thread.groupSize.x, thread.size.x - thread.group.x * thread.groupSize.x);
  tile[i] = x[thread.x]!;
  thread.barrier();
  out[thread.x] = tile[count - 1 - i]!;
});

/** Sums of groups, by a tree: a barrier in a loop. */
const treeSum = kernel((thread, x: Int32Array, sums: Int32Array) => {
  const part = thread.shared(Int32Array, 64);
  const i = thread.local.x;
  part[i] = x[thread.x]!;
  for (let half = 32; half > 0; half >>= 1) {
    thread.barrier();
    if (i < half) part[i]! += part[i + half]!;
  }
  if (i === 0) sums[thread.group.x] = part[0]!;
});

/** A transpose by tiles, as every course on GPUs has it. */
const transpose = kernel((thread, x: Float32Array, out: Float32Array, width: number, height: number) => {
  const tile = thread.shared(Float32Array, 72);
  const i = thread.local.x;
  const j = thread.local.y;
  tile[j * 9 + i] = x[thread.y * width + thread.x]!;
  thread.barrier();
  // The threads of a partial tile are numbered anew, so that each still moves one element.
  const columns = Math.min(8, width - thread.group.x * 8);
  const rows = Math.min(8, height - thread.group.y * 8);
  const number = j * columns + i;
  const column = Math.trunc(number / rows);
  const row = number % rows;
  out[(thread.group.x * 8 + column) * height + thread.group.y * 8 + row] = tile[row * 9 + column]!;
});

/** Neighbours smooth each other, several rounds, two barriers in each. */
const smooth = kernel((thread, x: Int32Array, rounds: number) => {
  const line = thread.shared(Int32Array, 32);
  const i = thread.local.x;
  line[i] = x[thread.x]!;
  for (let round = 0; round < rounds; round++) {
    thread.barrier();
    const left = line[i - 1]!;
    const right = line[i + 1]!;
    thread.barrier();
    line[i] = line[i]! + left + right;
    if (round === 3) continue;
    line[i]! -= 1;
  }
  x[thread.x] = line[i]!;
});

/** Each thread reads what its opposite wrote. */
const exchange = kernel((thread, out: Int32Array) => {
  const seen = thread.shared(Int32Array, 16);
  seen[thread.local.x] = thread.x + 1;
  thread.barrier();
  out[thread.x] = seen[15 - thread.local.x]!;
});

/** Shared memory of a type that is narrower than its values. */
const narrow = kernel((thread, x: Int32Array, out: Int32Array) => {
  const bytes = thread.shared(Uint8Array, 16);
  const signed = thread.shared(Int16Array, 16);
  const i = thread.local.x;
  bytes[i] = x[thread.x]!;
  signed[i] = x[thread.x]!;
  thread.barrier();
  out[thread.x] = bytes[15 - i]! * 100_000 + signed[i]!;
});

/** Shared atomics: a histogram for each group. */
const groupCount = kernel((thread, x: Int32Array, counts: Int32Array) => {
  const bins = thread.shared(Int32Array, 8);
  thread.atomicAdd(bins, x[thread.x]! & 7, 1);
  thread.barrier();
  if (thread.local.x < 8) thread.atomicAdd(counts, thread.local.x, bins[thread.local.x]!);
});

function numbers(length: number): Int32Array {
  const { below } = dice(length);
  return Int32Array.from({ length }, () => below(2000) - 1000);
}

/** See the specification. */
export const groupLaws: readonly LawTest[] = [
  {
    law: "K4",
    title: "what a group's threads write before a barrier is there after it",
    requires: ["kernels", "barriers"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      for (const length of [1, 63, 64, 65, 1000]) {
        const x = Float32Array.from({ length }, (_, index) => index);
        const plain = ([, out]: readonly unknown[]): void => {
          for (let from = 0; from < length; from += 64)
            (out as Float32Array).set(x.slice(from, from + 64).reverse(), from);
        };
        const args = [x, new Float32Array(length)];
        await agree(executor, {
          what: `groups of ${length} threads`,
          kernel: turnAround.over(length, { group: 64 }),
          args,
          plain,
        });
      }
    },
  },
  {
    law: "K4",
    title: "a tree of sums with a barrier in its loop, and a partial last group",
    requires: ["kernels", "barriers", "scatter"],
    dtypes: ["int32"],
    async run(t) {
      const executor = await t.kernels();
      for (const length of [64, 1, 100, 1003]) {
        const x = numbers(length);
        const groups = Math.ceil(length / 64);
        const plain = ([, sums]: readonly unknown[]): void => {
          x.forEach((value, i) => {
            (sums as Int32Array)[i >> 6]! += value;
          });
        };
        const args = [x, new Int32Array(groups)];
        await agree(executor, { what: `sums of ${length}`, kernel: treeSum.over(length, { group: 64 }), args, plain });
      }
    },
  },
  {
    law: "K4",
    title: "a tiled transpose, of whole and of partial tiles",
    requires: ["kernels", "barriers", "scatter"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      for (const [width, height] of [
        [8, 8],
        [16, 24],
        [13, 5],
        [1, 9],
        [33, 17],
      ] as const) {
        const x = Float32Array.from({ length: width * height }, (_, index) => index);
        const plain = ([, out]: readonly unknown[]): void =>
          x.forEach((value, i) => {
            (out as Float32Array)[(i % width) * height + Math.floor(i / width)] = value;
          });
        const args = [x, new Float32Array(x.length), width, height];
        const launch = transpose.over([width, height], { group: [8, 8] });
        await agree(executor, { what: `the transpose of ${width}×${height}`, kernel: launch, args, plain });
      }
    },
  },
  {
    law: "K4",
    title: "rounds of two barriers keep neighbours in step",
    requires: ["kernels", "barriers"],
    dtypes: ["int32"],
    async run(t) {
      const executor = await t.kernels();
      for (const rounds of [0, 1, 2, 7]) {
        const args = [numbers(32 * 5), rounds];
        const plain = ([x]: readonly unknown[]): void => smoothPlainly(x as Int32Array, rounds);
        await agree(executor, { what: `${rounds} rounds`, kernel: smooth.over(160, { group: 32 }), args, plain });
      }
    },
  },
  {
    law: "K4",
    title: "shared memory is zero when a group begins, and partial groups read zeros",
    requires: ["kernels", "barriers"],
    dtypes: ["int32"],
    async run(t) {
      const executor = await t.kernels();
      const length = 16 * 6 + 5;
      const plain = ([out]: readonly unknown[]): void =>
        (out as Int32Array).forEach((_, i, all) => {
          const partner = i - (i % 16) + 15 - (i % 16);
          all[i] = partner < length ? partner + 1 : 0;
        });
      const args = [new Int32Array(length)];
      await agree(executor, { what: "a partial group", kernel: exchange.over(length, { group: 16 }), args, plain });
    },
  },
  {
    law: "K4",
    title: "shared memory has its own element types",
    requires: ["kernels", "barriers"],
    dtypes: ["int32", "uint8", "int16"],
    async run(t) {
      const executor = await t.kernels();
      const x = numbers(48).map((value) => value * 70);
      const plain = ([, out]: readonly unknown[]): void =>
        (out as Int32Array).forEach((_, i, all) => {
          const partner = x[i - (i % 16) + 15 - (i % 16)] as number;
          all[i] = (partner & 255) * 100_000 + (((x[i] as number) << 16) >> 16);
        });
      const args = [x, new Int32Array(48)];
      await agree(executor, { what: "narrow shared memory", kernel: narrow.over(48, { group: 16 }), args, plain });
    },
  },
  {
    law: "K4",
    title: "atomics work on shared memory",
    requires: ["kernels", "barriers", "atomics"],
    dtypes: ["int32"],
    async run(t) {
      const executor = await t.kernels();
      const x = numbers(1000);
      const plain = ([, counts]: readonly unknown[]): void =>
        x.forEach((value) => {
          (counts as Int32Array)[value & 7]! += 1;
        });
      const args = [x, new Int32Array(8)];
      await agree(executor, { what: "counts of groups", kernel: groupCount.over(1000, { group: 40 }), args, plain });
    },
  },
  {
    law: "K4",
    title: "barriers are refused where they are absent",
    requires: ["kernels"],
    lacks: "barriers",
    async run(t) {
      const executor = await t.kernels();
      const refusal = Promise.resolve().then(() =>
        executor.submit(turnAround.over(2), new Float32Array(2), new Float32Array(2)),
      );
      const error = await rejection(refusal, "a barrier is refused");
      holds(error instanceof UnsupportedError && error.message.includes(error.backend), `it is named (got ${error})`);
    },
  },
];

function smoothPlainly(x: Int32Array, rounds: number): void {
  for (let from = 0; from < x.length; from += 32) {
    let line = x.slice(from, from + 32);
    for (let round = 0; round < rounds; round++) {
      line = line.map((value, i) => value + (line[i - 1] ?? 0) + (line[i + 1] ?? 0) - (round === 3 ? 0 : 1));
    }
    x.set(line, from);
  }
}
