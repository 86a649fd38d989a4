// K2, K4, K5: control flow, memory, barriers and reductions of the simulator.

import { describe, expect, it } from "vitest";
import {
  add,
  arrayParameter,
  arrayRef,
  atomic,
  binary,
  block,
  bool,
  call,
  compare,
  constant,
  convert,
  declareLocal,
  end,
  equal,
  gridProgram,
  int,
  LocalList,
  leave,
  length,
  less,
  load,
  local,
  logical,
  loop,
  multiply,
  next,
  not,
  random,
  scalar,
  scalarParameter,
  select,
  set,
  store,
  thread,
  when,
} from "../../src/ir/builder.js";
import type { FunctionDefinition } from "../../src/ir/function.js";
import type { Expression, Statement } from "../../src/ir/ir.js";
import { randomNumber } from "../../src/ir/random.js";
import { verifyProgram } from "../../src/ir/verifier.js";
import { runProgram } from "../../src/simulate/index.js";
import { groupSums, saxpy, sum } from "./programs.js";

const result = arrayRef(0);
const i = thread("global");

/** Runs `body`, which writes the int32 array 0, with locals n and s. */
function ints(
  length: number,
  body: (n: ReturnType<LocalList["add"]>, s: ReturnType<LocalList["add"]>) => Statement[],
  threads = length,
) {
  const locals = new LocalList();
  const n = locals.add("n", "int32");
  const s = locals.add("s", "int32");
  const program = gridProgram(
    { arrays: [arrayParameter("result", "int32", "readwrite")], locals: locals.list },
    body(n, s),
  );
  verifyProgram(program);
  const array = new Int32Array(length);
  runProgram({ program, grid: [threads, 1, 1], arrays: [array], checks: false });
  return [...array];
}

describe("control flow", () => {
  it("loops, leaves and goes on, each thread on its own", () => {
    // s = sum of odd numbers below i, but no more than the first three of them
    const found = ints(10, (n, s) => [
      loop(
        1,
        less(n, i),
        [
          when(equal(binary("and", n, int(1)), int(0)), [next(1)]),
          when(less(int(4), n), [leave(1)]),
          set(s, add(s, n)),
        ],
        [set(n, add(n, int(1)))],
      ),
      store(result, i, s),
    ]);
    expect(found).toEqual([0, 0, 1, 1, 4, 4, 4, 4, 4, 4]);
  });

  it("leaves outer loops and blocks, and returns", () => {
    const found = ints(6, (n, s) => [
      when(equal(i, int(5)), [end()]),
      block(9, [
        loop(1, bool(true), [
          loop(2, bool(true), [
            set(n, add(n, int(1))),
            when(less(i, n), [leave(1)]),
            when(equal(n, int(3)), [set(s, int(100)), leave(9)]),
            next(1),
          ]),
        ]),
        set(s, int(-1)),
      ]),
      store(result, i, s),
    ]);
    expect(found).toEqual([-1, -1, -1, 100, 100, 0]);
  });

  it("runs do … while at least once", () => {
    const found = ints(3, (n) => [
      loop(1, bool(true), [set(n, add(n, int(1)))], [when(not(less(n, i)), [leave(1)])]),
      store(result, i, n),
    ]);
    expect(found).toEqual([1, 1, 2]);
  });

  it("starts every thread with locals of 0", () => {
    expect(ints(3, (n) => [set(n, add(n, int(1))), store(result, i, n)])).toEqual([1, 1, 1]);
  });

  it("evaluates a select or a logical expression into a local that it reads", () => {
    const found = ints(4, (n) => [
      set(n, i),
      set(n, select(less(n, int(2)), add(n, int(10)), add(n, multiply(n, n)))),
      set(n, add(select(less(n, int(11)), int(1), n), n)),
      store(result, i, n),
    ]);
    expect(found).toEqual([11, 22, 7, 24]);
  });

  it("gives logical expressions their short circuit", () => {
    const program = gridProgram(
      { arrays: [arrayParameter("x", "int32", "read"), arrayParameter("r", "bool", "write")] },
      [
        store(arrayRef(1), i, logical("and", less(i, length(result)), less(int(0), load("int32", result, i)))),
        store(
          arrayRef(1),
          add(i, int(4)),
          logical("or", not(less(i, length(result))), less(int(0), load("int32", result, i))),
        ),
      ],
    );
    const flags = new Uint8Array(8);
    runProgram({ program, grid: [4, 1, 1], arrays: [Int32Array.of(5, -5), flags], checks: true });
    expect([...flags]).toEqual([1, 0, 0, 0, 1, 0, 1, 1]);
  });
});

describe("memory", () => {
  it("reads 0 outside of an array and drops what is written there", () => {
    const found = ints(2, () => [
      store(result, add(i, int(1)), add(load("int32", result, int(99)), add(int(7), load("int32", result, int(-1))))),
    ]);
    expect(found).toEqual([0, 7]);
  });

  it("keeps the low bits in narrow arrays", () => {
    for (const [element, array, expected] of [
      ["int8", new Int8Array(1), -1],
      ["uint8", new Uint8Array(1), 255],
      ["int16", new Int16Array(1), 0x12ff],
      ["uint16", new Uint16Array(1), 0x12ff],
    ] as const) {
      const program = gridProgram({ arrays: [arrayParameter("a", element, "write")] }, [
        store(result, i, int(0x7fff12ff)),
      ]);
      runProgram({ program, grid: [1, 1, 1], arrays: [array] });
      expect(array[0]).toBe(expected);
    }
  });

  it("gives atomics the old value, and 0 outside", () => {
    const found = ints(4, (n) => [
      atomic("add", result, int(0), int(2), { target: n.id }),
      atomic("max", result, int(1), n),
      atomic("compareExchange", result, int(2), int(9), { expected: int(0) }),
      atomic("compareExchange", result, int(2), int(10), { expected: int(0), target: n.id }),
      atomic("add", result, int(3), n),
      atomic("exchange", result, int(50), int(1), { target: n.id }),
      atomic("add", result, int(3), n),
    ]);
    expect(found).toEqual([8, 6, 9, 36]);
  });

  it("rounds float32 after each operation", () => {
    const x = Float32Array.of(0.1, 3, -0);
    const y = Float32Array.of(0.2, 1e-8, 0);
    const f = Math.fround;
    const expected = x.map((value, k) => f(f(f(1.1) * value) + (y[k] as number)));
    runProgram({ program: saxpy(), grid: [3, 1, 1], arrays: [x, y], scalars: [f(1.1)] });
    expect(y).toEqual(expected);
  });
});

describe("threads", () => {
  it("know where they are, also in partial groups of three axes", () => {
    const places = ["global", "local", "group"] as const;
    const axes = [0, 1, 2] as const;
    const linear = add(
      thread("global", 0),
      multiply(thread("gridSize", 0), add(thread("global", 1), multiply(thread("gridSize", 1), thread("global", 2)))),
    );
    const values: Expression[] = [
      ...places.flatMap((what) => axes.map((axis) => thread(what, axis))),
      ...axes.map((axis) => thread("groupSize", axis)),
    ];
    const at = (k: number) => add(multiply(linear, int(values.length)), int(k));
    const program = gridProgram(
      { arrays: [arrayParameter("r", "int32", "write")], dimensions: 3 },
      values.map((value, k) => store(result, at(k), value)),
    );
    verifyProgram(program);
    const [gx, gy, gz] = [5, 3, 2];
    const array = new Int32Array(gx * gy * gz * values.length);
    runProgram({ program, grid: [gx, gy, gz], group: [2, 2, 2], arrays: [array], checks: true });
    let k = 0;
    for (let z = 0; z < gz; z++) {
      for (let y = 0; y < gy; y++) {
        for (let x = 0; x < gx; x++, k += values.length) {
          const expected = [x, y, z, x % 2, y % 2, z % 2, x >> 1, y >> 1, z >> 1, 2, 2, 2];
          expect([...array.subarray(k, k + values.length)]).toEqual(expected);
        }
      }
    }
  });

  it("draw their own random numbers, which depend on seed, thread and draw alone", () => {
    const locals = [declareLocal("r", "float32"), declareLocal("d", "float64")];
    const program = gridProgram({ arrays: [arrayParameter("r", "float64", "write")], locals, dimensions: 2 }, [
      random(0),
      random(1),
      store(
        result,
        add(thread("global", 0), multiply(int(3), thread("global", 1))),
        add(convert("float64", local("float32", 0)), local("float64", 1)),
      ),
    ]);
    const array = new Float64Array(6);
    runProgram({ program, grid: [3, 2, 1], group: [2, 1, 1], seed: 42, arrays: [array] });
    expect([...array]).toEqual(
      Array.from(array, (_, k) => randomNumber("float32", 42, k, 0) + randomNumber("float64", 42, k, 1)),
    );
  });

  it("wait for their group at barriers", () => {
    const x = Float32Array.from({ length: 20 }, (_, k) => k);
    const sums = new Float32Array(3);
    runProgram({ program: groupSums(), grid: [20, 1, 1], group: [8, 1, 1], arrays: [x, sums], checks: true });
    expect([...sums]).toEqual([28, 92, 16 + 17 + 18 + 19]);
  });

  it("may be none", () => {
    const y = Float32Array.of(1);
    runProgram({ program: saxpy(), grid: [0, 1, 1], arrays: [y, y], scalars: [1] });
    expect(y[0]).toBe(1);
  });
});

describe("functions of Math", () => {
  const program = gridProgram(
    { arrays: [arrayParameter("r", "float32", "write")], scalars: [scalarParameter("x", "float32")] },
    [store(result, int(0), call("exp", call("exp", scalar("float32", 0))))],
  );

  it("are JavaScript's, rounded once", () => {
    const array = new Float32Array(1);
    runProgram({ program, grid: [1, 1, 1], arrays: [array], scalars: [0.5] });
    expect(array[0]).toBe(Math.fround(Math.exp(Math.fround(Math.exp(0.5)))));
  });

  it("can come from a library in IR", () => {
    const x = local("float32", 1);
    const temporary = local("float32", 0);
    const double: FunctionDefinition = {
      name: "exp",
      parameters: [1],
      locals: [declareLocal("t", "float32"), declareLocal("x", "float32")],
      body: [
        when(compare("less", x, constant("float32", 3)), [set(temporary, add(x, temporary))]),
        set(temporary, add(temporary, constant("float32", 1))),
      ],
      result: multiply(temporary, constant("float32", 2)),
      type: "float32",
    };
    const array = new Float32Array(1);
    runProgram({ program, grid: [1, 1, 1], arrays: [array], scalars: [0.5], math: () => double });
    // exp(0.5) := (0.5 + 1) * 2 = 3; exp(3) := (0 + 1) * 2, as locals begin as 0 in each call
    expect(array[0]).toBe(2);
  });
});

describe("reductions", () => {
  it("give the identity of no elements, and the element of one", () => {
    expect(runProgram({ program: sum("float64"), grid: [0, 1, 1], arrays: [new Float64Array(0)] })).toBe(0);
    expect(runProgram({ program: sum("float64"), grid: [1, 1, 1], arrays: [Float64Array.of(5)] })).toBe(5);
  });

  it("take each element once, at any length", () => {
    for (const count of [2, 3, 7, 8, 4095, 4096, 4097, 12_289]) {
      const x = Float64Array.from({ length: count }, (_, k) => k + 1);
      const program = sum("float64");
      expect(runProgram({ program, grid: [count, 1, 1], arrays: [x] })).toBe((count * (count + 1)) / 2);
    }
  });

  it("sum float32 within the bound of pairwise summation", () => {
    const x = new Float32Array(100_000).fill(0.1);
    const found = runProgram({ program: sum("float32"), grid: [x.length, 1, 1], arrays: [x] }) as number;
    const exact = Math.fround(0.1) * x.length;
    expect(Math.abs(found - exact) / exact).toBeLessThan(Math.log2(x.length) * 2 ** -24);
  });
});
