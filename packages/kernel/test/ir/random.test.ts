// Known answers for the generator are from the vectors that Random123 publishes (kat_vectors: threefry2x32 20).

import { describe, expect, it } from "vitest";
import {
  arrayParameter,
  arrayRef,
  bitcast,
  convert,
  gridProgram,
  scalar,
  scalarParameter,
  set,
  store,
  thread,
} from "../../src/ir/builder.js";
import { randomNumber, randomStream, threefry2x32, threefryDefinition } from "../../src/ir/random.js";
import { verifyProgram } from "../../src/ir/verifier.js";
import { runProgram } from "../../src/simulate/index.js";

const answers = [
  [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
  [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
  [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
] as const;

function cipher(key0: number, key1: number, counter0: number, counter1: number): number[] {
  const output = new Uint32Array(2);
  threefry2x32(key0, key1, counter0, counter1, output);
  return [...output];
}

/** Writes word 0, word 1 and both random numbers of the definition in IR. */
function definitionProgram() {
  const { parameters, locals, body, words, results } = threefryDefinition();
  const floats = arrayRef(1);
  return gridProgram(
    {
      arrays: [arrayParameter("words", "uint32", "write"), arrayParameter("floats", "float64", "write")],
      scalars: [scalarParameter("seed", "uint32"), scalarParameter("draw", "uint32")],
      locals,
    },
    [
      set(parameters[0], scalar("uint32", 0)),
      set(parameters[1], bitcast("uint32", thread("global"))),
      set(parameters[2], scalar("uint32", 1)),
      ...body,
      ...words.map((word, i) =>
        store(arrayRef(0), convert("int32", { op: "constant", type: "int32", value: i }), word),
      ),
      store(floats, { op: "constant", type: "int32", value: 0 }, convert("float64", results.float32)),
      store(floats, { op: "constant", type: "int32", value: 1 }, results.float64),
    ],
  );
}

describe("threefry", () => {
  it.each(answers)("gives the published words for key %i %i, counter %i %i", (k0, k1, c0, c1, w0, w1) => {
    expect(cipher(k0, k1, c0, c1)).toEqual([w0, w1]);
  });

  it("is the same in IR as in JavaScript", () => {
    const program = definitionProgram();
    verifyProgram(program);
    for (const [seed, draw] of [
      [0, 0],
      [1, 2],
      [0xffffffff, 7],
      [123456789, 0xfffffff0],
    ] as const) {
      const words = new Uint32Array(2);
      const floats = new Float64Array(2);
      // The last thread, number 4, writes last.
      runProgram({ program, grid: [5, 1, 1], arrays: [words, floats], scalars: [seed, draw] });
      expect([...words]).toEqual(cipher(seed, randomStream, 4, draw));
      expect(floats[0]).toBe(randomNumber("float32", seed, 4, draw));
      expect(floats[1]).toBe(randomNumber("float64", seed, 4, draw));
    }
  });

  it("gives numbers in [0, 1) that are spread evenly", () => {
    for (const type of ["float32", "float64"] as const) {
      const numbers = Array.from({ length: 20_000 }, (_, i) => randomNumber(type, 7, i >> 2, i & 3));
      expect(numbers.every((x) => x >= 0 && x < 1)).toBe(true);
      expect(numbers.reduce((a, b) => a + b) / numbers.length).toBeCloseTo(0.5, 1.9);
      expect(new Set(numbers).size).toBeGreaterThan(19_950);
    }
  });
});
