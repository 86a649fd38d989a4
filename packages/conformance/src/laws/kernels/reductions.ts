// K5: reductions: of any length, with the identity for nothing, exact on integers, bounded on floats, the same every time.

import { reduction } from "@everycore/kernel";
import { holds, same } from "../../assertions.js";
import { agree, imitate, launch } from "../../kernels/agreement.js";
import { type ElementKind, elementKinds, isFloat } from "../../kernels/element-kind.js";
import { dice, floats } from "../../kernels/random-numbers.js";
import type { LawTest } from "../../law.js";

const sum = reduction({ combine: (a: number, b: number) => a + b, identity: 0 });
const dot = reduction({ map: (x: number, y: number) => x * y, combine: (a, b) => a + b, identity: 0 });
const smallest = reduction({ combine: (a: number, b: number) => Math.min(a, b), identity: Number.POSITIVE_INFINITY });
const largest = reduction({ combine: (a: number, b: number) => Math.max(a, b), identity: Number.NEGATIVE_INFINITY });
const product = reduction({ combine: (a: number, b: number) => a * b, identity: 1 });
const parity = reduction({ combine: (a: number, b: number) => a ^ b, identity: 0 });
const leastWhole = reduction({ combine: (a: number, b: number) => Math.min(a, b), identity: 2147483647 });
const count = reduction({ map: (x: number) => (x > 0.5 ? 1 : 0), combine: (a, b) => a + b, identity: 0 });
const norm = reduction({
  map: (x: number, scale: number) => {
    const scaled = x * scale;
    if (scaled < 0) return -scaled;
    return scaled;
  },
  // biome-ignore lint/complexity/useMathMinMax: a condition is what is tried here
  combine: (a, b) => (a > b ? a : b),
  identity: 0,
});

const lengths = [0, 1, 2, 3, 7, 64, 65, 1000, 4095, 4096, 4097, 8192, 12_289, 100_003];
const epsilon = { float32: 2 ** -24, float64: 2 ** -53 };

/** Sums of whole numbers that wrap have to be exact: whatever the order, they are the same modulo 2^32. */
function wholeSums(kind: ElementKind): LawTest {
  return {
    law: "K5",
    title: `sums of ${kind.dtype} wrap, at any length`,
    requires: ["kernels"],
    dtypes: [kind.dtype],
    async run(t) {
      const executor = await t.kernels();
      const { next } = dice(5);
      for (const length of lengths) {
        const x = kind.maker.from(Array.from({ length }, () => (next() - 0.5) * 2 ** 33));
        const total = Array.from(x as ArrayLike<number>).reduce((a, b) => kind.wrap(a + b), 0);
        const what = `the sum of ${length} numbers of ${kind.dtype}`;
        await agree(executor, { what, kernel: sum, args: [x], plain: () => total });
      }
    },
  };
}

function floatSums({ dtype, maker, value }: ElementKind): LawTest {
  return {
    law: "K5",
    title: `sums of ${dtype} are within the bound of pairwise summation`,
    requires: ["kernels"],
    dtypes: [dtype],
    async run(t) {
      const executor = await t.kernels();
      for (const length of lengths) {
        const [x, y] = [maker.from(floats(length, length, 10)), maker.from(floats(length + 1, length, 3))];
        for (const [name, kernel, args] of [
          ["sum", sum, [x]],
          ["dot", dot, [x, y]],
        ] as const) {
          const terms = Array.from(x, (a, i) => (args.length === 1 ? a : a * (y[i] as number)));
          const exact = exactSum(terms);
          const size = terms.reduce((all, term) => all + Math.abs(term), 0);
          const bound = epsilon[value as "float32"] * (Math.log2(length + 1) + 16) * size;
          const found = (await launch(executor, kernel, ...args)) as number;
          holds(
            Math.abs(found - exact) <= bound,
            `the ${name} of ${length} elements of ${dtype} is within ${bound} of ${exact} (it is ${found})`,
          );
        }
      }
    },
  };
}

/** Neumaier's compensated summation: the error does not grow with the length. */
function exactSum(terms: readonly number[]): number {
  let [total, lost] = [0, 0];
  for (const term of terms) {
    const next = total + term;
    lost += Math.abs(total) >= Math.abs(term) ? total - next + term : term - next + total;
    total = next;
  }
  return total + lost;
}

/** See the specification. */
export const reductionLaws: readonly LawTest[] = [
  ...elementKinds.filter((kind) => !isFloat(kind)).map(wholeSums),
  ...elementKinds.filter(isFloat).map(floatSums),
  {
    law: "K5",
    title: "nothing is reduced to the identity",
    requires: ["kernels"],
    dtypes: ["float32", "int32"],
    async run(t) {
      const executor = await t.kernels();
      const empty = new Float32Array(0);
      for (const [kernel, identity] of [
        [sum, 0],
        [product, 1],
        [smallest, Number.POSITIVE_INFINITY],
        [largest, Number.NEGATIVE_INFINITY],
      ] as const) {
        await agree(executor, { what: "an empty reduction", kernel, args: [empty], plain: () => identity });
      }
      const none = { what: "an empty reduction", kernel: leastWhole, args: [new Int32Array(0)] };
      await agree(executor, { ...none, plain: () => 2147483647 });
    },
  },
  {
    law: "K5",
    title: "min and max at any length, and NaN wins",
    requires: ["kernels"],
    dtypes: ["float32", "int32"],
    async run(t) {
      const executor = await t.kernels();
      for (const length of lengths.slice(1)) {
        const x = Float32Array.from(floats(3, length, 100));
        const least = x.reduce((a, b) => Math.min(a, b));
        const most = x.reduce((a, b) => Math.max(a, b));
        await agree(executor, { what: `the least of ${length}`, kernel: smallest, args: [x], plain: () => least });
        await agree(executor, { what: `the most of ${length}`, kernel: largest, args: [x], plain: () => most });
        const whole = Int32Array.from(x);
        const leastOfAll = whole.reduce((a, b) => Math.min(a, b));
        await agree(executor, {
          what: `the least of ${length}`,
          kernel: leastWhole,
          args: [whole],
          plain: () => leastOfAll,
        });
        x[length >> 1] = Number.NaN;
        await agree(executor, { what: "min with a NaN", kernel: smallest, args: [x], plain: () => Number.NaN });
        await agree(executor, { what: "max with a NaN", kernel: largest, args: [x], plain: () => Number.NaN });
      }
      const zeros = Float32Array.of(0, -0, 0);
      await agree(executor, { what: "the least zero", kernel: smallest, args: [zeros], plain: () => -0 });
      await agree(executor, { what: "the most zero", kernel: largest, args: [zeros], plain: () => 0 });
    },
  },
  {
    law: "K5",
    title: "other operators, maps with statements, and numbers among the arguments",
    requires: ["kernels"],
    dtypes: ["float32", "int32"],
    async run(t) {
      const executor = await t.kernels();
      for (const length of lengths) {
        const whole = Int32Array.from({ length }, (_, index) => Math.imul(index, 2654435761));
        const bits = whole.reduce((a, b) => a ^ b, 0);
        await agree(executor, { what: `xor of ${length}`, kernel: parity, args: [whole], plain: () => bits });
        const x = Float32Array.from(floats(9, length, 20));
        const norms = x.reduce((a, b) => Math.max(a, Math.fround(Math.abs(b) * 3)), 0);
        await agree(executor, { what: `a norm of ${length}`, kernel: norm, args: [x, 3], plain: () => norms });
        const many = x.filter((value) => value > 0.5).length;
        await agree(executor, { what: `a count of ${length}`, kernel: count, args: [x], plain: () => many });
      }
      const odd = Int32Array.from({ length: 5000 }, (_, index) => 2 * index + 1);
      const wrapped = odd.reduce((a, b) => Math.imul(a, b), 1);
      await agree(executor, { what: "a product that wraps", kernel: product, args: [odd], plain: () => wrapped });
    },
  },
  {
    law: "K5",
    title: "a reduction gives the same digits every time, on every executor",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const x = Float32Array.from(floats(1, 300_001, 12));
      const first = await (await t.kernels()).submit(sum, x);
      const executor = await t.kernels();
      for (let run = 0; run < 10; run++) same(await executor.submit(sum, x), first, "a sum is the same every time");
      const small = x.slice(0, 20_000);
      const simulated = imitate(sum, small) as number;
      const found = (await launch(executor, sum, small)) as number;
      const size = small.reduce((all, value) => all + Math.abs(value), 0);
      const bound = epsilon.float32 * 64 * size;
      holds(Math.abs(found - simulated) <= bound, `the backend's sum is near the simulator's (${found}, ${simulated})`);
    },
  },
  {
    law: "K5",
    title: "arrays of the device are reduced to a number on the host",
    requires: ["kernels"],
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      using x = executor.array(Float32Array.from({ length: 100 }, (_, index) => index));
      same(await launch(executor, sum, x), 4950, "the sum of a device array");
      same(await launch(executor, dot, x, x), 328_350, "a device array with itself");
      same(await launch(executor, dot, x, 2), 9900, "a device array and a number");
    },
  },
];
