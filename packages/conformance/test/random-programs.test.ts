// What the kernel laws are made of: random programs, shrinking, and the distance between floats.

import { expect, test } from "vitest";
import { ulpsBetween } from "../src/kernels/distance.js";
import { evaluate } from "../src/kernels/evaluation.js";
import { growProgram, plainScope, shrink, writeProgram } from "../src/kernels/random-program.js";

const seeds = Array.from({ length: 300 }, (_, index) => index + 1);

test("a seed gives the same program again, and another seed another one", () => {
  const texts = seeds.map((seed) => writeProgram(growProgram(seed), "kernel"));
  expect(seeds.map((seed) => writeProgram(growProgram(seed), "kernel"))).toEqual(texts);
  expect(new Set(texts).size).toBe(seeds.length);
});

test("every program is JavaScript in both languages", () => {
  for (const seed of seeds) {
    const program = growProgram(seed);
    expect(evaluate(writeProgram(program, "kernel")), `seed ${seed}`).toBeTypeOf("function");
    expect(evaluate(writeProgram(program, "plain"), plainScope("float64")), `seed ${seed}`).toBeTypeOf("function");
  }
});

test("the programs have every operation and every statement of the grammar", async () => {
  const { productions, sentences } = await import("../src/kernels/program-grammar.js");
  const texts = Array.from({ length: 3000 }, (_, seed) => writeProgram(growProgram(seed), "kernel")).join("\n");
  const shape = (template: string): RegExp => {
    const [first = ""] = template.split(/[$@\n]/);
    const escaped = first.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return new RegExp(escaped.replaceAll("LOOP", "k\\d+").replaceAll("#", "\\d"));
  };
  const missing = [...productions, ...sentences].filter(({ kernel }) => !shape(kernel).test(texts));
  expect(missing).toEqual([]);
});

test("shrinking ends at the smallest program that still fails", async () => {
  const seed = seeds.find((candidate) => writeProgram(growProgram(candidate), "kernel").includes("Math.clz32")) ?? 0;
  const fails = async (program: ReturnType<typeof growProgram>): Promise<boolean> =>
    writeProgram({ ...program, helpers: growProgram(1).helpers }, "kernel").includes("Math.clz32");
  const smallest = await shrink(growProgram(seed), fails);
  expect(smallest.statements).toHaveLength(1);
  expect(await fails(smallest)).toBe(true);
  expect(writeProgram(smallest, "kernel").length).toBeLessThan(writeProgram(growProgram(seed), "kernel").length);
});

test.each([
  [1, 1, "float32", 0],
  [1, 1 + 2 ** -23, "float32", 1],
  [1, 1 + 2 ** -52, "float64", 1],
  [-1.401298464324817e-45, 1.401298464324817e-45, "float32", 2],
  [3.4028234663852886e38, Number.POSITIVE_INFINITY, "float32", 1],
  [Number.NaN, Number.NaN, "float32", 0],
  [Number.NaN, 1, "float64", Number.POSITIVE_INFINITY],
  [0, -0, "float32", Number.POSITIVE_INFINITY],
] as const)("%f and %f are apart as %s by %d units", (a, b, type, distance) => {
  expect(ulpsBetween(a, b, type)).toBe(distance);
  expect(ulpsBetween(b, a, type)).toBe(distance);
});
