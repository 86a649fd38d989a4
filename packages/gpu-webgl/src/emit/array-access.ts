// Arrays in GLSL: a memory is a texture of floats, an array a function that fetches from it.
//
// Rules
//   1. An element is one float, exactly: float32 itself, and integers of 16 bits or less. int32 and uint32 have 32 bits and a float 24:
//      they take two, the low and the high half.
//   2. A thread writes one element of a memory, its own, which is in a variable while the thread runs: `cell2` of the memory 2. Whoever
//      reads the memory at that index gets the variable; at other indices, what was there before the launch.
//   3. Reading outside of an array gives 0.

import type { ArrayRef, ElementType, Program, Statement } from "@everycore/kernel/ir";
import { valueTypeOf } from "@everycore/kernel/ir";
import { loadsOf, storesOf } from "./array-uses.js";
import type { KernelShape } from "./kernel-shape.js";
import type { Shader } from "./operations.js";
import { isHalved, typeName, zeroOf } from "./types.js";
import type { Uniforms } from "./uniforms.js";

/** See above. */
export class ArrayAccess {
  readonly #program: Program;
  readonly #shape: KernelShape;
  readonly #shader: Shader;
  readonly #uniforms: Uniforms;
  readonly #tracked: ReadonlySet<number>;

  constructor(program: Program, shape: KernelShape, shader: Shader, uniforms: Uniforms, body: readonly Statement[]) {
    this.#program = program;
    this.#shape = shape;
    this.#shader = shader;
    this.#uniforms = uniforms;
    const read = new Set([...loadsOf(body)].map((array) => this.#memory(array)));
    const written = new Set([...storesOf(body)].map((array) => this.#memory(array)));
    this.#tracked = new Set([...written].filter((memory) => shape.gives.includes(memory as never) || read.has(memory)));
  }

  /** The memories that have a cell. */
  get tracked(): ReadonlySet<number> {
    return this.#tracked;
  }

  length({ index }: ArrayRef): string {
    return this.#uniforms.number(`length${index}`);
  }

  /** The name of the function that loads. */
  load({ index }: ArrayRef): string {
    const element = this.#element(index);
    const memory = this.#memory(index);
    const name = `load${index}`;
    return this.#shader.once(name, () => {
      const type = valueTypeOf(element);
      const test = `if (uint(index) >= uint(${this.#uniforms.number(`length${index}`)})) { return ${zeroOf(type)}; }`;
      const own = this.#tracked.has(memory) ? `\n  if (index == own${memory}) { return cell${memory}; }` : "";
      const value = decoded(element, `${this.#fetch(memory, element)}(index)`);
      this.#shader.add(`${typeName(type)} ${name}(int index) {\n  ${test}${own}\n  return ${value};\n}`);
    });
  }

  /** The statement that stores, if it is of consequence here; the index is the thread's own by refusals.ts. */
  store({ index }: ArrayRef, value: string): string | undefined {
    const memory = this.#memory(index);
    if (!this.#tracked.has(memory)) return undefined;
    return `cell${memory} = ${narrowed(this.#element(index), value)};`;
  }

  /** The text that reads a memory as it was before the launch. */
  before(memory: number, index: string): string {
    const element = this.elementOf(memory);
    if (this.#shape.fresh.includes(memory)) return zeroOf(valueTypeOf(element));
    const fetched = decoded(element, `${this.#fetch(memory, element)}(${index})`);
    const length = this.#uniforms.number(`length${this.#shape.memories.indexOf(memory)}`);
    return `(uint(${index}) < uint(${length}) ? ${fetched} : ${zeroOf(valueTypeOf(element))})`;
  }

  elementOf(memory: number): ElementType {
    return this.#element(this.#shape.memories.indexOf(memory));
  }

  #fetch(memory: number, element: ElementType): string {
    return this.#shader.once(`fetch${memory}`, () => {
      this.#shader.add(fetchFunction(`fetch${memory}`, memory, isHalved(element), this.#uniforms));
    });
  }

  #element(index: number): ElementType {
    return this.#program.arrays[index]?.element as ElementType;
  }

  #memory(index: number): number {
    return this.#shape.memories[index] as number;
  }
}

/** A function that reads a memory by a linear index. */
export function fetchFunction(name: string, memory: number, halved: boolean, uniforms: Uniforms): string {
  const [type, channels] = halved ? ["vec2", "rg"] : ["float", "r"];
  const bits = uniforms.number(`bits${memory}`);
  return `${type} ${name}(int index) {
  ivec2 texel = ivec2(index & ((1 << ${bits}) - 1), index >> ${bits});
  return texelFetch(${uniforms.memory(memory)}, texel, 0).${channels};
}`;
}

/** The index of the element that a fragment is. */
export function elementIndex(uniforms: Uniforms): string {
  return `(int(gl_FragCoord.y) << ${uniforms.number("bits")}) + int(gl_FragCoord.x)`;
}

/** The value of an element as it is in a texture. */
export function decoded(element: ElementType, fetched: string): string {
  switch (element) {
    case "float32":
      return fetched;
    case "bool":
      return `(${fetched} != 0.0)`;
    case "int32":
      return `joined_int(${fetched})`;
    case "uint32":
      return `joined(${fetched})`;
    default:
      return `int(${fetched})`;
  }
}

/** The other way round. */
export function encoded(element: ElementType, value: string): string {
  switch (element) {
    case "float32":
      return value;
    case "int32":
    case "uint32":
      return `halves(uint(${value}))`;
    default:
      return `float(${value})`;
  }
}

/** The functions that these need. */
export const halvesFunctions = `uint joined(vec2 parts) { return uint(parts.x) | (uint(parts.y) << 16); }
int joined_int(vec2 parts) { return int(joined(parts)); }
vec2 halves(uint x) { return vec2(float(x & 0xffffu), float(x >> 16)); }`;

/** What an array of a narrow type keeps of a value. */
function narrowed(element: ElementType, value: string): string {
  switch (element) {
    case "int8":
      return `((${value} << 24) >> 24)`;
    case "uint8":
      return `(${value} & 255)`;
    case "int16":
      return `((${value} << 16) >> 16)`;
    case "uint16":
      return `(${value} & 65535)`;
    default:
      return value;
  }
}
