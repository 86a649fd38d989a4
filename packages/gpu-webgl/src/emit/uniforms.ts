// What a kernel is called with besides its arrays: whole numbers, each an argument of its own of the gpu.js kernel. Only those
// that its text uses are arguments.

/** A number of a launch, by what it is. */
export type UniformName =
  | "zero"
  | "seed"
  | `grid${0 | 1 | 2}`
  | `group${0 | 1 | 2}`
  | `length${number}`
  | `scalar${number}`
  /** How an element finds its thread; see thread-map.ts. */
  | "base"
  | `stride${0 | 1 | 2}`
  | `extent${0 | 1 | 2}`
  /** Where a thread's own element is in another array: `own2at0` is the memory 2, and how far apart neighbours along x are. */
  | `own${number}base`
  | `own${number}at${0 | 1 | 2}`
  /** Of a pass of a reduction: how many values there are. */
  | "count"
  /** The width of a memory's texture is a power of two: which one; and that of the result. */
  | `bits${number}`
  | "bits";

/** An argument of a gpu.js kernel: a memory (a texture), or a number. */
export type KernelArgument =
  | { readonly kind: "memory"; readonly name: string; readonly memory: number }
  | { readonly kind: "number"; readonly name: UniformName };

/** Collects the arguments. gpu.js puts `user_` before their names. */
export class Uniforms {
  readonly #numbers = new Set<UniformName>(["zero"]);
  readonly #memories = new Set<number>();

  /** A number, in GLSL. */
  number(name: UniformName): string {
    this.#numbers.add(name);
    return `user_${name}`;
  }

  /** A memory's sampler, in GLSL. */
  memory(memory: number): string {
    this.#memories.add(memory);
    return `user_memory${memory}`;
  }

  get arguments(): readonly KernelArgument[] {
    const memories = [...this.#memories].sort((a, b) => a - b);
    return [
      ...memories.map((memory) => ({ kind: "memory", name: `memory${memory}`, memory }) as const),
      ...[...this.#numbers].map((name) => ({ kind: "number", name }) as const),
    ];
  }
}
