// Reductions: passes, each of which makes one value of every block of 64, until there is one.
//
// A block is combined pairwise: value by value, as carries in a binary counter (`waiting[k]` is the value of 2^k elements). So the order
// depends on the number of elements alone, sums are as exact as pairwise summation is, and the identity is never combined with anything.

import type { ReductionProgram, ValueType } from "@everycore/kernel/ir";
import { decoded, elementIndex, encoded, fetchFunction } from "./array-access.js";
import { type FunctionPlace, localName, writeFunction } from "./functions.js";
import { isHalved, typeName } from "./types.js";

/** Elements of a block: 2^6. */
export const reductionBlock = 64;
const levels = 6;

/** How a pass is written. */
export interface ReductionPass {
  /** The name of the function that gives an element. */
  readonly entry: string;
  /** Of the values. */
  readonly type: ValueType;
  /** Whether the pass works on values of the pass before. */
  readonly again: boolean;
}

/** The element type that values have between passes. */
export function partialElement(type: ValueType): "bool" | "int32" | "uint32" | "float32" {
  if (type === "float64") throw new Error("GLSL ES has no float64; refusals.ts refuses programs that use it.");
  return type;
}

/** Writes a pass. */
export function writeReduction(place: FunctionPlace, program: ReductionProgram, pass: ReductionPass): void {
  const { shader, uniforms } = place;
  const { locals } = program;
  const { type, entry, again } = pass;
  const element = partialElement(type);
  const common = { locals, arithmetic: program.fastMath ? "fast" : "exact" } as const;
  if (again) {
    shader.add(fetchFunction("fetch_value", 0, isHalved(element), uniforms));
    shader.add(`${typeName(type)} value_of(int index) { return ${decoded(element, "fetch_value(index)")}; }`);
  } else {
    writeFunction(place, {
      ...common,
      name: "map_value",
      parameters: [],
      body: program.map,
      thread: {
        parameters: "int index, uint linear",
        text: ({ what, axis }) => {
          if (what === "gridSize") return uniforms.number(`grid${axis}`);
          return what === "global" && axis === 0 ? "index" : "0";
        },
      },
      result: { type, text: () => localName(locals, program.value) },
    });
    shader.add(`${typeName(type)} value_of(int index) { return map_value(index, uint(index)); }`);
  }
  writeFunction(place, {
    ...common,
    name: "combine",
    parameters: [program.left, program.right],
    body: program.combine,
    result: { type, text: () => localName(locals, program.combined) },
  });
  shader.add(blockFunction(typeName(type), uniforms.number("count")));
  const gives = isHalved(element) ? "vec2" : "float";
  shader.add(`${gives} ${entry}() {
  int start = (${elementIndex(uniforms)}) * ${reductionBlock};
  if (start >= ${uniforms.number("count")}) { return ${gives}(0.0); }
  return ${encoded(element, "value_of_block(start)")};
}`);
}

function blockFunction(type: string, count: string): string {
  return `${type} value_of_block(int start) {
  ${type} waiting[${levels + 1}];
  int size = min(${count} - start, ${reductionBlock});
  for (int i = 0; i < size; i++) {
    ${type} value = value_of(start + i);
    int level = 0;
    for (; ((i >> level) & 1) == 1; level++) { value = combine(waiting[level], value); }
    waiting[level] = value;
  }
  int lowest = 0;
  for (; ((size >> lowest) & 1) == 0; lowest++) {}
  ${type} result = waiting[lowest];
  for (int level = lowest + 1; level <= ${levels}; level++) {
    if (((size >> level) & 1) == 1) { result = combine(waiting[level], result); }
  }
  return result;
}`;
}
