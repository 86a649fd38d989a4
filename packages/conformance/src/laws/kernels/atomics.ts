// K4: atomic operations: nothing is lost, each old value is seen once, and every operator does what it says.

import { UnsupportedError } from "@everycore/core";
import { type KernelThread, kernel } from "@everycore/kernel";
import { equals, holds, rejection, same } from "../../assertions.js";
import { agree } from "../../kernels/agreement.js";
import { dice } from "../../kernels/random-numbers.js";
import type { LawTest } from "../../law.js";

type Integers = Int32Array | Uint32Array;
type AtomicKernel = (thread: KernelThread, target: Int32Array, values: Int32Array) => void;

const threads = 4099;

/** Operators whose outcome does not depend on the order of threads; each works on 5 elements, where collisions are the rule. */
const operators: ReadonlyArray<
  readonly [name: string, fn: AtomicKernel, plain: (old: number, value: number) => number]
> = [
  ["atomicAdd", (t, target, values) => void t.atomicAdd(target, t.x % 5, values[t.x] as number), (a, b) => a + b],
  ["atomicSub", (t, target, values) => void t.atomicSub(target, t.x % 5, values[t.x] as number), (a, b) => a - b],
  ["atomicMin", (t, target, values) => void t.atomicMin(target, t.x % 5, values[t.x] as number), Math.min],
  ["atomicMax", (t, target, values) => void t.atomicMax(target, t.x % 5, values[t.x] as number), Math.max],
  ["atomicAnd", (t, target, values) => void t.atomicAnd(target, t.x % 5, values[t.x] as number), (a, b) => a & b],
  ["atomicOr", (t, target, values) => void t.atomicOr(target, t.x % 5, values[t.x] as number), (a, b) => a | b],
  ["atomicXor", (t, target, values) => void t.atomicXor(target, t.x % 5, values[t.x] as number), (a, b) => a ^ b],
];

function checkOperators(dtype: "int32" | "uint32", maker: Int32ArrayConstructor | Uint32ArrayConstructor): LawTest {
  return {
    law: "K4",
    title: `atomic operators on ${dtype} lose nothing`,
    requires: ["kernels", "atomics"],
    dtypes: [dtype],
    async run(t) {
      const executor = await t.kernels();
      const { next } = dice(11);
      const values = maker.from(Array.from({ length: threads }, () => Math.floor((next() - 0.5) * 2 ** 32)));
      const start = maker.of(0x55aa55aa, 77, 0, 1, 0xffffffff);
      for (const [name, fn, combine] of operators) {
        const plain = ([target]: readonly unknown[]): void =>
          values.forEach((value, i) => {
            const array = target as Integers;
            array[i % 5] = combine(array[i % 5] as number, value);
          });
        await agree(executor, {
          what: `${name} on ${dtype}`,
          kernel: kernel(fn).over(threads),
          args: [start, values],
          plain,
        });
      }
    },
  };
}

/** See the specification. */
export const atomicLaws: readonly LawTest[] = [
  checkOperators("int32", Int32Array),
  checkOperators("uint32", Uint32Array),
  {
    law: "K4",
    title: "the old values that atomicAdd gives are a permutation",
    requires: ["kernels", "atomics"],
    dtypes: ["int32"],
    async run(t) {
      const executor = await t.kernels();
      const number = kernel((thread, counter: Int32Array, ticket: Int32Array) => {
        ticket[thread.x] = thread.atomicAdd(counter, 0, 1);
      });
      for (const length of [1, 64, 1000, 100_003]) {
        const [counter, ticket] = [Int32Array.of(5), new Int32Array(length)];
        await executor.submit(number.over(length), counter, ticket);
        same(counter[0], 5 + length, `${length} threads count to ${length}`);
        const wrong = ticket.sort().findIndex((value, index) => value !== 5 + index);
        same(wrong, -1, `each of ${length} threads gets an old value of its own`);
      }
    },
  },
  {
    law: "K4",
    title: "atomicExchange passes every value on exactly once",
    requires: ["kernels", "atomics"],
    dtypes: ["int32"],
    async run(t) {
      const executor = await t.kernels();
      const pass = kernel((thread, place: Int32Array, found: Int32Array) => {
        found[thread.x] = thread.atomicExchange(place, 0, thread.x);
      });
      const [place, found] = [Int32Array.of(-1), new Int32Array(threads)];
      await executor.submit(pass.over(threads), place, found);
      const seen = [...found, place[0] as number].sort((a, b) => a - b);
      same(
        seen.findIndex((value, index) => value !== index - 1),
        -1,
        "each value that was put in comes out once",
      );
    },
  },
  {
    law: "K4",
    title: "atomicCompareExchange lets exactly one thread win",
    requires: ["kernels", "atomics"],
    dtypes: ["int32"],
    async run(t) {
      const executor = await t.kernels();
      const claim = kernel((thread, owner: Int32Array, won: Int32Array) => {
        const seat = thread.x % 7;
        const before = thread.atomicCompareExchange(owner, seat, -1, thread.x);
        if (before === -1) won[thread.x] = 1;
      });
      const [owner, won] = [new Int32Array(7).fill(-1), new Int32Array(threads)];
      await executor.submit(claim.over(threads), owner, won);
      equals(
        owner.map((x, seat) => (x % 7 === seat ? 1 : 0)),
        new Int32Array(7).fill(1),
        "a seat is taken by one of its own",
      );
      const winners = [...won.keys()].filter((x) => won[x] === 1);
      equals(
        winners,
        [...owner].sort((a, b) => a - b),
        "who was told that it won is who is written down",
      );
    },
  },
  {
    law: "K4",
    title: "atomics on float32 add, compare and exchange",
    requires: ["kernels", "atomics"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const collect = kernel((thread, target: Float32Array, values: Float32Array) => {
        const value = values[thread.x] as number;
        thread.atomicAdd(target, 0, value);
        thread.atomicMin(target, 1, value);
        thread.atomicMax(target, 2, value);
        thread.atomicExchange(target, 3, 8.5);
      });
      const values = Float32Array.from({ length: threads }, (_, index) => ((index * 37) % 101) - 50);
      const total = values.reduce((a, b) => a + b, 0);
      const plain = ([target]: readonly unknown[]): void => (target as Float32Array).set([total, -50, 50, 8.5]);
      const args = [new Float32Array(4), values];
      await agree(executor, { what: "atomics on float32", kernel: collect.over(threads), args, plain });
    },
  },
  {
    law: "K4",
    title: "an atomic operation outside of its array gives 0 and does nothing",
    requires: ["kernels", "atomics"],
    dtypes: ["int32"],
    async run(t) {
      const executor = await t.kernels();
      const beyond = kernel((thread, target: Int32Array, old: Int32Array) => {
        old[thread.x] = thread.atomicAdd(target, thread.x - 2, 10);
      });
      const [target, old] = [Int32Array.of(1, 2), new Int32Array(6).fill(9)];
      await executor.submit(beyond.over(6), target, old);
      equals([...target, ...old], [11, 12, 0, 0, 1, 2, 0, 0], "only the elements that are there are changed");
    },
  },
  {
    law: "K4",
    title: "a histogram counts every element",
    requires: ["kernels", "atomics"],
    dtypes: ["int32", "uint8"],
    async run(t) {
      const executor = await t.kernels();
      const count = kernel((thread, pixels: Uint8Array, bins: Int32Array) => {
        thread.atomicAdd(bins, pixels[thread.x] as number, 1);
      });
      const { below } = dice(3);
      const pixels = Uint8Array.from({ length: 200_000 }, () => (below(256) * below(256)) >> 8);
      const [bins, expected] = [new Int32Array(256), new Int32Array(256)];
      for (const pixel of pixels) expected[pixel] = (expected[pixel] as number) + 1;
      await executor.submit(count.over(pixels.length), pixels, bins);
      equals(bins, expected, "each pixel is counted once");
    },
  },
  {
    law: "K4",
    title: "atomics are refused where they are absent",
    requires: ["kernels"],
    lacks: "atomics",
    async run(t) {
      const executor = await t.kernels();
      const add = kernel((thread, x: Int32Array) => {
        thread.atomicAdd(x, 0, 1);
      });
      const refusal = Promise.resolve().then(() => executor.submit(add.over(2), new Int32Array(1)));
      const error = await rejection(refusal, "an atomic operation is refused");
      holds(error instanceof UnsupportedError && error.message.includes(error.backend), `it is named (got ${error})`);
    },
  },
];
