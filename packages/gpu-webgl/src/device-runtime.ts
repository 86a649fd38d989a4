// One WebGL 2 context and everything that belongs to it: textures, kernels, the queue of launches; and its end, by shutdown or by loss.

import { DeviceLostError, type HostArray, InvalidStateError } from "@everycore/core";
import { arrayTypes } from "@everycore/gpu";
import type { LaunchPlan } from "@everycore/kernel/ir";
import { ReadCopy, WriteCopy } from "./copies.js";
import type { Owner } from "./device-array.js";
import { Downloads } from "./downloads.js";
import type { Gl } from "./gl-types.js";
import type { GpuJsModule } from "./gpu-js.js";
import { HostArrays } from "./host-arrays.js";
import { Kernels } from "./kernels.js";
import { Launch, type LaunchParts } from "./launch.js";
import { LaunchQueue } from "./launch-queue.js";
import { hostArrays, Placement, shapeOf } from "./placement.js";
import { prepareKernels } from "./recording.js";
import { checkProgram } from "./refusals.js";
import { type Memory, Textures } from "./textures.js";
import { endContext } from "./webgl-source.js";

/** How a runtime is made. */
export interface RuntimeOptions {
  readonly label: string;
  readonly gl: Gl;
  readonly gpuJs: GpuJsModule;
  /** Whether the context is ours, and ends with the executor. */
  readonly owned: boolean;
}

/** See above. */
export class DeviceRuntime implements Owner, LaunchParts {
  readonly label: string;
  readonly gl: Gl;
  readonly textures: Textures;
  readonly kernels: Kernels;
  readonly downloads: Downloads;
  readonly owner: Owner = this;
  /** Why nothing can be done here any more. */
  end: Error | undefined;
  readonly #owned: boolean;
  readonly #hosts: HostArrays;
  readonly #queue: LaunchQueue;
  readonly #onLost: () => void;

  constructor({ label, gl, gpuJs, owned }: RuntimeOptions) {
    this.label = label;
    this.gl = gl;
    this.#owned = owned;
    this.textures = new Textures(gl, label);
    this.kernels = new Kernels(gpuJs, this.textures);
    this.downloads = new Downloads(gl);
    this.#hosts = new HostArrays(this.textures);
    this.#queue = new LaunchQueue(gl, () => this.#findLoss());
    this.#onLost = () => this.#lose();
    gl.canvas.addEventListener("webglcontextlost", this.#onLost);
  }

  /** Takes a launch. @throws what is wrong with it */
  launch(plan: LaunchPlan, timeoutMs: number | undefined): Launch {
    this.checkAlive();
    checkProgram(plan.program, this.label);
    const launch = new Launch(plan, shapeOf(plan, this), this, timeoutMs);
    const isLate = hostArrays(plan).some(({ array }) => this.#queue.hasLate || this.#hosts.isLate(array));
    if (!isLate) launch.placement = this.place(launch);
    this.#queue.add(launch);
    return launch;
  }

  /** Compiles a program, so that its first launch need not wait. */
  prepare(plan: LaunchPlan): void {
    this.checkAlive();
    checkProgram(plan.program, this.label);
    const shape = shapeOf(plan, this);
    const placement = new Placement(plan, shape, this.#placing);
    try {
      prepareKernels(plan, shape, placement, this);
    } finally {
      placement.abandon();
    }
  }

  /** @throws why nothing can be done here any more */
  checkAlive(): void {
    const end = this.end ?? this.#findLoss();
    if (end) throw end;
  }

  /** Cancels everything that was not handed over. */
  cancelAll(): void {
    for (const item of this.#queue.waiting) if (item instanceof Launch) item.future.cancel();
  }

  /** Finishes what was submitted, then frees everything. */
  async close(): Promise<void> {
    await this.#queue.whenIdle();
    this.gl.canvas.removeEventListener("webglcontextlost", this.#onLost);
    this.end ??= new InvalidStateError(
      `Arrays of ${this.label} can no longer be used: their executor has been shut down. Make a new one.`,
    );
    this.kernels.destroy();
    this.downloads.destroy();
    if (this.#owned) endContext(this.gl);
  }

  // ── what arrays ask ───────────────────────────────────────────────────────────────────────────────────────────────

  read(memory: Memory): Promise<HostArray> {
    if (memory.length === 0) {
      return Promise.resolve(new arrayTypes[memory.element](new ArrayBuffer(0), 0, 0));
    }
    const copy = new ReadCopy(memory, this.textures, this.downloads);
    this.#queue.add(copy);
    return copy.done;
  }

  write(memory: Memory, source: HostArray): Promise<void> {
    const copy = new WriteCopy(memory, this.textures, source);
    this.#queue.add(copy);
    return copy.done;
  }

  release(memory: Memory): void {
    this.textures.release(memory);
  }

  // ── what launches ask ─────────────────────────────────────────────────────────────────────────────────────────────

  withdraw(launch: Launch): boolean {
    return this.#queue.remove(launch);
  }

  place(launch: Launch): Placement {
    return new Placement(launch.plan, launch.shape, this.#placing);
  }

  get #placing(): { owner: Owner; textures: Textures; hosts: HostArrays } {
    return { owner: this, textures: this.textures, hosts: this.#hosts };
  }

  // ── the loss of the device ────────────────────────────────────────────────────────────────────────────────────────

  /** The event comes a moment after the loss. */
  #findLoss(): Error | undefined {
    if (!this.end && this.gl.isContextLost()) this.#lose();
    return this.end;
  }

  #lose(): void {
    if (this.end) return;
    this.end = new DeviceLostError(
      `The device of ${this.label} is lost: its WebGL context is gone. What was pending is lost with it. Make a new executor.`,
    );
    this.#queue.lose(this.end);
  }
}
