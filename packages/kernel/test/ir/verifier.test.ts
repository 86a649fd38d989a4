// One wrong program for each rule of ir.ts, with the path that the verifier must name.

import { describe, expect, it } from "vitest";
import {
  add,
  arrayParameter,
  arrayRef,
  atomic,
  barrier,
  bitcast,
  block,
  bool,
  call,
  compare,
  constant,
  declareLocal,
  end,
  gridProgram,
  int,
  leave,
  length,
  load,
  local,
  loop,
  next,
  random,
  scalar,
  set,
  sharedArray,
  store,
  thread,
  unary,
  when,
} from "../../src/ir/builder.js";
import type { Expression, Program, Statement } from "../../src/ir/ir.js";
import { VerifierError, verifyProgram } from "../../src/ir/verifier.js";
import { sum } from "../simulate/programs.js";
import { randomProgram } from "./random-program.js";

const x = arrayRef(0);
const shape = {
  arrays: [
    arrayParameter("x", "float32", "read"),
    arrayParameter("y", "int8", "readwrite"),
    arrayParameter("z", "int32", "write"),
  ],
  locals: [declareLocal("i", "int32"), declareLocal("f", "float32")],
};

function problem(program: Program): string {
  try {
    verifyProgram(program);
  } catch (error) {
    if (error instanceof VerifierError) return error.message;
    throw error;
  }
  return "none";
}

const float = constant("float32", 1);
const value = (expression: Expression): Statement => set(1, expression);

const wrong: [string, Statement[]][] = [
  ["body[0].value: int32 where float32 is needed", [set(1, int(1))]],
  ["body[0]: no local 7", [set(7, int(1))]],
  ["body[0].value.right: int32 where float32 is needed", [value(add(float, int(1)))]],
  ["body[0].value.left: no scalar 0", [value(add(scalar("float32", 0), float))]],
  ["body[0].value: no local 9", [value(local("float32", 9))]],
  ["body[0].value: float32 where int32 is needed", [value({ ...local("float32", 0) })]],
  ["body[0].value: 0.1 is no float32", [value({ ...float, value: 0.1 })]],
  ["body[0].value: 1.5 is no int32", [set(0, int(1.5))]],
  ["body[0].value: 4294967295 is no int32", [set(0, int(0xffffffff))]],
  ["body[0].value: floorDivide on float32", [value({ ...add(float, float), operator: "floorDivide" })]],
  ["body[0].value: complement on float32", [value(unary("complement", float))]],
  ["body[0].value: 2 arguments of exp", [value(call("exp", float, float))]],
  ["body[0].value: bits of float64 as float32", [value(bitcast("float32", constant("float64", 1)))]],
  ["body[0].condition: less on bool", [when(compare("less", bool(true), bool(true)), [])]],
  ["body[0].condition: int32 where bool is needed", [when(int(1), [])]],
  ["body[0].otherwise[0]: no local 5", [when(bool(true), [], [set(5, int(1))])]],
  ["body[0].value: axis 1 of 1", [set(0, thread("global", 1))]],
  ["body[0].value: no parameter array 3", [set(0, length(arrayRef(3)))]],
  ['body[0].value: a read of an array with access "write"', [set(0, load("int32", arrayRef(2), int(0)))]],
  ['body[0]: a write of an array with access "read"', [store(x, int(0), float)]],
  ["body[0].value.index: float32 where int32 is needed", [value(load("float32", x, float))]],
  ["body[0]: no shared array 0", [store(arrayRef(0, "shared"), int(0), float)]],
  ["body[0]: atomic add on int32", [atomic("add", arrayRef(1), int(0), int(1))]],
  ["body[0]: leave #4, which does not enclose it", [leave(4)]],
  ["body[0].body[0]: next #4, which is a block", [block(4, [next(4)])]],
  ["body[0].update[0]: next #4 from inside of an update", [loop(4, bool(true), [], [next(4)])]],
  ["body[0].body[0]: label #4 is inside of #4", [block(4, [block(4, [])])]],
  ["body[0]: random into int32", [random(0)]],
];

describe("verifyProgram", () => {
  it.each(wrong)("says: %s", (message, body) => {
    expect(problem(gridProgram(shape, body))).toBe(message);
  });

  it("refuses wrong declarations", () => {
    expect(problem(gridProgram({ shared: [sharedArray("s", "int32", 0)] }, []))).toBe("shared[0]: length 0");
    expect(problem(gridProgram({ dimensions: 4 as 1 }, []))).toBe("program: dimensions is 4");
  });

  it("holds reductions to their rules", () => {
    const good = sum("float32");
    expect(problem(good)).toBe("none");
    expect(problem({ ...good, map: [end()] })).toBe("map[0]: return in a reduction");
    expect(problem({ ...good, combine: [barrier()] })).toBe("combine[0]: barrier in a reduction");
    expect(problem({ ...good, map: [store(x, int(0), float)] })).toBe("map[0]: a store in a reduction");
    expect(problem({ ...good, combine: [...good.combine, set(0, load("float32", x, thread("global")))] })).toBe(
      "combine[1].value.index: a thread's place in combine",
    );
    expect(problem({ ...good, right: good.left })).toBe("program: left and right are one local");
    expect(problem({ ...good, identity: constant("int32", 0) })).toBe("value: float32 where int32 is needed");
  });

  it("accepts random programs", () => {
    for (let seed = 0; seed < 200; seed++) {
      expect(problem(randomProgram(seed, { math: true }).program), `seed ${seed}`).toBe("none");
      expect(problem(randomProgram(seed, { kind: "reduction" }).program), `seed ${seed}`).toBe("none");
    }
  });
});
