// Kernels in IR, so that these tests need no front end: `y[i] = a * x[i] + y[i]`, `x[i] * x[i]`, a sum, and one that is slow.

import type { Elementwise, HostArray, Kernel, ResidentArray } from "@everycore/core";
import type { ArrayParameter, Expression, LaunchPlan, Program, Statement } from "@everycore/kernel/ir";

type Place = HostArray | ResidentArray;
type PlanParts = Pick<LaunchPlan, "arrays" | "scalars" | "result"> & { readonly threads: number };

const at: Expression = { op: "thread", type: "int32", what: "global", axis: 0 };

function load(index: number): Expression {
  return { op: "load", type: "float32", array: { space: "parameter", index }, index: at };
}

function binary(operator: "add" | "multiply" | "subtract", left: Expression, right: Expression): Expression {
  const { type } = left;
  return { op: "binary", type, operator, left, right };
}

function store(index: number, value: Expression): Statement {
  return { kind: "store", array: { space: "parameter", index }, index: at, value };
}

function parameter(name: string, access: ArrayParameter["access"]): ArrayParameter {
  return { kind: "array", name, element: "float32", access, binding: { from: "argument", index: 0 } };
}

const parts = { scalars: [], locals: [], shared: [], fastMath: false, dimensions: 1 as const };

function kernelOf<A extends readonly unknown[], R>(program: Program, parts: (...args: A) => PlanParts): Kernel<A, R> {
  const plan = (args: A): LaunchPlan => {
    const { threads, ...rest } = parts(...args);
    return { program, hash: program.name, grid: [threads, 1, 1], group: [64, 1, 1], seed: 0, ...rest };
  };
  return { name: program.name, [Symbol.for("everycore.kernel")]: { version: 1, plan } } as unknown as Kernel<A, R>;
}

function planned(array: Place): LaunchPlan["arrays"][number] {
  return ArrayBuffer.isView(array) ? { kind: "host", array } : { kind: "device", array };
}

/** `y[i] = a * x[i] + y[i]`; arguments a, x, y. */
export const saxpy: Kernel<readonly [a: number, x: Place, y: Place], void> = kernelOf(
  {
    ...parts,
    kind: "grid",
    name: "saxpy",
    arrays: [parameter("x", "read"), parameter("y", "readwrite")],
    scalars: [{ kind: "scalar", name: "a", type: "float32", binding: { from: "argument", index: 0 } }],
    body: [store(1, binary("add", binary("multiply", { op: "scalar", type: "float32", index: 0 }, load(0)), load(1)))],
  },
  (a: number, x: Place, y: Place) => ({
    threads: x.length,
    arrays: [planned(x), planned(y)],
    scalars: [a],
    result: { kind: "none" },
  }),
);

/** Gives `x[i] * x[i]`. */
export const square: Kernel<readonly [x: Place], Elementwise<"float32">> = kernelOf(
  {
    ...parts,
    kind: "grid",
    name: "square",
    arrays: [parameter("x", "read"), parameter("result", "write")],
    body: [store(1, binary("multiply", load(0), load(0)))],
  },
  (x: Place) => ({
    threads: x.length,
    arrays: [planned(x), { kind: "new", element: "float32", shape: [x.length] }],
    scalars: [],
    result: { kind: "array", array: 1, where: ArrayBuffer.isView(x) ? "host" : "device" },
  }),
);

/** The sum of a Float32Array. */
export const sum: Kernel<readonly [x: Place], number> = kernelOf(
  {
    ...parts,
    kind: "reduction",
    name: "sum",
    arrays: [parameter("x", "read")],
    locals: ["value", "left", "right", "combined"].map((name) => ({ name, type: "float32" as const })),
    map: [{ kind: "set", local: 0, value: load(0) }],
    value: 0,
    combine: [
      {
        kind: "set",
        local: 3,
        value: binary("add", { op: "local", type: "float32", id: 1 }, { op: "local", type: "float32", id: 2 }),
      },
    ],
    left: 1,
    right: 2,
    combined: 3,
    identity: { op: "constant", type: "float32", value: 0 },
  },
  (x: Place) => ({
    threads: x.length,
    arrays: [planned(x)],
    scalars: [],
    result: { kind: "reduced", finish: (value) => value },
  }),
);

const count: Expression = { op: "local", type: "int32", id: 0 };

/** Adds 1 to `x[i]`, `rounds` times each, in a way that takes its time; arguments x, rounds. */
export const slow: Kernel<readonly [x: Place, rounds: number], void> = kernelOf(
  {
    ...parts,
    kind: "grid",
    name: "slow",
    arrays: [parameter("x", "readwrite")],
    scalars: [{ kind: "scalar", name: "rounds", type: "int32", binding: { from: "argument", index: 1 } }],
    locals: [{ name: "count", type: "int32" }],
    body: [
      { kind: "set", local: 0, value: { op: "scalar", type: "int32", index: 0 } },
      {
        kind: "loop",
        label: 0,
        condition: {
          op: "compare",
          type: "bool",
          operator: "greater",
          left: count,
          right: { op: "constant", type: "int32", value: 0 },
        },
        body: [store(0, binary("add", load(0), { op: "constant", type: "float32", value: 1 }))],
        update: [
          { kind: "set", local: 0, value: binary("subtract", count, { op: "constant", type: "int32", value: 1 }) },
        ],
      },
    ],
  },
  (x: Place, rounds: number) => ({
    threads: x.length,
    arrays: [planned(x)],
    scalars: [rounds],
    result: { kind: "none" },
  }),
);
