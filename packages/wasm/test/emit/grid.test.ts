import { describe, expect, it } from "vitest";
import {
  add,
  arrayParameter,
  arrayRef,
  atomic,
  compare,
  constant,
  convert,
  gridProgram,
  int,
  LocalList,
  less,
  load,
  loop,
  multiply,
  scalar,
  scalarParameter,
  set,
  store,
  thread,
  when,
} from "../../../kernel/src/ir/builder.js";
import type { GridProgram } from "../../../kernel/src/ir/ir.js";
import { launch } from "./launch.js";

const x = arrayRef(0);
const y = arrayRef(1);
const i = thread("global");

/** y[i] = a * x[i] + y[i] */
const saxpy: GridProgram = gridProgram(
  {
    name: "saxpy",
    arrays: [arrayParameter("x", "float32", "read"), arrayParameter("y", "float32", "readwrite")],
    scalars: [scalarParameter("a", "float32")],
  },
  [store(y, i, add(multiply(scalar("float32", 0), load("float32", x, i)), load("float32", y, i)))],
);

describe("grid programs", () => {
  it.each([0, 1, 7, 8, 9, 16, 31, 1000])("saxpy over %i elements gives a x + y", (n) => {
    const xs = Float32Array.from({ length: n }, (_, k) => k * 0.5);
    const ys = Float32Array.from({ length: n }, (_, k) => 100 - k);
    const expected = ys.map((value, k) => Math.fround(Math.fround(3 * (xs[k] as number)) + value));
    launch({ program: saxpy, grid: [n, 1, 1], arrays: [xs, ys], scalars: [3] });
    expect(ys).toEqual(expected);
  });

  it("threads beyond the arrays read 0 and write nothing", () => {
    const xs = Float32Array.of(1, 2, 3);
    const ys = Float32Array.from({ length: 21 }, () => 1);
    launch({ program: saxpy, grid: [40, 1, 1], arrays: [xs, ys], scalars: [2] });
    expect([...ys]).toEqual([3, 5, 7, ...Array.from({ length: 18 }, () => 1)]);
  });

  it("ranges may be cut anywhere", () => {
    const xs = Float32Array.from({ length: 100 }, (_, k) => k);
    const ys = new Float32Array(100);
    launch({ program: saxpy, grid: [100, 1, 1], arrays: [xs, ys], scalars: [2], chunk: 13 });
    expect([...ys]).toEqual(Array.from({ length: 100 }, (_, k) => 2 * k));
  });

  it("a loop that lanes leave at different times counts for each lane", () => {
    const locals = new LocalList();
    const count = locals.add("count", "int32");
    const value = locals.add("value", "int32");
    const program = gridProgram({ locals: locals.list, arrays: [arrayParameter("out", "int32", "write")] }, [
      set(count, int(0)),
      set(value, multiply(i, i)),
      loop(0, compare("greater", value, int(0)), [set(value, add(value, int(-7))), set(count, add(count, int(1)))]),
      store(x, i, count),
    ]);
    const out = new Int32Array(50);
    launch({ program, grid: [50, 1, 1], arrays: [out] });
    expect([...out]).toEqual(Array.from({ length: 50 }, (_, k) => Math.ceil((k * k) / 7)));
  });

  it.each([
    ["up to the length", 0, 100],
    ["not at all", 0, 0],
    ["fewer rounds than are done at a time", 0, 3],
    ["from below 0", -3, 9],
    ["past the end", 90, 130],
    ["backwards", 20, 10],
    ["from far below 0 to below 0", -2147483648, -2147483640],
    ["to the largest integer", 2147483640, 2147483647],
  ])("a small loop over an array adds what is in it: %s", (_, from, to) => {
    const locals = new LocalList();
    const [k, sum] = [locals.add("k", "int32"), locals.add("sum", "int32")];
    const arrays = [arrayParameter("out", "int32", "write"), arrayParameter("values", "uint8", "read")];
    const scalars = [scalarParameter("from", "int32"), scalarParameter("to", "int32")];
    const program = gridProgram({ locals: locals.list, arrays, scalars }, [
      set(k, scalar("int32", 0)),
      loop(
        0,
        less(k, scalar("int32", 1)),
        [set(sum, add(sum, add(load("int32", y, k), int(1))))],
        [set(k, add(k, int(1)))],
      ),
      store(x, i, sum),
    ]);
    const values = Uint8Array.from({ length: 100 }, (_, n) => n);
    const out = new Int32Array(1);
    launch({ program, grid: [1, 1, 1], arrays: [out, values], scalars: [from, to] });
    let expected = 0;
    for (let n = from; n < to; n++) expected += (values[n] ?? 0) + 1;
    expect(out[0]).toBe(expected);
  });

  it("a two-dimensional grid visits each place once, in ranges across rows", () => {
    const width = scalar("int32", 0);
    const place = add(multiply(thread("global", 1), width), i);
    const program = gridProgram(
      {
        dimensions: 2,
        arrays: [arrayParameter("out", "int32", "readwrite")],
        scalars: [scalarParameter("width", "int32")],
      },
      [
        when(
          less(i, int(19)),
          [store(x, place, add(load("int32", x, place), add(place, int(1))))],
          [store(x, place, int(-1))],
        ),
      ],
    );
    const out = new Int32Array(21 * 5);
    launch({ program, grid: [21, 5, 1], arrays: [out], scalars: [21], chunk: 8 });
    expect([...out]).toEqual(Array.from({ length: 105 }, (_, k) => (k % 21 < 19 ? k + 1 : -1)));
  });

  it("what one side of a branch has written is not written again when the other side gives the strip up", () => {
    const count = arrayRef(1);
    const out = arrayRef(2);
    const program = gridProgram(
      {
        arrays: [
          arrayParameter("x", "int32", "read"),
          arrayParameter("count", "int32", "readwrite"),
          arrayParameter("out", "int32", "readwrite"),
        ],
      },
      [
        when(
          compare("notEqual", load("int32", x, i), int(0)),
          [atomic("add", count, int(0), int(1)), store(out, i, add(load("int32", out, i), int(1)))],
          [store(out, i, load("int32", x, add(i, int(3))))],
        ),
      ],
    );
    const xs = Int32Array.from({ length: 64 }, (_, k) => k % 2);
    const expected = [Int32Array.of(32), Int32Array.from(xs, (value, k) => (value ? 1 : (xs[k + 3] ?? 0)))];
    for (const speculation of [false, true]) {
      const written = [new Int32Array(1), new Int32Array(64)] as const;
      launch({ program, grid: [64, 1, 1], arrays: [xs, ...written], tuning: { form: "vector", speculation } });
      expect(written).toEqual(expected);
    }
  });

  it("narrow integers are widened when read and cut when written", () => {
    const program = gridProgram(
      { arrays: [arrayParameter("bytes", "uint8", "read"), arrayParameter("out", "int8", "write")] },
      [store(y, i, multiply(load("int32", x, i), int(3)))],
    );
    const bytes = Uint8Array.from({ length: 256 }, (_, k) => k);
    const out = new Int8Array(256);
    launch({ program, grid: [256, 1, 1], arrays: [bytes, out] });
    expect(out).toEqual(Int8Array.from({ length: 256 }, (_, k) => k * 3));
  });

  it("floats become integers as in JavaScript", () => {
    const program = gridProgram(
      { arrays: [arrayParameter("x", "float64", "read"), arrayParameter("out", "int32", "write")] },
      [store(y, i, convert("int32", load("float64", x, i)))],
    );
    const values = Float64Array.of(
      0,
      -0.9,
      1.9,
      -1.9,
      2 ** 31,
      -(2 ** 31),
      2 ** 32 + 5,
      -(2 ** 32) - 5,
      1e20,
      NaN,
      Infinity,
      -Infinity,
      2 ** 53 + 2,
      -3e9,
      3e9,
      0.5,
      7,
    );
    const out = new Int32Array(values.length);
    launch({ program, grid: [values.length, 1, 1], arrays: [values, out] });
    expect([...out]).toEqual([...values].map((value) => value | 0));
  });

  it("constants of all types may be stored", () => {
    const program = gridProgram(
      { arrays: [arrayParameter("x", "float64", "write"), arrayParameter("out", "bool", "write")] },
      [store(x, i, constant("float64", -0)), store(y, i, less(i, int(5)))],
    );
    const out = [new Float64Array(11), new Uint8Array(11)] as const;
    launch({ program, grid: [11, 1, 1], arrays: out });
    expect([...out[0]]).toEqual(Array.from({ length: 11 }, () => -0));
    expect([...out[1]]).toEqual(Array.from({ length: 11 }, (_, k) => (k < 5 ? 1 : 0)));
  });
});
