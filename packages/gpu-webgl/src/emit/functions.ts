// Functions that are given in IR, as functions in GLSL: those of Math, the random numbers, and the parts of a reduction.

import { hasRandom, Lines, localsThatMayBeNaN } from "@everycore/gpu";
import {
  type FunctionDefinition,
  type Local,
  type MathFunction,
  mathFunction,
  type Statement,
  type ThreadIndex,
  threefryDefinition,
  type ValueType,
} from "@everycore/kernel/ir";
import type { ArrayAccess } from "./array-access.js";
import { Body, type BodyScope } from "./body.js";
import { type Arithmetic, expressionText } from "./expression.js";
import { Jumps } from "./jumps.js";
import type { Shader } from "./operations.js";
import { typeName, zeroOf } from "./types.js";
import type { Uniforms } from "./uniforms.js";

/** Where functions are written. */
export interface FunctionPlace {
  readonly shader: Shader;
  readonly arrays: ArrayAccess;
  readonly uniforms: Uniforms;
}

/** A function in IR with everything that its text depends on. */
export interface FunctionParts {
  readonly name: string;
  readonly locals: readonly Local[];
  /** Locals that the caller gives. */
  readonly parameters: readonly number[];
  readonly body: readonly Statement[];
  readonly arithmetic: Arithmetic;
  /** Absent: the function gives nothing. */
  readonly result?: { readonly type: ValueType; text(scope: BodyScope): string } | undefined;
  /** What threads know of themselves; functions of Math know nothing. */
  readonly thread?: { readonly parameters: string; text(index: ThreadIndex): string } | undefined;
}

/** A local's name in GLSL: its own, with its number. */
export function localName(locals: readonly Local[], id: number): string {
  return `v${id}${(locals[id]?.name ?? "").replace(/[^A-Za-z0-9]/g, "")}`;
}

/** Writes a function. */
export function writeFunction({ shader, arrays, uniforms }: FunctionPlace, parts: FunctionParts): void {
  const { name, locals, parameters, body, thread, result } = parts;
  const lines = new Lines();
  const scope: BodyScope = {
    shader,
    lines,
    arrays,
    uniforms,
    jumps: new Jumps(),
    arithmetic: parts.arithmetic,
    uncertain: localsThatMayBeNaN(
      [body],
      parameters.filter((id) => locals[id]?.type === "float32"),
    ),
    local: (id) => localName(locals, id),
    thread: (index) => thread?.text(index) ?? "0",
    random: (target) => writeDraw({ shader, arrays, uniforms }, lines, target),
  };
  new Body(scope).list(body);
  if (result) lines.add(`return ${result.text(scope)};`);
  const head = headOf(locals, parameters, scope.jumps, body);
  const given = parameters.map((id) => `${typeName((locals[id] as Local).type)} ${localName(locals, id)}`);
  if (thread) given.unshift(thread.parameters);
  shader.add(`${result ? typeName(result.type) : "void"} ${name}(${given.join(", ")}) {\n${head}${lines}}`);
}

/** Locals begin as zero. */
function headOf(locals: readonly Local[], given: readonly number[], jumps: Jumps, body: readonly Statement[]): Lines {
  const head = new Lines();
  locals.forEach(({ type }, id) => {
    if (!given.includes(id)) head.add(`${typeName(type)} ${localName(locals, id)} = ${zeroOf(type)};`);
  });
  if (jumps.used) head.add("int jump = 0;");
  if (hasRandom(body)) head.add("uint draws = 0u;");
  return head;
}

/** Writes a function of Math. */
export function writeMathFunction(place: FunctionPlace, name: MathFunction, as: string): void {
  const { locals, parameters, body, result, type } = mathFunction(name, "float32") as FunctionDefinition;
  writeFunction(place, {
    name: as,
    locals,
    parameters,
    body,
    arithmetic: "strict",
    result: { type, text: (scope) => expressionText(scope, result) },
  });
}

/** Writes the drawing of a random number; `draws` and `linear` are the thread's. */
function writeDraw(place: FunctionPlace, lines: Lines, target: string): void {
  const generator = place.shader.once("random_number", () => writeGenerator(place));
  lines.add(`${target} = ${generator}(uint(${place.uniforms.number("seed")}), linear, draws);`);
  lines.add("draws += 1u;");
}

function writeGenerator(place: FunctionPlace): void {
  const { locals, parameters, body, results } = threefryDefinition();
  writeFunction(place, {
    name: "random_number",
    locals,
    parameters,
    body,
    arithmetic: "exact",
    result: { type: "float32", text: (scope) => expressionText(scope, results.float32) },
  });
}
