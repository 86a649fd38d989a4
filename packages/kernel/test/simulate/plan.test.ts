// Launch plans on the simulator: where arrays come from, and what the future of a launch resolves to.

import type { DeviceArray } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { arrayParameter, arrayRef, compare, gridProgram, int, load, store, thread } from "../../src/ir/builder.js";
import type { LaunchPlan } from "../../src/launch-plan.js";
import { simulatePlan } from "../../src/simulate/index.js";
import { saxpy, sum } from "./programs.js";

const i = thread("global");

function plan(parts: Pick<LaunchPlan, "program" | "arrays" | "result"> & Partial<LaunchPlan>): LaunchPlan {
  return { hash: "", grid: [3, 1, 1], group: [2, 1, 1], seed: 0, scalars: [], ...parts };
}

/** result[i] = x[i] > 1, an array of bools. */
const isLarge = gridProgram(
  {
    arrays: [
      arrayParameter("x", "int32", "read"),
      arrayParameter("result", "bool", "write", { from: "result", index: 0 }),
    ],
  },
  [store(arrayRef(1), i, compare("greater", load("int32", arrayRef(0), i), int(1)))],
);
const x = { kind: "host", array: Int32Array.of(1, 2, 3) } as const;

describe("simulatePlan", () => {
  it("updates host arrays in place and gives nothing", () => {
    const y = Float32Array.of(1, 2, 3);
    const arrays = [
      { kind: "host", array: Float32Array.of(1, 1, 1) },
      { kind: "host", array: y },
    ] as const;
    expect(simulatePlan(plan({ program: saxpy(), arrays, scalars: [2], result: { kind: "none" } }))).toBeUndefined();
    expect([...y]).toEqual([3, 4, 5]);
  });

  it("makes the result's array, of its whole shape", () => {
    const arrays = [x, { kind: "new", element: "bool", shape: [3, 2] }] as const;
    const found = simulatePlan(plan({ program: isLarge, arrays, result: { kind: "array", array: 1, where: "host" } }));
    expect(found).toEqual(Uint8Array.of(0, 1, 1, 0, 0, 0));
  });

  it("gives a single element as the value that it is", () => {
    const arrays = [x, { kind: "new", element: "bool", shape: [1] }] as const;
    const result = { kind: "element", array: 1, element: "bool" } as const;
    expect(simulatePlan(plan({ program: isLarge, arrays, result, grid: [1, 1, 1] }))).toBe(false);
  });

  it("finishes reductions on the host", () => {
    const arrays = [{ kind: "host", array: Float64Array.of(1, 2, 6) }] as const;
    const result = { kind: "reduced", finish: (value: number, length: number) => value / length } as const;
    expect(simulatePlan(plan({ program: sum("float64"), arrays, result }))).toBe(3);
  });

  it("sees device arrays through the view of their owner, which also keeps results", () => {
    const device = {} as DeviceArray;
    const arrays = [
      { kind: "device", array: device },
      { kind: "new", element: "bool", shape: [3] },
    ] as const;
    const launch = plan({ program: isLarge, arrays, result: { kind: "array", array: 1, where: "device" } });
    const found = simulatePlan(launch, {
      view: (array) => (array === device ? Int32Array.of(5, 0, 5) : new Int32Array(0)),
      keep: (array, planned) => ({ kept: [...array], shape: planned.shape }),
    });
    expect(found).toEqual({ kept: [1, 0, 1], shape: [3] });
    expect(() => simulatePlan(launch)).toThrow("A device array cannot be simulated");
  });
});
