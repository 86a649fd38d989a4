// What follows an instruction in the binary is found by its code; here by its name, as the text format has it.

import { expect, test } from "vitest";
import { immediateKindOf, opcodes } from "../../src/emit/opcodes.js";

function kindByName(name: string): string {
  if (["block", "loop", "if"].includes(name)) return "blockType";
  if (["br", "br_if", "call"].includes(name) || name.startsWith("local.")) return "index";
  if (/^(i32|f32|f64)\.const$/.test(name)) return name.slice(0, 3);
  if (name === "v128.const" || name === "i8x16.shuffle") return "bytes";
  if (/(extract|replace)_lane$/.test(name)) return "lane";
  if (/\.(load|store)\d+_lane$/.test(name)) return "memoryLane";
  if (/\.(load|store)|\.atomic\./.test(name)) return "memory";
  return name === "memory.fill" ? "fill" : "none";
}

test("every instruction has the immediates that its name says", () => {
  expect(opcodes().length).toBeGreaterThan(200);
  for (const name of opcodes()) expect(`${name} ${immediateKindOf(name)}`).toBe(`${name} ${kindByName(name)}`);
});
