// A kernel that gpu.js has compiled and linked, and how it is run: its textures and numbers are set, as far as they changed since it
// ran last, and one triangle is drawn, which covers the texture that it gives.
//
// gpu.js can run it, too, but looks at every argument's type each time, and makes a texture for each result.

import type { ContextState } from "./context-state.js";
import type { KernelText } from "./emit/kernel-text.js";
import { constant, type Gl } from "./gl-types.js";
import type { GpuJsKernel } from "./gpu-js.js";
import { isVarying, type KernelRun, type NumberReader, readerOf } from "./kernel-numbers.js";
import type { KernelStep } from "./kernel-step.js";
import type { FloatTexture } from "./texture-pool.js";

/** Where programs of gpu.js have the corners of what they draw. */
const corners = "aPos";

/** Something of WebGL's that all kernels share. */
export interface KernelSurroundings {
  readonly gl: Gl;
  readonly state: ContextState;
  /** The corners of the triangle, for programs that have them at this place. */
  verticesAt(location: number): object | null;
  /** What draws to these. */
  framebufferFor(targets: readonly FloatTexture[]): object | null;
}

interface NumberArgument {
  readonly location: object;
  readonly read: NumberReader;
  /** What it is in the program now. */
  value: number;
}

/** See above. */
export class KernelProgram {
  /** Larger for those that were used later. */
  lastUse = 0;
  /** Others took its place. */
  isGone = false;
  readonly #parts: KernelSurroundings;
  readonly #kernel: GpuJsKernel;
  readonly #program: object;
  readonly #vertices: object | null;
  /** The memories that it reads; each has the unit of its place here. */
  readonly #memories: readonly number[];
  readonly #numbers: readonly NumberArgument[];
  /** Those that may differ between runs of a step. */
  readonly #varying: readonly NumberArgument[];
  #lastStep: KernelStep | undefined;

  /** @throws Error if it was not linked, which gpu.js does not look at */
  constructor(kernel: GpuJsKernel, text: KernelText, parts: KernelSurroundings) {
    const { gl } = parts;
    this.#parts = parts;
    this.#kernel = kernel;
    this.#program = kernel.kernel.program as object;
    if (!gl.isContextLost() && !gl.getProgramParameter(this.#program, constant.linkStatus)) {
      throw new Error(`not linked: ${gl.getProgramInfoLog(this.#program)}`);
    }
    this.#vertices = parts.verticesAt(gl.getAttribLocation(this.#program, corners));
    this.#memories = text.arguments.flatMap((argument) => (argument.kind === "memory" ? [argument.memory] : []));
    const numbers = text.arguments.flatMap(({ kind, name }) => {
      const location = kind === "number" && this.#locate(`user_${name}`);
      return location ? [{ isVarying: isVarying(name), argument: { location, read: readerOf(name), value: 0 } }] : [];
    });
    this.#numbers = numbers.map(({ argument }) => argument);
    this.#varying = numbers.flatMap(({ isVarying, argument }) => (isVarying ? [argument] : []));
    this.#setConstants();
  }

  /** Draws what it gives. */
  run(run: KernelRun): void {
    const { gl, state } = this.#parts;
    const { memories, targets, step } = run;
    const { width, height } = targets[0] as FloatTexture;
    state.use(this.#program, this.#vertices, this.#parts.framebufferFor(targets));
    state.size(width, height);
    for (let unit = 0; unit < this.#memories.length; unit++) {
      state.texture(unit, memories[this.#memories[unit] as number]?.texture?.handle ?? null);
    }
    const numbers = step === this.#lastStep ? this.#varying : this.#numbers;
    this.#lastStep = step;
    for (const number of numbers) {
      const value = number.read(run) | 0;
      if (value === number.value) continue;
      number.value = value;
      gl.uniform1i(number.location, value);
    }
    gl.drawArrays(constant.triangles, 0, 3);
  }

  destroy(): void {
    this.isGone = true;
    this.#kernel.kernel.destroy(true);
  }

  /** What linkers find to be of no use has no location. */
  #locate(name: string): object | null {
    return this.#parts.gl.getUniformLocation(this.#program, name);
  }

  /** gpu.js has scales and sizes for its own way of finding a fragment's place, which we do not use: in ours they are 1. */
  #setConstants(): void {
    const { gl } = this.#parts;
    gl.useProgram(this.#program);
    gl.uniform2f(this.#locate("ratio"), 1, 1);
    gl.uniform2i(this.#locate("uTexSize"), 1, 1);
    gl.uniform3i(this.#locate("uOutputDim"), 1, 1, 1);
    for (const [unit, memory] of this.#memories.entries()) gl.uniform1i(this.#locate(`user_memory${memory}`), unit);
  }
}
