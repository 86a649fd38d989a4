// The frame of a launch: the words of the uniform buffer that a shader sees as `frame`. Emitter and run-time agree on them here.
//
//   0  grid x y z, and a zero that no compiler can know of (see operations.ts)
//   4  tiles x y z: workgroups along each axis, and the fold: how many of them a row of the dispatch has; 0 if it is not folded
//   8  threads of a group along x y z, and the seed
//  12  a length and an offset for each array, in elements; then the scalars

import type { Program } from "@everycore/kernel/ir";

/** Places of the parts that every frame has. */
export const frameWords = { grid: 0, tiles: 4, fold: 7, group: 8, seed: 11, arrays: 12 } as const;

/** Where a program's own values are. */
export interface FrameLayout {
  /** Of the first scalar. */
  readonly scalars: number;
  /** Of the whole, a multiple of 16 bytes. */
  readonly bytes: number;
}

/** The layout of a program's frame. */
export function frameLayoutOf({ arrays, scalars }: Pick<Program, "arrays" | "scalars">): FrameLayout {
  const first = frameWords.arrays + 2 * arrays.length;
  return { scalars: first, bytes: Math.ceil((first + scalars.length) / 4) * 16 };
}

/** The frame as WGSL declares it. */
export function frameStruct({ arrays, scalars }: Pick<Program, "arrays" | "scalars">): string {
  const members = [
    "grid: vec4<u32>",
    "tiles: vec4<u32>",
    "group: vec4<u32>",
    ...arrays.flatMap((_, index) => [`length_${index}: u32`, `offset_${index}: u32`]),
    ...scalars.map(({ type }, index) => `scalar_${index}: ${scalarType(type)}`),
  ];
  return `struct Frame {\n${members.map((member) => `  ${member},\n`).join("")}}\n@group(0) @binding(0) var<uniform> frame: Frame;\n`;
}

function scalarType(type: string): string {
  return type === "float32" ? "f32" : type === "int32" ? "i32" : "u32";
}
