// Shaders as text. What they mean is tested on the device; here is what can be said without one.

import { describe, expect, it } from "vitest";
import {
  add,
  arrayParameter,
  arrayRef,
  barrier,
  compare,
  constant,
  gridProgram,
  int,
  LocalList,
  less,
  load,
  loop,
  multiply,
  set,
  sharedArray,
  store,
  thread,
  when,
} from "../../../kernel/src/ir/builder.js";
import type { Expression, GridProgram } from "../../../kernel/src/ir/ir.js";
import { emitShader } from "../../src/emit/shader.js";

const x = arrayRef(0);
const y = arrayRef(1);
const i = thread("global");
const two = constant("float32", 2);
const arrays = [arrayParameter("x", "float32", "read"), arrayParameter("y", "float32", "readwrite")];
const at = (array: typeof x): Expression => load("float32", array, i);
const saxpy = (fastMath: boolean): GridProgram =>
  gridProgram({ name: "saxpy", arrays, fastMath }, [store(y, i, add(multiply(two, at(x)), at(y)))]);

/** What stands between the braces of `main`. */
const mainOf = (text: string): string => text.slice(text.indexOf("fn main"));

describe("a shader", () => {
  it("of a grid program reads like the program", () => {
    expect(emitShader(saxpy(false))).toMatchInlineSnapshot(`
      "// saxpy

      struct Frame {
        grid: vec4<u32>,
        tiles: vec4<u32>,
        group: vec4<u32>,
        length_0: u32,
        offset_0: u32,
        length_1: u32,
        offset_1: u32,
      }
      @group(0) @binding(0) var<uniform> frame: Frame;

      @group(0) @binding(1) var<storage, read> array_0: array<f32>;

      @group(0) @binding(2) var<storage, read_write> array_1: array<f32>;

      fn store_a1(index: i32, value: f32) {
        if (u32(index) < frame.length_1) {
          let at = u32(index);
          array_1[at] = value;
        }
      }

      fn load_a0(index: i32) -> f32 {
        if (u32(index) < frame.length_0) {
          let at = u32(index);
          return array_0[at];
        }
        return 0f;
      }

      fn kept(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) | frame.grid.w); }

      fn load_a1(index: i32) -> f32 {
        if (u32(index) < frame.length_1) {
          let at = u32(index);
          return array_1[at];
        }
        return 0f;
      }

      fn tile_of(number: vec3<u32>) -> vec3<u32> {
        if (frame.tiles.w == 0u) { return number; }
        let linear = number.x + number.y * frame.tiles.w;
        let row = linear / frame.tiles.x;
        return vec3<u32>(linear % frame.tiles.x, row % frame.tiles.y, row / frame.tiles.y);
      }

      @compute @workgroup_size(256, 1, 1)
      fn main(
        @builtin(workgroup_id) number: vec3<u32>,
        @builtin(local_invocation_id) place: vec3<u32>,
        @builtin(local_invocation_index) place_in_group: u32,
      ) {
        let tile = tile_of(number);
        let at = tile * vec3<u32>(256u, 1u, 1u) + place;
        if (any(at >= frame.grid.xyz)) { return; }
        store_a1(i32(at.x), (kept((2f * load_a0(i32(at.x)))) + load_a1(i32(at.x))));
      }
      "
    `);
  });

  it("may fuse and assume what fastMath allows, and else may not", () => {
    expect(emitShader(saxpy(false))).toContain("kept((2f * load_a0(i32(at.x))))");
    expect(emitShader(saxpy(true))).not.toContain("kept");
    const select = (fastMath: boolean): string =>
      emitShader(gridProgram({ arrays, fastMath }, [when(less(at(x), two), [store(y, i, two)])]));
    expect(select(false)).toContain("is_number");
    expect(select(true)).not.toContain("is_number");
    // What came from an integer is no NaN.
    const whole: Expression = { op: "convert", type: "float32", value: i };
    expect(emitShader(gridProgram({ arrays }, [when(less(whole, two), [store(y, i, two)])]))).not.toContain(
      "is_number",
    );
  });

  it("has one binding for arrays that are the same memory, and offsets where they begin elsewhere", () => {
    const places = [
      { binding: 0, shifted: false },
      { binding: 0, shifted: true },
    ];
    const text = emitShader(saxpy(false), { places, group: [64, 1, 1] });
    expect(text.match(/@binding\(1\) var<storage, read_write> array_0: array<f32>/)).not.toBeNull();
    expect(text).not.toContain("@binding(2)");
    expect(text).toContain("u32(index) + frame.offset_1");
    expect(text).not.toContain("u32(index) + frame.offset_0");
  });

  it("has words for packed elements, atomic where they are written", () => {
    const bytes = [arrayParameter("x", "uint8", "read"), arrayParameter("y", "int8", "write")];
    const text = emitShader(gridProgram({ arrays: bytes }, [store(y, i, load("int32", x, i))]));
    expect(text).toContain("array_0: array<u32>");
    expect(text).toContain("array_1: array<atomic<u32>>");
  });

  it("is never nested deeper than compilers of WGSL can take", () => {
    let value = at(x);
    for (let n = 0; n < 500; n++) value = add(value, at(y));
    const deepest = emitShader(gridProgram({ arrays }, [store(y, i, value)]))
      .split("\n")
      .map((line) => {
        let [depth, most] = [0, 0];
        for (const letter of line) {
          depth += Number(letter === "(") - Number(letter === ")");
          most = Math.max(most, depth);
        }
        return most;
      });
    expect(Math.max(...deepest)).toBeLessThan(64);
  });
});

describe("barriers", () => {
  const locals = new LocalList();
  const round = locals.add("round", "int32");
  const shared = [sharedArray("tile", "float32", 64)];
  const inLoop = (limit: Expression): string =>
    emitShader(
      gridProgram({ arrays, shared, locals: locals.list }, [
        set(round, int(0)),
        loop(0, less(round, limit), [store(y, i, two), barrier()], [set(round, add(round, int(1)))]),
      ]),
    );

  it("stand behind plain conditions where all threads agree for all to see", () => {
    const text = mainOf(inLoop(int(8)));
    expect(text).not.toContain("vote");
    expect(text).toMatch(/if \(jump == 0u\) \{\s+store_a1/);
  });

  it("stand behind a vote where that cannot be seen", () => {
    const seen = load("int32", arrayRef(1), int(0));
    const ints = [arrays[0] as (typeof arrays)[0], arrayParameter("y", "int32", "readwrite")];
    const program = gridProgram({ arrays: ints, shared }, [when(compare("equal", seen, int(1)), [barrier()])]);
    expect(mainOf(emitShader(program))).toContain("vote(jump == 0u");
  });
});
