// Reductions as text, for devices with subgroups and without. That all give the same is tested on a device: subgroups.test.ts.

import { describe, expect, it } from "vitest";
import { emitShader } from "../../src/emit/shader.js";
import { binaryReduction } from "../binary-reduction.js";

const entryOf = (text: string): string =>
  text.slice(text.indexOf("fn first"), text.indexOf("@compute", text.indexOf("fn first")));
const textOf = (lanes: number): string => emitShader(binaryReduction("float32", "add"), undefined, lanes);

describe("the shader of a reduction", () => {
  it("has a tree in shared memory", () => {
    const text = textOf(0);
    expect(text).not.toContain("subgroup");
    expect(entryOf(text)).toMatchInlineSnapshot(`
      "fn first(
        @builtin(workgroup_id) number: vec3<u32>,
        @builtin(local_invocation_index) place: u32,
      ) {
        let block = number.x + number.y * frame.tiles.w;
        if (block >= frame.tiles.x) { return; }
        let start = block * 2048u;
        let count = min(frame.grid.x - start, 2048u);
        if (place < count) {
          var value: f32 = map_value(start + place);
          for (var i = place + 256u; i < count; i += 256u) {
            value = combine(value, map_value(start + i));
          }
          parts[place] = value;
        }
        for (var half = 128u; half > 0u; half >>= 1u) {
          workgroupBarrier();
          if (place < half && place + half < count) {
            parts[place] = combine(parts[place], parts[place + half]);
          }
        }
        if (place == 0u) { results[block] = parts[0]; }
      }

      "
    `);
  });

  it("ends the tree by shuffles, where subgroups have four lanes", () => {
    const text = textOf(4);
    expect(text).toContain("enable subgroups;");
    expect(entryOf(text)).toMatchInlineSnapshot(`
      "fn first(
        @builtin(workgroup_id) number: vec3<u32>,
        @builtin(local_invocation_index) place: u32,
        @builtin(subgroup_invocation_id) lane: u32,
      ) {
        let block = number.x + number.y * frame.tiles.w;
        if (block >= frame.tiles.x) { return; }
        let start = block * 2048u;
        let count = min(frame.grid.x - start, 2048u);
        if (place < count) {
          var value: f32 = map_value(start + place);
          for (var i = place + 256u; i < count; i += 256u) {
            value = combine(value, map_value(start + i));
          }
          parts[place] = value;
        }
        for (var half = 128u; half > 2u; half >>= 1u) {
          workgroupBarrier();
          if (place < half && place + half < count) {
            parts[place] = combine(parts[place], parts[place + half]);
          }
        }
        workgroupBarrier();
        var rest = parts[lane];
        for (var half = 2u; half > 0u; half >>= 1u) {
          let other = subgroupShuffleDown(rest, half);
          if (lane < half && lane + half < count) { rest = combine(rest, other); }
        }
        let total = subgroupBroadcastFirst(rest);
        if (place == 0u) { results[block] = total; }
      }

      "
    `);
  });

  it("shuffles more where subgroups are larger", () => {
    const text = entryOf(textOf(4)).replace("half > 2u", "half > 16u").replace("var half = 2u", "var half = 16u");
    expect(entryOf(textOf(32))).toBe(text);
    expect(text).toContain("half > 16u");
  });
});
