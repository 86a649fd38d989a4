// What a thread knows of its place, and how an element finds its thread; see thread-map.ts.

import type { ThreadIndex } from "@everycore/kernel/ir";
import type { FunctionPlace } from "./functions.js";
import type { LevelShape } from "./kernel-shape.js";
import type { UniformName, Uniforms } from "./uniforms.js";

/** A thread's index in GLSL. `at` is its place in the grid. */
export function threadText({ what, axis }: ThreadIndex, uniforms: Uniforms): string {
  const place = `at.${"xyz"[axis]}`;
  switch (what) {
    case "global":
      return place;
    case "gridSize":
      return uniforms.number(`grid${axis}`);
    case "groupSize":
      return uniforms.number(`group${axis}`);
    case "local":
      return `(${place} % ${uniforms.number(`group${axis}`)})`;
    case "group":
      return `(${place} / ${uniforms.number(`group${axis}`)})`;
  }
}

/** Writes `run_owner`, which runs the thread that an element belongs to, if there is one. */
export function writeThreadPlaces(
  { shader, arrays, uniforms }: FunctionPlace,
  { gives, levels }: { readonly gives: readonly number[]; readonly levels: readonly LevelShape[] },
  isRandom: boolean,
): void {
  const number = (name: UniformName): string => uniforms.number(name);
  const lines = ["ivec3 at = ivec3(0);", `int rest = element - ${number("base")};`, "if (rest < 0) { return; }"];
  levels.forEach((level, index) => {
    lines.push(...levelLines(level, index as 0 | 1 | 2, number));
  });
  if (levels.at(-1)?.unit !== true) lines.push("if (rest != 0) { return; }");
  for (const memory of arrays.tracked) {
    if (gives.includes(memory)) continue;
    const along = ([0, 1, 2] as const).map((axis) => `${number(`own${memory}at${axis}`)} * at.${"xyz"[axis]}`);
    lines.push(`own${memory} = ${number(`own${memory}base`)} + ${along.join(" + ")};`);
    lines.push(`cell${memory} = ${arrays.before(memory, `own${memory}`)};`);
  }
  const linear = isRandom
    ? `uint(at.x) + uint(${number("grid0")}) * (uint(at.y) + uint(${number("grid1")}) * uint(at.z))`
    : "0u";
  lines.push(`run_thread(at, ${linear});`);
  shader.add(`void run_owner(int element) {\n${lines.map((line) => `  ${line}\n`).join("")}}`);
}

function levelLines(
  { axis, unit, flip }: LevelShape,
  index: 0 | 1 | 2,
  number: (name: UniformName) => string,
): string[] {
  const extent = number(`extent${index}`);
  const place = unit ? "rest" : `place${index}`;
  const divided = unit ? [] : [`int ${place} = rest / ${number(`stride${index}`)};`];
  const rest = unit ? [] : [`rest -= ${place} * ${number(`stride${index}`)};`];
  return [
    ...divided,
    `if (${place} >= ${extent}) { return; }`,
    ...rest,
    `at.${"xyz"[axis]} = ${flip ? `${extent} - 1 - ${place}` : place};`,
  ];
}
