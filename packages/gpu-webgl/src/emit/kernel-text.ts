// Programs as kernels of gpu.js.
//
// gpu.js turns a function into a shader, whose every fragment is one element of the result; what the function calls may be native:
// written in GLSL. Its own translation knows floats only (integers beyond 2^24, bits, NaN and −0 are lost), so the function here is one
// call, and the program is native GLSL ES 3.00, with integers of 32 bits. gpu.js does everything around it: arguments, textures,
// compiling, running.

import type { GridProgram, Program, ReductionProgram, ValueType } from "@everycore/kernel/ir";
import { valueTypeOf } from "@everycore/kernel/ir";
import { ArrayAccess, encoded, halvesFunctions } from "./array-access.js";
import { hasRandom } from "./escapes.js";
import { type FunctionPlace, writeFunction, writeMathFunction } from "./functions.js";
import { type KernelShape, separateShape } from "./kernel-shape.js";
import { partialElement, writeReduction } from "./reduction.js";
import { ShaderText } from "./shader-text.js";
import { threadText, writeThreadPlaces } from "./thread-places.js";
import { isHalved, typeName, zeroOf } from "./types.js";
import { type KernelArgument, Uniforms } from "./uniforms.js";

/** A kernel, as gpu.js takes it. */
export interface KernelText {
  /** The function, in JavaScript. */
  readonly source: string;
  /** The native function that it calls, in GLSL, with all that that calls. */
  readonly native: string;
  /** The name of the native function. */
  readonly name: string;
  /** What an element of the result is: one float, or two. */
  readonly returns: "Number" | "Array(2)";
  readonly arguments: readonly KernelArgument[];
}

const entry = "everycoreElement";

/** The kernel of a program. Needs no device. */
export function emitKernel(program: Program, shape: KernelShape = separateShape(program)): KernelText {
  const uniforms = new Uniforms();
  const shader = new ShaderText((_, name, as) => writeMathFunction(place, name, as));
  const body = program.kind === "grid" ? program.body : program.map;
  const arrays = new ArrayAccess(program, shape, shader, uniforms, body);
  const place: FunctionPlace = { shader, arrays, uniforms };
  shader.add(halvesFunctions);
  const type = program.kind === "grid" ? writeGrid(place, program, shape) : reduce(place, program, shape);
  const names = uniforms.arguments.map(({ name }) => name);
  return {
    source: `function (${names.join(", ")}) {\n  return ${entry}();\n}`,
    native: shader.toString(),
    name: entry,
    returns: type === "vec2" ? "Array(2)" : "Number",
    arguments: uniforms.arguments,
  };
}

/** The text of a kernel for people to read: `kernel.inspect("gpu.js", …)`. */
export function printKernel(program: Program): string {
  const { source, native } = emitKernel(program);
  return `// ${program.name.replace(/\s+/g, " ")}: what gpu.js gets\n${source}\n\n// The native function\n${native}`;
}

function writeGrid(place: FunctionPlace, program: GridProgram, shape: KernelShape): "float" | "vec2" {
  const { shader, arrays, uniforms } = place;
  const gives = shape.gives as number;
  const element = arrays.elementOf(gives);
  for (const memory of arrays.tracked) {
    const type = valueTypeOf(arrays.elementOf(memory));
    shader.add(`int own${memory} = 0;\n${typeName(type)} cell${memory} = ${zeroOf(type)};`);
  }
  writeFunction(place, {
    name: "run_thread",
    locals: program.locals,
    parameters: [],
    body: program.body,
    arithmetic: program.fastMath ? "fast" : "exact",
    thread: { parameters: "ivec3 at, uint linear", text: (index) => threadText(index, uniforms) },
  });
  writeThreadPlaces(place, gives, hasRandom(program.body));
  const type = isHalved(element) ? "vec2" : "float";
  shader.add(`${type} ${entry}() {
  own${gives} = int(gl_FragCoord.y) * uTexSize.x + int(gl_FragCoord.x);
  if (own${gives} >= ${uniforms.number(`length${shape.memories.indexOf(gives)}`)}) { return ${type}(0.0); }
  cell${gives} = ${arrays.before(gives, `own${gives}`)};
  run_owner();
  return ${encoded(element, `cell${gives}`)};
}`);
  return type;
}

function reduce(place: FunctionPlace, program: ReductionProgram, shape: KernelShape): "float" | "vec2" {
  const type = program.locals[program.value]?.type as ValueType;
  writeReduction(place, program, { entry, type, again: shape.gives === "again" });
  return isHalved(partialElement(type)) ? "vec2" : "float";
}
