import { describe, expect, it } from "vitest";
import {
  arrayParameter,
  arrayRef,
  atomic,
  convert,
  gridProgram,
  int,
  LocalList,
  load,
  store,
  thread,
} from "../../../kernel/src/ir/builder.js";
import type { Atomic, ElementType, GridProgram, ValueType } from "../../../kernel/src/ir/ir.js";
import { runProgram } from "../../../kernel/src/simulate/index.js";
import { launch, type TypedArray } from "./launch.js";

const i = thread("global");
const integerOperators = ["add", "subtract", "min", "max", "and", "or", "xor", "exchange", "compareExchange"] as const;
const floatOperators = ["add", "min", "max", "exchange"] as const;

/** old[i] = atomic(cells[places[i]], values[i]) */
function program(operator: Atomic["operator"], type: ValueType & ElementType): GridProgram {
  const locals = new LocalList();
  const old = locals.add("old", type);
  const [cells, places, values, olds] = [0, 1, 2, 3].map((index) => arrayRef(index)) as [never, never, never, never];
  const value = load(type, values, i);
  return gridProgram(
    {
      locals: locals.list,
      arrays: [
        arrayParameter("cells", type, "readwrite"),
        arrayParameter("places", "int32", "read"),
        arrayParameter("values", type, "read"),
        arrayParameter("olds", type, "write"),
      ],
    },
    [
      {
        ...atomic(operator, cells, load("int32", places, i), value),
        target: old.id,
        ...(operator === "compareExchange" && { expected: convert(type, int(7)) }),
      },
      store(olds, i, old),
    ],
  );
}

const cases = [
  ...integerOperators.flatMap((operator) => [[operator, "int32"] as const, [operator, "uint32"] as const]),
  ...floatOperators.map((operator) => [operator, "float32"] as const),
];
interface Kind {
  from(source: { readonly length: number }, map: (value: unknown, k: number) => number): TypedArray;
}
const kinds: Readonly<Record<"int32" | "uint32" | "float32", Kind>> = {
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
};

describe("atomics", () => {
  it.each(cases)(
    "%s on %s gives the old values, in scalar and vector form, in shared and other memory",
    (operator, type) => {
      const make = (n: number, of: (k: number) => number) => kinds[type].from({ length: n }, (_, k) => of(k));
      const arrays = () => [
        make(5, (k) => 7 + k * 3),
        Int32Array.from({ length: 45 }, (_, k) => ((k * 7) % 9) - 2),
        make(45, (k) => ((k * 37) % 23) - (type === "uint32" ? 0 : 11)),
        make(45, () => 0),
      ];
      const expected = arrays();
      runProgram({ program: program(operator, type), grid: [45, 1, 1], arrays: expected });
      for (const form of ["scalar", "vector"] as const) {
        for (const sharedMemory of [false, true]) {
          const actual = arrays();
          launch({
            program: program(operator, type),
            grid: [45, 1, 1],
            arrays: actual,
            sharedMemory,
            tuning: { form },
          });
          expect(actual).toEqual(expected);
        }
      }
    },
  );

  it.each(["int32", "float32"] as const)(
    "an array of %s that is only added to is counted in a copy, with the same result",
    (type) => {
      const counting = gridProgram(
        { arrays: [arrayParameter("bins", type, "readwrite"), arrayParameter("x", "uint8", "read")] },
        [atomic("add", arrayRef(0), load("int32", arrayRef(1), i), convert(type, int(1)))],
      );
      const x = Uint8Array.from({ length: 10_000 }, (_, k) => (k * k) >> 3);
      const expected = kinds[type].from({ length: 200 }, () => 3);
      for (const value of x) if (value < 200) expected[value] = (expected[value] as number) + 1;
      for (const form of ["scalar", "vector"] as const) {
        for (const chunk of [10_000, 1000, 300]) {
          const bins = kinds[type].from({ length: 200 }, () => 3);
          launch({
            program: counting,
            grid: [10_000, 1, 1],
            arrays: [bins, x],
            chunk,
            sharedMemory: true,
            tuning: { form },
          });
          expect(bins).toEqual(expected);
        }
      }
    },
  );
});
