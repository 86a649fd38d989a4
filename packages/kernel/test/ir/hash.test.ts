import { describe, expect, it } from "vitest";
import {
  arrayParameter,
  arrayRef,
  constant,
  declareLocal,
  gridProgram,
  int,
  load,
  set,
  store,
  thread,
} from "../../src/ir/builder.js";
import { hashProgram } from "../../src/ir/hash.js";
import type { ElementType } from "../../src/ir/ir.js";
import { randomProgram } from "./random-program.js";

function program(
  value: number,
  { name = "p", local = "l", at = 1, element = "float32" as ElementType, index = 0 } = {},
) {
  const x = arrayRef(0);
  return gridProgram(
    {
      name,
      arrays: [arrayParameter(name, element, "readwrite", { from: "argument", index })],
      locals: [declareLocal(local, "float32")],
    },
    [set(0, load("float32", x, thread("global"), at)), store(x, int(0), constant("float32", value), at + 1)],
  );
}

describe("hashProgram", () => {
  it("does not see names and places in the source", () => {
    expect(hashProgram(program(1, { name: "other", local: "m", at: 99 }))).toBe(hashProgram(program(1)));
  });

  it("sees values, types and bindings, and −0", () => {
    const different = [
      program(1),
      program(2),
      program(0),
      program(-0),
      program(Number.NaN),
      program(1, { element: "float64" }),
      program(1, { index: 1 }),
    ];
    expect(new Set(different.map(hashProgram)).size).toBe(different.length);
  });

  it("differs between random programs", () => {
    const hashes = Array.from({ length: 300 }, (_, seed) => hashProgram(randomProgram(seed).program));
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hashes.every((hash) => /^[0-9a-z]{28}$/.test(hash))).toBe(true);
  });
});
