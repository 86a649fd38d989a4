// K2: NaN, ±Infinity, −0, subnormals, wrapping, division by zero, shifts beyond the width, conversions.
// biome-ignore-all lint/style/noNonNullAssertion: reading outside of an array gives 0 in the language

import { kernel, vectorize } from "@everycore/kernel";
import { equals, same } from "../../assertions.js";
import { agree } from "../../kernels/agreement.js";
import { arithmeticKinds, type ElementKind, elementKinds, isFloat, kindOf, pairs } from "../../kernels/element-kind.js";
import type { Numbers } from "../../kernels/grid-statements.js";
import { operators } from "../../kernels/operators.js";
import { runPlain } from "../../kernels/plain-grid.js";
import type { LawTest } from "../../law.js";
import { checkOperator } from "./language.js";

const convert = (thread: { readonly x: number }, from: Numbers, to: Numbers): void => {
  to[thread.x] = from[thread.x]!;
};

const subnormals = {
  float32: [1.401298464324817e-45, 2.802596928649634e-45, 1.1754942106924411e-38, -1.401298464324817e-45, 0, 3e-39],
  float64: [5e-324, 1e-323, 2.225073858507201e-308, -5e-324, 0, 3e-309],
} as const;

const edgesByType = elementKinds.map(
  (kind): LawTest => ({
    law: "K2",
    title: `operators on ${kind.dtype} at the edges of the type`,
    requires: ["kernels"],
    dtypes: [kind.dtype],
    async run(t) {
      const executor = await t.kernels();
      const columns = pairs(kind.edges, kind.edges);
      const isMain = arithmeticKinds.includes(kind);
      for (const [index, operator] of operators.entries()) {
        const fits = operator.on === undefined || (operator.on === "floats") === isFloat(kind);
        if (fits && (isMain || index % 4 === 2)) await checkOperator(executor, operator, kind, columns);
      }
    },
  }),
);

/** Storing a value of one type in an array of another converts as JavaScript's typed arrays do. */
function conversionLaw(from: ElementKind): LawTest {
  return {
    law: "K2",
    title: `storing ${from.dtype} in every other type converts as a typed array does`,
    requires: ["kernels"],
    dtypes: [from.dtype],
    async run(t) {
      const executor = await t.kernels();
      for (const to of elementKinds.filter(({ dtype }) => t.capabilities.dtypes.includes(dtype))) {
        await agree(executor, {
          what: `${from.dtype} stored in ${to.dtype}`,
          kernel: kernel(convert).over(from.edges.length),
          args: [from.maker.from(from.edges), new to.maker(from.edges.length)],
          plain: (args) => runPlain(convert, [from.edges.length], [64], args),
        });
      }
    },
  };
}

/** See the specification. */
export const specialValueLaws: readonly LawTest[] = [
  ...edgesByType,
  ...arithmeticKinds.map(conversionLaw),
  ...(["float32", "float64"] as const).map(
    (dtype): LawTest => ({
      law: "K2",
      title: `subnormal numbers of ${dtype} are kept`,
      requires: ["kernels", "subnormals"],
      dtypes: [dtype],
      async run(t) {
        const executor = await t.kernels();
        const { maker } = kindOf(dtype);
        const half = maker.from(subnormals[dtype]);
        const double = vectorize((x: number) => x + x);
        const scale = vectorize((x: number) => x * 0.5 + (x > 0 ? x : -x));
        const plain = (fn: (x: number) => number) => (args: readonly unknown[]) =>
          maker.from(Array.from(args[0] as ArrayLike<number>, fn));
        const { wrap } = kindOf(dtype);
        const scaled = (x: number): number => wrap(wrap(x * 0.5) + Math.abs(x));
        await agree(executor, {
          what: `x + x of subnormals`,
          kernel: double,
          args: [half],
          plain: plain((x) => x + x),
        });
        await agree(executor, { what: `halves of subnormals`, kernel: scale, args: [half], plain: plain(scaled) });
      },
    }),
  ),
  {
    law: "K2",
    title: "a subnormal number is kept, or is zero, where they need not be kept",
    requires: ["kernels"],
    lacks: "subnormals",
    dtypes: ["float32"],
    async run(t) {
      const executor = await t.kernels();
      const x = Float32Array.from(subnormals.float32);
      const double = vectorize((value: number) => value + value);
      const doubled = Array.from(await executor.submit(double, x));
      const isEither = (value: number, index: number): boolean => value === 0 || value === 2 * (x[index] as number);
      same(
        doubled.findIndex((value, index) => !isEither(value, index)),
        -1,
        "twice a subnormal number is exact, or zero",
      );
      using array = executor.array(x);
      equals([...(await array.read())], [...x], "copies keep it in any case");
    },
  },
  {
    law: "K2",
    title: "reading outside of an array gives 0, writing there does nothing",
    requires: ["kernels", "scatter"],
    dtypes: ["int32", "float32"],
    async run(t) {
      const executor = await t.kernels();
      const around = kernel((thread, x: Int32Array, read: Int32Array, guarded: Int32Array) => {
        const i = thread.x;
        read[i] = x[i - 4]!;
        guarded[i * 1000 - 4000] = 7;
        guarded[i - 2147483647] = 8;
      }).over(12);
      const guarded = Int32Array.of(1, 2, 3, 4);
      const args = [Int32Array.of(11, 12, 13, 14), new Int32Array(12), guarded];
      const plain = (copies: readonly unknown[]): void => {
        const [, read, kept] = copies as Int32Array[];
        read?.set([0, 0, 0, 0, 11, 12, 13, 14, 0, 0, 0, 0]);
        kept?.set([7, 2, 3, 4]);
      };
      await agree(executor, { what: "an index outside of the array", kernel: around, args, plain });
    },
  },
  {
    law: "K2",
    title: "int32 and uint32 compare exactly",
    requires: ["kernels"],
    dtypes: ["int32", "uint32"],
    async run(t) {
      const executor = await t.kernels();
      const [signed, unsigned] = pairs(kindOf("int32").edges, kindOf("uint32").edges);
      const comparisons = [
        (a: number, b: number) => a < b,
        (a: number, b: number) => a <= b,
        (a: number, b: number) => a > b,
        (a: number, b: number) => a >= b,
        (a: number, b: number) => a === b,
        (a: number, b: number) => b !== a,
      ];
      for (const fn of comparisons) {
        const args = [Int32Array.from(signed), Uint32Array.from(unsigned)];
        const plain = (): Uint8Array => Uint8Array.from(signed, (a, index) => Number(fn(a, unsigned[index] as number)));
        await agree(executor, { what: `${fn} of int32 and uint32`, kernel: vectorize(fn), args, plain });
      }
    },
  },
  {
    law: "K2",
    title: "types join as the reference says",
    requires: ["kernels"],
    dtypes: ["int32", "uint32", "float32", "int8"],
    async run(t) {
      const executor = await t.kernels();
      const sum = vectorize((a: number, b: number) => a + b);
      const join = async (a: unknown, b: unknown): Promise<string> =>
        ((await agree(executor, { what: "a join of types", kernel: sum, args: [a, b] })).result as object).constructor
          .name;
      const [i, u, f, narrow] = [Int32Array.of(-1), Uint32Array.of(2), Float32Array.of(0.5), Int8Array.of(-3)];
      equals(
        [await join(i, i), await join(i, u), await join(i, f), await join(u, f), await join(narrow, narrow)],
        ["Int32Array", "Uint32Array", "Float32Array", "Float32Array", "Int32Array"],
        "int32 with uint32 is uint32, an integer with a float is the float",
      );
    },
  },
];
