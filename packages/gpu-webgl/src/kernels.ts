// Kernels of gpu.js, compiled once for each program and shape, and run for any sizes.
//
// gpu.js is held to WebGL 2: it gets the context, and its way out, to run on the CPU what it cannot, is an error here. It gets an object in
// place of the canvas, which it would otherwise make as large as the largest result. Each texture that a kernel makes is taken away from it
// at once: what it keeps it would write again.

import { UnsupportedError } from "@everycore/core";
import type { LaunchPlan } from "@everycore/kernel/ir";
import { type KernelShape, shapeKey } from "./emit/kernel-shape.js";
import { emitKernel, type KernelText } from "./emit/kernel-text.js";
import type { KernelArgument, UniformName } from "./emit/uniforms.js";
import { constant, type Gl } from "./gl-types.js";
import type { GpuJs, GpuJsKernel, GpuJsModule, GpuJsTexture } from "./gpu-js.js";
import type { Memory, Textures } from "./textures.js";

/** More programs than this are compiled again when they come back. */
const mostKernels = 64;

/** What a kernel is run with. */
export interface KernelRun {
  /** By number. */
  readonly memories: readonly Memory[];
  number(name: UniformName): number;
}

interface Compiled {
  readonly text: KernelText;
  /** The arguments that are the width of a texture: of which memory; that of the result is `undefined`. */
  readonly widths: ReadonlyMap<KernelArgument, number | undefined>;
  readonly kernel: GpuJsKernel;
  isChecked: boolean;
}

/** See above. */
export class Kernels {
  readonly #gl: Gl;
  readonly #textures: Textures;
  readonly #gpu: GpuJs;
  readonly #compiled = new Map<string, Compiled>();
  /** Results that a kernel can have. */
  readonly mostResults: number;

  constructor({ GPU }: GpuJsModule, textures: Textures) {
    this.#gl = textures.gl;
    this.#textures = textures;
    this.mostResults = textures.gl.getParameter(constant.maxDrawBuffers) as number;
    this.#gpu = new GPU({ context: textures.gl, canvas: { width: 1, height: 1 } });
  }

  /** Runs a kernel for every element of its targets, which are of one length, and get what it gives. */
  run(plan: LaunchPlan, shape: KernelShape, run: KernelRun, targets: readonly Memory[]): void {
    const compiled = this.#of(plan, shape);
    const { width, height } = this.#textures.sizeOf(targets[0]?.length ?? 0);
    // gpu.js chooses the size itself if there is one row.
    compiled.kernel.setOutput(height > 1 ? [width, height] : [width]);
    const made = compiled.kernel(...this.#arguments(compiled, run, width));
    this.#check(compiled, plan);
    this.#take(compiled, made, targets);
  }

  /** Compiles a kernel, and runs nothing. */
  prepare(plan: LaunchPlan, shape: KernelShape, run: KernelRun): void {
    const compiled = this.#of(plan, shape);
    compiled.kernel.setOutput([1]);
    compiled.kernel.build(...this.#arguments(compiled, run, 1));
    this.#check(compiled, plan);
  }

  destroy(): void {
    for (const { kernel } of this.#compiled.values()) kernel.kernel.destroy(true);
    this.#compiled.clear();
  }

  #of(plan: LaunchPlan, shape: KernelShape): Compiled {
    const key = `${plan.hash} ${shapeKey(shape)}`;
    let compiled = this.#compiled.get(key);
    if (compiled) this.#compiled.delete(key);
    else {
      this.#evict();
      const text = emitKernel(plan.program, shape);
      compiled = { text, widths: widthsOf(text), kernel: this.#create(text), isChecked: false };
    }
    // The last one in the map is the one that was used last.
    this.#compiled.set(key, compiled);
    return compiled;
  }

  /** Before a new one is compiled: that points the context at its own vertices, which the one that goes may have lent until then. */
  #evict(): void {
    if (this.#compiled.size < mostKernels) return;
    const [[key, { kernel }]] = this.#compiled as unknown as [[string, Compiled]];
    kernel.kernel.destroy(true);
    this.#compiled.delete(key);
  }

  #create(text: KernelText): GpuJsKernel {
    const types = text.arguments.map(({ kind, name }) => [name, kind === "memory" ? "NumberTexture" : "Integer"]);
    const settings = {
      argumentTypes: Object.fromEntries(types),
      nativeFunctions: text.natives.map((native) => ({ ...native, returnType: text.returns, argumentTypes: {} })),
      returnType: text.returns,
      output: [1],
      precision: "single",
      tactic: "precision",
      pipeline: true,
      dynamicOutput: true,
      dynamicArguments: true,
      strictIntegers: true,
      onRequestFallback: () => {
        throw new UnsupportedError(
          "this kernel",
          this.#textures.label,
          "gpu.js would run it on the CPU: use a pool instead.",
        );
      },
    };
    return Object.keys(text.more).length > 0
      ? this.#gpu.createKernelMap(text.more, text.source, settings)
      : this.#gpu.createKernel(text.source, settings);
  }

  #arguments({ text, widths }: Compiled, { memories, number }: KernelRun, width: number): unknown[] {
    return text.arguments.map((argument) => {
      if (argument.kind === "memory") return new TextureArgument(this.#gl, memories[argument.memory] as Memory);
      if (!widths.has(argument)) return number(argument.name);
      const memory = widths.get(argument);
      return Math.log2(memory === undefined ? width : (memories[memory] as Memory).width);
    });
  }

  /** gpu.js looks whether shaders were compiled, but not whether they were linked. */
  #check(compiled: Compiled, { program }: LaunchPlan): void {
    if (compiled.isChecked) return;
    const gl = this.#gl;
    const { program: linked } = compiled.kernel.kernel;
    if (!gl.isContextLost() && linked && !gl.getProgramParameter(linked, constant.linkStatus)) {
      throw new Error(`The shader of "${program.name}" was not linked: ${gl.getProgramInfoLog(linked)}`);
    }
    compiled.isChecked = true;
  }

  #take({ kernel: { kernel }, text }: Compiled, made: ReturnType<GpuJsKernel>, targets: readonly Memory[]): void {
    const isMap = targets.length > 1;
    const named = made as Readonly<Record<string, GpuJsTexture>>;
    const textures = isMap ? ["result", ...Object.keys(text.more)].map((name) => named[name]) : [made];
    kernel.texture = null;
    kernel.textureCache.length = 0;
    // It makes new ones only where there were some.
    if (isMap) kernel.mappedTextures = [{ delete: () => {} }];
    for (const [index, target] of targets.entries()) {
      const { texture, size } = textures[index] as GpuJsTexture;
      const channels = text.returns === "Array(2)" ? 2 : 1;
      this.#textures.put(target, { texture, width: size[0] as number, height: size[1] as number, channels });
    }
  }
}

function widthsOf({ arguments: all }: KernelText): Map<KernelArgument, number | undefined> {
  const widths = new Map<KernelArgument, number | undefined>();
  for (const argument of all) {
    const bits = /^bits(\d*)$/.exec(argument.name);
    if (bits) widths.set(argument, bits[1] === "" ? undefined : Number(bits[1]));
  }
  return widths;
}

/** A memory as an argument of a gpu.js kernel. */
class TextureArgument {
  readonly type = "NumberTexture";
  readonly context: Gl;
  readonly texture: object;
  readonly size: Int32Array;
  readonly dimensions: Int32Array;

  constructor(context: Gl, { texture, width, height }: Memory) {
    this.context = context;
    this.texture = texture as object;
    this.size = Int32Array.of(width, height);
    this.dimensions = Int32Array.of(width, height, 1);
  }
}
