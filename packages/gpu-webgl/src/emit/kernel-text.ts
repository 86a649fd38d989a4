// Programs as kernels of gpu.js.
//
// gpu.js turns a function into a shader, whose every fragment is one element of the result; what the function calls may be native:
// written in GLSL. Its own translation knows floats only (integers beyond 2^24, bits, NaN and −0 are lost), so the function here is one
// call, and the program is native GLSL ES 3.00, with integers of 32 bits. gpu.js does everything around it: arguments, textures,
// compiling, running.

import { hasRandom, ShaderText } from "@everycore/gpu";
import type { GridProgram, Program, ReductionProgram, ValueType } from "@everycore/kernel/ir";
import { valueTypeOf } from "@everycore/kernel/ir";
import { ArrayAccess, elementIndex, encoded, halvesFunctions } from "./array-access.js";
import { type FunctionPlace, writeFunction, writeMathFunction } from "./functions.js";
import { type KernelShape, separateShape } from "./kernel-shape.js";
import { type OperationName, operation } from "./operations.js";
import { partialElement, writeReduction } from "./reduction.js";
import { threadText, writeThreadPlaces } from "./thread-places.js";
import { isHalved, typeName, zeroOf } from "./types.js";
import { type KernelArgument, Uniforms } from "./uniforms.js";

/** A kernel, as gpu.js takes it. */
export interface KernelText {
  /** The function, in JavaScript. */
  readonly source: string;
  /** The functions whose results are further results of the kernel, by name: those of a kernel map. */
  readonly more: Readonly<Record<string, string>>;
  /** The native functions that these call, in GLSL; the text of the first has all of them, and all that they call. */
  readonly natives: ReadonlyArray<{ readonly name: string; readonly source: string }>;
  /** What an element of the result is: one float, or two. */
  readonly returns: "Number" | "Array(2)";
  readonly arguments: readonly KernelArgument[];
}

const entry = "everycoreElement";

/** The names of the functions that give the further results. */
const further = (index: number): string => `everycoreResult${index}`;

/** The kernel of a program. Needs no device. */
export function emitKernel(program: Program, shape: KernelShape = separateShape(program)): KernelText {
  const uniforms = new Uniforms();
  const shader = new ShaderText<OperationName>(operation, (_, name, as) => writeMathFunction(place, name, as));
  const body = program.kind === "grid" ? program.body : program.map;
  const arrays = new ArrayAccess(program, shape, shader, uniforms, body);
  const place: FunctionPlace = { shader, arrays, uniforms };
  shader.add(halvesFunctions);
  const type = program.kind === "grid" ? writeGrid(place, program, shape) : reduce(place, program, shape);
  const results = program.kind === "grid" ? [...shape.gives].map((_, index) => index) : [0];
  const [, ...more] = results;
  return {
    source: sourceOf(uniforms.arguments, more),
    more: Object.fromEntries(
      more.map((index) => [further(index), `function ${further(index)}() {\n  return ${entry}${index}();\n}`]),
    ),
    // gpu.js puts the first behind the functions that call the others: those are declared before.
    natives: results.map((index) => ({
      name: `${entry}${index}`,
      source: index === 0 ? shader.toString() : `${type} ${entry}${index}();`,
    })),
    returns: type === "vec2" ? "Array(2)" : "Number",
    arguments: uniforms.arguments,
  };
}

/** The thread runs with the first result; the others are there then. */
function sourceOf(parameters: readonly KernelArgument[], more: readonly number[]): string {
  const body = [`const first = ${entry}0();`, ...more.map((index) => `${further(index)}();`), "return first;"];
  return `function (${parameters.map(({ name }) => name).join(", ")}) {\n${body.map((line) => `  ${line}\n`).join("")}}`;
}

function writeGrid(place: FunctionPlace, program: GridProgram, shape: KernelShape): "float" | "vec2" {
  const { shader, arrays, uniforms } = place;
  const gives = shape.gives as readonly number[];
  const type = gives.some((memory) => isHalved(arrays.elementOf(memory))) ? "vec2" : "float";
  for (const memory of arrays.tracked) {
    const value = valueTypeOf(arrays.elementOf(memory));
    shader.add(`int own${memory} = 0;\n${typeName(value)} cell${memory} = ${zeroOf(value)};`);
  }
  writeFunction(place, {
    name: "run_thread",
    locals: program.locals,
    parameters: [],
    body: program.body,
    arithmetic: program.fastMath ? "fast" : "exact",
    thread: { parameters: "ivec3 at, uint linear", text: (index) => threadText(index, uniforms) },
  });
  writeThreadPlaces(place, { gives, levels: shape.levels }, hasRandom(program.body));
  const results = gives.map((memory) => {
    const text = encoded(arrays.elementOf(memory), `cell${memory}`);
    return type === "vec2" && !isHalved(arrays.elementOf(memory)) ? `vec2(${text}, 0.0)` : text;
  });
  const cells = gives.map(
    (memory) => `  own${memory} = element;\n  cell${memory} = ${arrays.before(memory, "element")};\n`,
  );
  const length = uniforms.number(`length${shape.memories.indexOf(gives[0] as number)}`);
  shader.add(`${type} ${entry}0() {
  int element = ${elementIndex(uniforms)};
  if (element >= ${length}) { return ${type}(0.0); }
${cells.join("")}  run_owner(element);
  return ${results[0]};
}`);
  results.slice(1).forEach((text, index) => {
    shader.add(`${type} ${entry}${index + 1}() { return ${text}; }`);
  });
  return type;
}

function reduce(place: FunctionPlace, program: ReductionProgram, shape: KernelShape): "float" | "vec2" {
  const type = program.locals[program.value]?.type as ValueType;
  writeReduction(place, program, { entry: `${entry}0`, type, again: shape.gives === "later pass" });
  return isHalved(partialElement(type)) ? "vec2" : "float";
}
