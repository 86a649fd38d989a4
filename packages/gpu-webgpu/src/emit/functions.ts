// Functions that are given in IR, as functions in WGSL: those of Math, and the parts of a reduction.

import { hasRandom, Lines, localsThatMayBeNaN } from "@everycore/gpu";
import {
  type FunctionDefinition,
  type Local,
  type MathFunction,
  mathFunction,
  type Statement,
  type ThreadIndex,
  type ValueType,
} from "@everycore/kernel/ir";
import type { ArrayAccess } from "./array-access.js";
import { Body, type BodyScope } from "./body.js";
import { type Arithmetic, expressionText } from "./expression.js";
import { Jumps } from "./jumps.js";
import type { Shader } from "./operations.js";
import { typeName, zeroOf } from "./types.js";

/** A local's name in WGSL: its own, with its number. */
export function localName(locals: readonly Local[], id: number): string {
  return `v${id}_${locals[id]?.name.replace(/[^A-Za-z0-9]/g, "") ?? ""}`;
}

/** Declares locals; all begin as zero. */
export function declareLocals(lines: Lines, locals: readonly Local[], except: readonly number[] = []): void {
  locals.forEach(({ type }, id) => {
    if (!except.includes(id)) lines.add(`var ${localName(locals, id)}: ${typeName(type)} = ${zeroOf(type)};`);
  });
}

/** A function in IR with everything that its text depends on. */
export interface FunctionParts {
  readonly name: string;
  readonly locals: readonly Local[];
  /** Locals that the caller gives. */
  readonly parameters: readonly number[];
  readonly body: readonly Statement[];
  readonly arithmetic: Arithmetic;
  /** The text of the result, given the scope. */
  result(scope: BodyScope): string;
  readonly type: ValueType;
  /** What threads know of themselves; functions of Math know nothing. */
  readonly thread?: { readonly parameters: string; text(index: ThreadIndex): string } | undefined;
}

/** Writes a function into a shader. */
export function writeFunction(shader: Shader, arrays: ArrayAccess, parts: FunctionParts): void {
  const { name, locals, parameters, body, thread, type } = parts;
  const lines = new Lines();
  const jumps = new Jumps();
  const scope: BodyScope = {
    shader,
    lines,
    arrays,
    jumps,
    arithmetic: parts.arithmetic,
    uncertain: localsThatMayBeNaN(
      [body],
      parameters.filter((id) => locals[id]?.type === "float32"),
    ),
    local: (id) => localName(locals, id),
    thread: (index) => thread?.text(index) ?? "0i",
    random: (target) => writeDraw(shader, lines, target),
    end: () => lines.add("return;"),
  };
  new Body(scope).list(body);
  const result = parts.result(scope);
  const head = new Lines();
  for (const id of parameters) head.add(`var ${localName(locals, id)} = p${id};`);
  declareLocals(head, locals, parameters);
  if (jumps.used) head.add("var jump = 0u;");
  if (hasRandom(body)) for (const line of ["let linear = index;", "var draws = 0u;"]) head.add(line);
  const given = parameters.map((id) => `p${id}: ${typeName(locals[id]?.type as ValueType)}`);
  if (thread) given.unshift(thread.parameters);
  shader.add(`fn ${name}(${given.join(", ")}) -> ${typeName(type)} {\n${head}${lines}  return ${result};\n}`);
}

/** Writes a function of Math. */
export function writeMathFunction(shader: Shader, arrays: () => ArrayAccess, name: MathFunction, as: string): void {
  const definition = mathFunction(name, "float32") as FunctionDefinition;
  const { locals, parameters, body, result, type } = definition;
  writeFunction(shader, arrays(), {
    name: as,
    locals,
    parameters,
    body,
    type,
    arithmetic: "strict",
    result: (scope) => expressionText(scope, result),
  });
}

/** Writes the drawing of a random number; `draws` and `linear` are the thread's. */
export function writeDraw(shader: Shader, lines: Lines, target: string): void {
  lines.add(`${target} = ${shader.operation("random_number")}(frame.group.w, linear, draws);`);
  lines.add("draws += 1u;");
}
