import { describe, expect, it } from "vitest";
import wabt from "wabt";
import {
  add,
  arrayParameter,
  arrayRef,
  gridProgram,
  load,
  multiply,
  store,
  thread,
} from "../../../kernel/src/ir/builder.js";
import { randomProgram } from "../../../kernel/test/ir/random-grid.js";
import { compileProgram, toWat } from "../../src/compiler.js";
import { engine } from "./web-assembly.js";

const features = { sharedMemory: true, relaxedSimd: false };
// wabt's checker does not take shared memory.
const plain = { sharedMemory: false, relaxedSimd: false };
const allowed = { simd: true, bulk_memory: true, sat_float_to_int: true };
const element = load("float32", arrayRef(0), thread("global"));
const program = gridProgram({ fastMath: true, arrays: [arrayParameter("x", "float32", "readwrite")] }, [
  store(arrayRef(0), thread("global"), add(multiply(element, element), element)),
]);

describe("modules", () => {
  it("are valid, export run, and a copy of them that wabt reads has the same functions", async () => {
    const { readWasm } = await wabt();
    for (let seed = 1; seed <= 30; seed++) {
      const { program: random } = randomProgram(seed, seed % 3 === 0);
      expect(engine.validate(compileProgram(random, features).bytes)).toBe(true);
      const module = readWasm(compileProgram(random, plain).bytes, allowed);
      module.validate();
      expect(module.toText({})).toContain('(export "run"');
    }
  });

  it("are printed as text that wabt translates", async () => {
    const { parseWat } = await wabt();
    for (let seed = 1; seed <= 30; seed++) {
      const module = parseWat("kernel.wat", toWat(randomProgram(seed, seed % 3 === 0).program, plain), allowed);
      module.validate();
      module.destroy();
    }
  });

  it("fuse multiplication and addition only with fastMath, and only where the engine can", () => {
    const fused = "f32x4.relaxed_madd";
    expect(toWat(program, { ...features, relaxedSimd: true })).toContain(fused);
    expect(toWat(program, features)).not.toContain(fused);
    expect(toWat({ ...program, fastMath: false }, { ...features, relaxedSimd: true })).not.toContain(fused);
  });

  it("are the same for the same program", () => {
    const { program: random } = randomProgram(5);
    expect(compileProgram(random, features)).toEqual(compileProgram(random, features));
  });
});
