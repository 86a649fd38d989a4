// Compiled programs of one device: a pipeline for each program, each way in which its arrays are the same memory, and, where
// groups matter, each size of groups. Compiled while the host goes on.

import { type LaunchPlan, type Program, printProgram, type Size3 } from "@everycore/kernel/ir";
import type { HeldBuffer } from "./buffer-pool.js";
import { type FrameLayout, frameLayoutOf } from "./emit/frame-layout.js";
import { emitShader } from "./emit/shader.js";
import { bindingCount, type ShaderShape } from "./emit/shader-shape.js";
import { isGrouped, workgroupOf } from "./emit/thread-places.js";
import type { GpuDevice } from "./gpu-types.js";
import { checkLimits } from "./refusals.js";

const computeStage = 4;
const keptGroups = 256;

/** A pipeline and the bind groups that were made for it. */
export class Pipeline {
  readonly gpu: object;
  readonly #device: GpuDevice;
  readonly #layout: object;
  readonly #bindings: readonly number[];
  readonly #frameBytes: number;
  readonly #groups = new Map<string, object>();
  #last: { readonly frames: object; readonly buffers: readonly HeldBuffer[]; readonly group: object } | undefined;

  constructor(device: GpuDevice, gpu: object, layout: object, bindings: readonly number[], frameBytes: number) {
    this.#device = device;
    this.gpu = gpu;
    this.#layout = layout;
    this.#bindings = bindings;
    this.#frameBytes = frameBytes;
  }

  /** The bind group for these buffers; `frames` is the uniform buffer. */
  groupOf(frames: HeldBuffer, buffers: readonly HeldBuffer[]): object {
    const last = this.#last;
    if (last?.frames === frames && isSame(last.buffers, buffers)) return last.group;
    const key = `${frames.id} ${buffers.map(({ id }) => id).join(" ")}`;
    let group = this.#groups.get(key);
    if (!group) {
      if (this.#groups.size >= keptGroups) this.#groups.clear();
      group = this.#makeGroup(frames, buffers);
      this.#groups.set(key, group);
    }
    this.#last = { frames, buffers: [...buffers], group };
    return group;
  }

  #makeGroup(frames: HeldBuffer, buffers: readonly HeldBuffer[]): object {
    const entries = [
      { binding: 0, resource: { buffer: frames.gpu, offset: 0, size: this.#frameBytes } },
      ...buffers.map(({ gpu }, index) => ({ binding: this.#bindings[index], resource: { buffer: gpu } })),
    ];
    return this.#device.createBindGroup({ layout: this.#layout, entries });
  }
}

function isSame(left: readonly HeldBuffer[], right: readonly HeldBuffer[]): boolean {
  for (let i = 0; i < right.length; i++) if (left[i] !== right[i]) return false;
  return left.length === right.length;
}

/** A program that is compiled, or is being compiled. */
export interface CompiledProgram {
  readonly shape: ShaderShape;
  readonly layout: FrameLayout;
  /** Threads of a workgroup along each axis. */
  readonly workgroup: Size3;
  /** `main`; of a reduction `first` and `again`. */
  readonly pipelines: readonly Pipeline[] | undefined;
  readonly failure: unknown;
  /** Resolves when either of them is there. */
  readonly ready: Promise<void>;
}

interface Compiling extends Pick<CompiledProgram, "shape" | "layout" | "workgroup"> {
  pipelines: readonly Pipeline[] | undefined;
  failure: unknown;
  ready: Promise<void>;
}

/** What a launch tells of its arrays. */
export interface ArrayShapes {
  /** Whether they are all in buffers of their own, from the beginning. */
  readonly apart: boolean;
  shapeOf(plan: LaunchPlan): ShaderShape;
}

/** See above. */
export class Pipelines {
  readonly #device: GpuDevice;
  readonly #label: string;
  readonly #known = new Map<string, CompiledProgram>();
  /** The usual case, found by one look: arrays that are apart, and threads that do not meet. */
  readonly #plain = new WeakMap<Program, CompiledProgram>();
  readonly #layouts = new Map<string, object>();
  readonly #lanes: number;

  /** `label`: of the executor, for messages. `lanes`: those that every subgroup of the device has, 0 without subgroups. */
  constructor(device: GpuDevice, label: string, lanes: number) {
    this.#device = device;
    this.#label = label;
    this.#lanes = lanes;
  }

  /** The pipelines for a launch; compiling begins at the first call. @throws UnsupportedError for what is beyond the device's limits */
  of(plan: LaunchPlan, arrays: ArrayShapes): CompiledProgram {
    return (arrays.apart && this.#plain.get(plan.program)) || this.#find(plan, arrays);
  }

  #find(plan: LaunchPlan, arrays: ArrayShapes): CompiledProgram {
    const { hash, program } = plan;
    const shape = arrays.shapeOf(plan);
    checkLimits(plan, bindingCount(shape), this.#device.limits, this.#label);
    const key = keyOf(hash, program, shape);
    let known = this.#known.get(key);
    if (!known) {
      known = this.#compile(program, shape);
      this.#known.set(key, known);
    }
    if (arrays.apart && !isGrouped(program)) this.#plain.set(program, known);
    return known;
  }

  #compile(program: Program, shape: ShaderShape): CompiledProgram {
    const layout = frameLayoutOf(program);
    const workgroup = workgroupOf(program, shape.group);
    const unknown = { pipelines: undefined, failure: undefined, ready: Promise.resolve() };
    const compiled: Compiling = { shape, layout, workgroup, ...unknown };
    compiled.ready = this.#make(program, shape, layout.bytes).then(
      (pipelines) => {
        compiled.pipelines = pipelines;
      },
      (error: unknown) => {
        compiled.failure = error;
      },
    );
    return compiled;
  }

  async #make(program: Program, shape: ShaderShape, frameBytes: number): Promise<Pipeline[]> {
    const code = emitShader(program, shape, this.#lanes);
    const module = this.#device.createShaderModule({ code, label: program.name });
    const access = accessOf(program, shape);
    const arrays = access.map((_, index) => index + 1);
    const next = arrays.length + 1;
    const entries: ReadonlyArray<readonly [string, readonly number[], readonly boolean[]]> =
      program.kind === "grid"
        ? [["main", arrays, access]]
        : [
            ["first", [...arrays, next], [...access, true]],
            ["again", [next, next + 1], [true, false]],
          ];
    return Promise.all(
      entries.map(async ([entryPoint, bindings, writable]) => {
        const layout = this.#layoutOf(bindings, writable);
        const gpu = await this.#device
          .createComputePipelineAsync({
            layout: this.#device.createPipelineLayout({ bindGroupLayouts: [layout] }),
            compute: { module, entryPoint },
          })
          .catch((cause: unknown) => {
            throw shaderError(program, code, cause);
          });
        return new Pipeline(this.#device, gpu, layout, bindings, frameBytes);
      }),
    );
  }

  #layoutOf(bindings: readonly number[], writable: readonly boolean[]): object {
    const key = bindings.map((binding, index) => `${binding}${writable[index] ? "w" : "r"}`).join(" ");
    let layout = this.#layouts.get(key);
    if (!layout) {
      const storage = bindings.map((binding, index) => ({
        binding,
        visibility: computeStage,
        buffer: { type: writable[index] ? "storage" : "read-only-storage" },
      }));
      const frame = { binding: 0, visibility: computeStage, buffer: { type: "uniform", hasDynamicOffset: true } };
      layout = this.#device.createBindGroupLayout({ entries: [frame, ...storage] });
      this.#layouts.set(key, layout);
    }
    return layout;
  }
}

/** Whether each binding is written. */
function accessOf({ arrays }: Program, shape: ShaderShape): boolean[] {
  const writable = new Array<boolean>(bindingCount(shape)).fill(false);
  shape.places.forEach(({ binding }, index) => {
    if (arrays[index]?.access !== "read") writable[binding] = true;
  });
  return writable;
}

function keyOf(hash: string, program: Program, { places, group }: ShaderShape): string {
  let key = hash;
  for (let i = 0; i < places.length; i++) {
    const { binding, shifted } = places[i] as ShaderShape["places"][number];
    if (binding !== i || shifted) key += ` ${i}:${binding}${shifted ? "+" : ""}`;
  }
  return isGrouped(program) ? `${key} ${group.join("x")}` : key;
}

/** A mistake of ours, with all that is needed to find it. */
function shaderError(program: Program, code: string, cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new Error(
    `WebGPU refused the shader of "${program.name}", which is a mistake in @everycore/gpu-webgpu: ${message}\n${printProgram(program)}\n${code}`,
    { cause },
  );
}
