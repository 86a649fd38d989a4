// One WebGL 2 context and everything that belongs to it: textures, kernels, the queue of launches; and its end, by shutdown or by loss.

import { DeviceLostError, type HostArray, InvalidStateError } from "@everycore/core";
import { arrayTypes } from "@everycore/gpu";
import type { LaunchPlan } from "@everycore/kernel/ir";
import { ContextState } from "./context-state.js";
import { ReadCopy, WriteCopy } from "./copies.js";
import type { Owner } from "./device-array.js";
import { Downloads } from "./downloads.js";
import type { Gl } from "./gl-types.js";
import type { GpuJsModule } from "./gpu-js.js";
import { HostArrays, hostArrays } from "./host-arrays.js";
import { Kernels } from "./kernels.js";
import { Launch, type LaunchParts } from "./launch.js";
import { LaunchQueue } from "./launch-queue.js";
import { LaunchShapes } from "./launch-shape.js";
import { Placement, type PlacementParts } from "./placement.js";
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
  readonly #shapes: LaunchShapes;
  readonly #placing: PlacementParts;
  readonly #queue: LaunchQueue;
  readonly #onLost: () => void;

  constructor({ label, gl, gpuJs, owned }: RuntimeOptions) {
    this.label = label;
    this.gl = gl;
    this.#owned = owned;
    const state = new ContextState(gl);
    const textures = new Textures(gl, label, state);
    this.textures = textures;
    this.kernels = new Kernels(gpuJs, gl, state, label);
    this.downloads = new Downloads(gl, state);
    this.#hosts = new HostArrays(textures);
    this.#shapes = new LaunchShapes({
      owner: this,
      mostResults: this.kernels.mostResults,
      sizeOf: (length) => textures.sizeOf(length),
    });
    this.#placing = { owner: this, textures, hosts: this.#hosts };
    this.#queue = new LaunchQueue({
      gl,
      findLoss: () => this.#findLoss(),
      leaveContext: () => this.kernels.leave(),
    });
    this.#onLost = () => this.#lose();
    gl.canvas.addEventListener("webglcontextlost", this.#onLost);
  }

  /** Takes a launch. @throws what is wrong with it */
  launch(plan: LaunchPlan, timeoutMs: number | undefined): Launch {
    this.checkAlive();
    const shape = this.#shapes.of(plan);
    const launch = new Launch(plan, shape, this, timeoutMs);
    if (!shape.hasHosts || !this.#isLate(plan)) launch.placement = this.place(launch);
    this.#queue.add(launch);
    return launch;
  }

  /** Compiles a program, so that its first launch need not wait. */
  prepare(plan: LaunchPlan): void {
    this.checkAlive();
    try {
      for (const step of this.#shapes.of(plan).steps) this.kernels.prepare(plan, step);
    } finally {
      this.kernels.leave();
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
    this.textures.close();
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

  #isLate(plan: LaunchPlan): boolean {
    return hostArrays(plan).some(({ array }) => this.#queue.hasLate || this.#hosts.isLate(array));
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
