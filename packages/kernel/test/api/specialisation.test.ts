// When a kernel is compiled again, and when not.

import { describe, expect, it } from "vitest";
import { simulate } from "../../src/api/simulation.js";
import { helper, kernel, vectorize } from "../../src/index.js";
import { deviceArray, planOf } from "./support.js";

const host = new Float32Array(4);

describe("a specialisation", () => {
  it("serves every call with the same types, of whatever values, lengths and places", () => {
    const scale = vectorize((x: number, k: number) => x * k);
    const { program } = planOf(scale, host, 2);
    expect(planOf(scale, host, 3.5).program).toBe(program);
    expect(planOf(scale, new Float32Array(99), 2).program).toBe(program);
    expect(planOf(scale, deviceArray(host, [2, 2], "float32"), 2).program).toBe(program);
    expect(planOf(scale, new Float64Array(4), 2).program).not.toBe(program);
    expect(planOf(scale, host, true).program).not.toBe(program);
    expect(planOf(scale, host, Float32Array.of(2)).program).not.toBe(program);
    expect(planOf(scale, host, 2).program).toBe(program);
  });

  it("is shared by all launches of a kernel", () => {
    const fill = kernel((thread, a: Float32Array) => {
      a[thread.x] = 1;
    });
    expect(planOf(fill.over(3), host).program).toBe(planOf(fill.over([2, 2]), host).program);
  });

  it("is made anew for another constant, and found again", () => {
    let factor = 2;
    const scale = vectorize(
      (x: number) => x * factor,
      () => ({ factor }),
    );
    const first = planOf(scale, host);
    factor = 3;
    const second = planOf(scale, host);
    expect(second.hash).not.toBe(first.hash);
    factor = 2;
    expect(planOf(scale, host).program).toBe(first.program);
    expect(simulate(scale, Float32Array.of(5))).toEqual(Float32Array.of(10));
    factor = -0;
    expect(simulate(scale, Float32Array.of(5))).toEqual(Float32Array.of(-0));
    factor = 0;
    expect(simulate(scale, Float32Array.of(5))).toEqual(Float32Array.of(0));
  });

  it("is made anew for a constant inside of an object, or of a helper", () => {
    const settings = { shift: { by: 1 }, unused: [] as unknown[] };
    settings.unused.push(settings);
    let k = 10;
    const times = helper(
      (x: number) => x * k,
      () => ({ k }),
    );
    const both = vectorize(
      (x: number) => times(x) + settings.shift.by,
      () => ({ settings, times }),
    );
    const results = () => simulate(both, Float32Array.of(1))[0];
    expect(results()).toBe(11);
    settings.shift.by = 2;
    expect(results()).toBe(12);
    k = 20;
    expect(results()).toBe(22);
    expect(planOf(both, host).program).toBe(planOf(both, host).program);
  });

  it("is made anew for another function", () => {
    let shape = (x: number) => x + 1;
    const apply = vectorize(
      (x: number) => shape(x),
      () => ({ shape }),
    );
    expect(simulate(apply, 1)).toBe(2);
    shape = (x) => x + 2;
    expect(simulate(apply, 1)).toBe(3);
  });

  it("binds captured arrays anew, in whatever place they were captured", () => {
    let table = Float32Array.of(1, 2);
    const tables = { second: Float32Array.of(10, 20) };
    const look = helper(
      (i: number) => table[i]!,
      () => ({ table }),
    );
    const sum = kernel(
      (thread, a: Float32Array) => {
        a[thread.x] = look(thread.x) + tables.second[thread.x]! + table[0]!;
      },
      () => ({ look, tables, table }),
    );
    const run = () => {
      const a = new Float32Array(2);
      simulate(sum.over(2), a);
      return [...a];
    };
    const { program } = planOf(sum.over(2), host);
    expect(run()).toEqual([12, 23]);
    table = Float32Array.of(3, 4);
    tables.second = Float32Array.of(30, 40);
    expect(run()).toEqual([36, 47]);
    expect(planOf(sum.over(2), host).program).toBe(program);
    table = new Float64Array(2) as never;
    expect(planOf(sum.over(2), host).program).not.toBe(program);
  });

  it("is kept for the 32 that were used last", () => {
    let k = 0;
    const scale = vectorize(
      (x: number) => x * k,
      () => ({ k }),
    );
    const programs = Array.from({ length: 33 }, (_, i) => {
      k = i;
      return planOf(scale, host).program;
    });
    k = 32;
    expect(planOf(scale, host).program).toBe(programs[32]);
    k = 1;
    expect(planOf(scale, host).program).toBe(programs[1]);
    k = 0;
    expect(planOf(scale, host).program).not.toBe(programs[0]);
    k = 2;
    expect(planOf(scale, host).program).not.toBe(programs[2]);
    k = 1;
    expect(planOf(scale, host).program).toBe(programs[1]);
  });

  it("is not remembered when it could not be made", () => {
    let captured: unknown = "text";
    const fill = vectorize(
      (x: number) => x * (captured as number),
      () => ({ captured }),
    );
    expect(() => planOf(fill, host)).toThrow(/captured/);
    captured = 2;
    expect(simulate(fill, 4)).toBe(8);
  });
});
