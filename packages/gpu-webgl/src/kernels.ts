// Kernels of gpu.js, compiled once for each program and shape, and run for any sizes (kernel-program.ts).
//
// gpu.js is held to WebGL 2: it gets the context, and its way out, to run on the CPU what it cannot, is an error here. It gets an object in
// place of the canvas, which it would otherwise change.

import { UnsupportedError } from "@everycore/core";
import type { LaunchPlan } from "@everycore/kernel/ir";
import type { ContextState } from "./context-state.js";
import { shapeKey } from "./emit/kernel-shape.js";
import { emitKernel, type KernelText } from "./emit/kernel-text.js";
import type { KernelArgument } from "./emit/uniforms.js";
import { constant, type Gl } from "./gl-types.js";
import type { GpuJs, GpuJsKernel, GpuJsModule } from "./gpu-js.js";
import type { KernelRun } from "./kernel-numbers.js";
import { KernelProgram, type KernelSurroundings } from "./kernel-program.js";
import type { KernelStep } from "./kernel-step.js";
import { attach, type FloatTexture } from "./texture-pool.js";

/** More programs than this are compiled again when they come back. */
const mostKernels = 64;

/** What kernels with several results draw to, and whether some are attached. */
interface SharedFramebuffer {
  readonly handle: object | null;
  isUsed: boolean;
}

/** See above. */
export class Kernels implements KernelSurroundings {
  readonly gl: Gl;
  readonly state: ContextState;
  /** Results that a kernel can have. */
  readonly mostResults: number;
  readonly #label: string;
  readonly #gpu: GpuJs;
  readonly #programs = new Map<string, KernelProgram>();
  readonly #vertices = new Map<number, object | null>();
  /** By the number of results. */
  readonly #framebuffers = new Map<number, SharedFramebuffer>();
  #corners: object | null | undefined;
  #uses = 0;

  constructor({ GPU }: GpuJsModule, gl: Gl, state: ContextState, label: string) {
    this.gl = gl;
    this.state = state;
    this.#label = label;
    this.mostResults = gl.getParameter(constant.maxDrawBuffers) as number;
    this.#gpu = new GPU({ context: gl, canvas: { width: 1, height: 1 } });
  }

  /** Runs a kernel for every element of its targets, which are of one length. */
  run(run: KernelRun): void {
    this.#programOf(run.plan, run.step).run(run);
  }

  /** Compiles a kernel, and runs nothing. */
  prepare(plan: LaunchPlan, step: KernelStep): void {
    this.#programOf(plan, step);
  }

  /** Leaves the context to others: see `ContextState`. What is attached would live on when it is deleted. */
  leave(): void {
    for (const [results, framebuffer] of this.#framebuffers) {
      if (!framebuffer.isUsed) continue;
      this.gl.bindFramebuffer(constant.framebuffer, framebuffer.handle);
      for (let result = 0; result < results; result++) attach(this.gl, result, null);
      framebuffer.isUsed = false;
    }
    this.state.leave();
  }

  destroy(): void {
    for (const program of this.#programs.values()) program.destroy();
    this.#programs.clear();
    for (const vertices of this.#vertices.values()) this.gl.deleteVertexArray(vertices);
    for (const { handle } of this.#framebuffers.values()) this.gl.deleteFramebuffer(handle);
    this.gl.deleteBuffer(this.#corners ?? null);
  }

  framebufferFor(targets: readonly FloatTexture[]): object | null {
    const results = targets.length;
    if (results === 1) return (targets[0] as FloatTexture).framebuffer;
    let framebuffer = this.#framebuffers.get(results);
    if (!framebuffer) {
      framebuffer = { handle: this.#makeFramebuffer(results), isUsed: false };
      this.#framebuffers.set(results, framebuffer);
    }
    framebuffer.isUsed = true;
    this.state.framebuffer(framebuffer.handle);
    for (let result = 0; result < results; result++) attach(this.gl, result, (targets[result] as FloatTexture).handle);
    return framebuffer.handle;
  }

  verticesAt(location: number): object | null {
    let vertices = this.#vertices.get(location);
    if (vertices === undefined) {
      vertices = this.#makeVertices(location);
      this.#vertices.set(location, vertices);
    }
    return vertices;
  }

  #programOf(plan: LaunchPlan, step: KernelStep): KernelProgram {
    if (!step.program || step.program.isGone) step.program = this.#find(plan, step);
    step.program.lastUse = ++this.#uses;
    return step.program;
  }

  #find(plan: LaunchPlan, { shape }: KernelStep): KernelProgram {
    const key = `${plan.hash} ${shapeKey(shape)}`;
    let program = this.#programs.get(key);
    if (!program) {
      this.#evict();
      program = this.#compile(plan, emitKernel(plan.program, shape));
      this.#programs.set(key, program);
    }
    return program;
  }

  #evict(): void {
    if (this.#programs.size < mostKernels) return;
    const [oldest] = [...this.#programs].sort(([, a], [, b]) => a.lastUse - b.lastUse) as [[string, KernelProgram]];
    this.#programs.delete(oldest[0]);
    oldest[1].destroy();
  }

  /** gpu.js changes what the context has set. */
  #compile({ program }: LaunchPlan, text: KernelText): KernelProgram {
    this.state.leave();
    const kernel = this.#create(text);
    kernel.build(...text.arguments.map((argument) => exampleOf(argument, this.gl)));
    try {
      return new KernelProgram(kernel, text, this);
    } catch (error) {
      throw new Error(`The shader of "${program.name}" was ${(error as Error).message}`);
    }
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
        throw new UnsupportedError("this kernel", this.#label, "gpu.js would run it on the CPU: use a pool instead.");
      },
    };
    return Object.keys(text.more).length > 0
      ? this.#gpu.createKernelMap(text.more, text.source, settings)
      : this.#gpu.createKernel(text.source, settings);
  }

  #makeFramebuffer(results: number): object | null {
    const { gl } = this;
    const handle = gl.createFramebuffer();
    gl.bindFramebuffer(constant.framebuffer, handle);
    gl.drawBuffers(Array.from({ length: results }, (_, result) => constant.colorAttachment0 + result));
    this.state.forget();
    return handle;
  }

  /** One triangle over everything. */
  #makeVertices(location: number): object | null {
    const { gl } = this;
    const vertices = gl.createVertexArray();
    gl.bindVertexArray(vertices);
    const isNew = this.#corners === undefined;
    this.#corners ??= gl.createBuffer();
    gl.bindBuffer(constant.arrayBuffer, this.#corners);
    if (isNew) gl.bufferData(constant.arrayBuffer, Float32Array.of(-1, -1, 3, -1, -1, 3), constant.staticDraw);
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, 2, constant.float, false, 0, 0);
    gl.bindVertexArray(null);
    return vertices;
  }
}

/** What gpu.js compiles for: an argument of the right type. */
function exampleOf({ kind }: KernelArgument, context: Gl): unknown {
  if (kind === "number") return 0;
  return { type: "NumberTexture", context, texture: {}, size: [1, 1], dimensions: [1, 1, 1] };
}
