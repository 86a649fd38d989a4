// A program as a shader: IR in, WGSL out, a pure function. The parts are in the files beside; `main`, or `first` and `again` of a
// reduction, are what a pipeline begins with.

import { hasRandom, Lines, localsThatMayBeNaN, ShaderText } from "@everycore/gpu";
import type { GridProgram, Program, ReductionProgram } from "@everycore/kernel/ir";
import { ArrayAccess } from "./array-access.js";
import { Body, type BodyScope } from "./body.js";
import { frameStruct } from "./frame-layout.js";
import { declareLocals, localName, writeDraw, writeFunction, writeMathFunction } from "./functions.js";
import { Jumps } from "./jumps.js";
import { type OperationName, operation, type Shader } from "./operations.js";
import { type ReductionParts, reductionEntries } from "./reduction.js";
import { bindingCount, type ShaderShape, separateShape } from "./shader-shape.js";
import { jumpVariable, Spine } from "./spine.js";
import { isGrouped, threadText, tileFunction, workgroupOf } from "./thread-places.js";
import { typeName } from "./types.js";
import { Uniformity } from "./uniformity.js";

/** The shader of a program, as text in WGSL. `lanes`: those that every subgroup of the device has, 0 without subgroups. */
export function emitShader(program: Program, shape: ShaderShape = separateShape(program), lanes: number = 0): string {
  const shader = new ShaderText<OperationName>(operation, (text, name, as) =>
    writeMathFunction(text, () => arrays, name, as),
  );
  shader.add(`// ${program.name.replace(/\s+/g, " ")}`);
  if (program.kind === "reduction" && lanes > 0) shader.add("enable subgroups;");
  shader.add(frameStruct(program));
  const bodies = program.kind === "grid" ? [program.body] : [program.map, program.combine];
  const arrays = new ArrayAccess(program, shape, shader, bodies);
  if (program.kind === "grid") writeGrid(shader, arrays, program, shape);
  else writeReduction(shader, arrays, program, { bindings: bindingCount(shape), lanes });
  return shader.toString();
}

function writeGrid(shader: Shader, arrays: ArrayAccess, program: GridProgram, shape: ShaderShape): void {
  const grouped = isGrouped(program);
  const lines = new Lines();
  const scope: BodyScope = {
    shader,
    lines,
    arrays,
    jumps: new Jumps(),
    arithmetic: program.fastMath ? "fast" : "exact",
    uncertain: localsThatMayBeNaN([program.body]),
    local: (id) => localName(program.locals, id),
    thread: (index) => threadText(index, grouped),
    random: (target) => writeDraw(shader, lines, target),
    end: () => lines.add("return;"),
  };
  if (grouped)
    new Spine(scope, new Uniformity(program.body, (array) => arrays.isOnlyRead(array)), barrierOf(program)).list(
      program.body,
      false,
    );
  else new Body(scope).list(program.body);
  const head = grouped ? groupedHead() : freeHead();
  if (!grouped && scope.jumps.used) head.push("var jump = 0u;");
  if (hasRandom(program.body))
    head.push("let linear = at.x + frame.grid.x * (at.y + frame.grid.y * at.z);", "var draws = 0u;");
  writeMain(shader, program, shape, head, lines);
}

function writeMain(
  shader: Shader,
  program: GridProgram,
  shape: ShaderShape,
  head: readonly string[],
  body: Lines,
): void {
  const size = workgroupOf(program, shape.group);
  const before = new Lines();
  before.add("let tile = tile_of(number);");
  before.add(`let at = tile * vec3<u32>(${size.map((extent) => `${extent}u`).join(", ")}) + place;`);
  for (const line of head) before.add(line);
  declareLocals(before, program.locals);
  shader.add(tileFunction);
  shader.add(`@compute @workgroup_size(${size.join(", ")})
fn main(
  @builtin(workgroup_id) number: vec3<u32>,
  @builtin(local_invocation_id) place: vec3<u32>,
  @builtin(local_invocation_index) place_in_group: u32,
) {
${before}${body}}`);
}

function freeHead(): string[] {
  return ["if (any(at >= frame.grid.xyz)) { return; }"];
}

/** Workgroups beyond the last one are there where a dispatch was folded. */
function groupedHead(): string[] {
  return ["if (tile.z >= frame.tiles.z) { return; }", jumpVariable("all(at < frame.grid.xyz)")];
}

function barrierOf({ arrays }: GridProgram): string[] {
  const touches = arrays.some(({ access }) => access !== "read");
  return touches ? ["workgroupBarrier();", "storageBarrier();"] : ["workgroupBarrier();"];
}

function writeReduction(
  shader: Shader,
  arrays: ArrayAccess,
  program: ReductionProgram,
  device: Omit<ReductionParts, "type">,
): void {
  const { locals } = program;
  const type = locals[program.value]?.type ?? "float32";
  const arithmetic = program.fastMath ? "fast" : "exact";
  const common = { locals, type, arithmetic } as const;
  const thread = {
    parameters: "index: u32",
    text: ({ what, axis }: Parameters<typeof threadText>[0]) =>
      what === "global" && axis === 0 ? "i32(index)" : what === "gridSize" ? `i32(frame.grid.${"xyz"[axis]})` : "0i",
  };
  writeFunction(shader, arrays, {
    ...common,
    name: "map_value",
    parameters: [],
    body: program.map,
    thread,
    result: () => localName(locals, program.value),
  });
  writeFunction(shader, arrays, {
    ...common,
    name: "combine",
    parameters: [program.left, program.right],
    body: program.combine,
    result: () => localName(locals, program.combined),
  });
  shader.add(reductionEntries({ ...device, type: typeName(type) }));
}
