// What is handed over to the device at once: launches and copies in the order in which they were submitted, in one command buffer.
//
// Rules
//   1. Launches stand in one compute pass, as long as nothing else comes between; the device keeps their order and what they write.
//   2. A batch is over when its downloads are mapped, or, if it has none, when its work is done.
//   3. The device's complaints about a batch are errors of the launches in it.

import type { LaunchPlan, Size3 } from "@everycore/kernel/ir";
import type { HeldBuffer } from "./buffer-pool.js";
import { type Download, Downloads, type StagingPool } from "./downloads.js";
import type { FrameLayout } from "./emit/frame-layout.js";
import type { FrameArrays, Frames, Tiling } from "./frames.js";
import type { GpuComputePass, GpuDevice, GpuEncoder } from "./gpu-types.js";
import type { Pipeline } from "./pipelines.js";
import { TimeStamps } from "./time-stamps.js";

/** What batches of one device share. */
export interface BatchParts {
  readonly device: GpuDevice;
  readonly frames: Frames;
  readonly staging: StagingPool;
  readonly timestamps: boolean;
}

/** One dispatch of a launch. */
export interface Dispatch {
  readonly pipeline: Pipeline;
  readonly buffers: readonly HeldBuffer[];
  readonly grid: Size3;
  readonly tiling: Tiling;
}

/** See above. */
export class Batch<Item> {
  readonly items: Item[] = [];
  readonly #parts: BatchParts;
  readonly #encoder: GpuEncoder;
  readonly #downloads: Downloads;
  readonly #stamps: TimeStamps | undefined;
  readonly #offset = new Uint32Array(1);
  #pass: GpuComputePass | undefined;
  // What the pass has set: a call less is a microsecond less.
  #pipeline: Pipeline | undefined;
  #group: object | undefined;

  constructor(parts: BatchParts) {
    this.#parts = parts;
    parts.device.pushErrorScope("validation");
    this.#encoder = parts.device.createCommandEncoder();
    this.#downloads = new Downloads(parts.staging);
    this.#stamps = parts.timestamps ? new TimeStamps(parts.device) : undefined;
  }

  /** Whether there is room for a launch of so many dispatches. */
  hasRoom(layout: FrameLayout, dispatches: number): boolean {
    return this.#parts.frames.hasRoom(layout, dispatches) && !this.#stamps?.isFull;
  }

  /** Begins a launch; what it gives is its place among the time stamps. */
  beginLaunch(): number | undefined {
    if (!this.#stamps) return undefined;
    this.#endPass();
    const { descriptor, place } = this.#stamps.next();
    this.#pass = this.#encoder.beginComputePass(descriptor);
    return place;
  }

  /** Records a dispatch. */
  dispatch(plan: LaunchPlan, layout: FrameLayout, arrays: FrameArrays, what: Dispatch): void {
    const { frames } = this.#parts;
    this.#pass ??= this.#encoder.beginComputePass();
    const pass = this.#pass;
    const offset = frames.add(plan, layout, what.grid, what.tiling, arrays);
    const group = what.pipeline.groupOf(frames.buffer, what.buffers);
    if (what.pipeline !== this.#pipeline) pass.setPipeline(what.pipeline.gpu);
    if (group !== this.#group || offset !== this.#offset[0]) {
      this.#offset[0] = offset;
      pass.setBindGroup(0, group, this.#offset, 0, 1);
    }
    this.#pipeline = what.pipeline;
    this.#group = group;
    const [x, y, z] = dispatchSize(what.tiling);
    pass.dispatchWorkgroups(x, y, z);
  }

  /** Records the copy of bytes `from` to `to` of a buffer to the host. */
  download({ gpu }: HeldBuffer, from: number, to: number): Download {
    this.#endPass();
    return this.#downloads.add(this.#encoder, gpu, from, to);
  }

  /** Records that a buffer becomes all zeros. */
  clear(buffer: HeldBuffer): void {
    this.#endPass();
    this.#encoder.clearBuffer(buffer.gpu);
  }

  /** Hands everything over; resolves when it is done. */
  async submit(): Promise<void> {
    const { device, frames } = this.#parts;
    this.#endPass();
    this.#stamps?.resolve(this.#encoder, this.#downloads);
    frames.upload();
    device.queue.submit([this.#encoder.finish()]);
    const complaint = device.popErrorScope();
    const done = this.#downloads.any ? this.#downloads.map() : device.queue.onSubmittedWorkDone();
    // Whichever fails first; the other is not to be an unhandled rejection.
    done.catch(() => {});
    const error = await complaint;
    if (error) throw new Error(`WebGPU refused a batch of launches: ${error.message}`);
    await done;
  }

  /** Milliseconds of a launch on the device. */
  gpuMs(place: number): number {
    return this.#stamps?.ms(place) ?? 0;
  }

  /** Everything was looked at. */
  end(): void {
    this.#downloads.end();
    this.#stamps?.destroy();
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
    this.#pipeline = undefined;
    this.#group = undefined;
  }
}

function dispatchSize({ tiles, fold }: Tiling): Size3 {
  return fold === 0 ? tiles : [fold, Math.ceil((tiles[0] * tiles[1] * tiles[2]) / fold), 1];
}
