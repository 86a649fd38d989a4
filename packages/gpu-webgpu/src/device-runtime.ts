// One GPUDevice and everything that belongs to it: buffers, pipelines, the queue of launches; and its end, by shutdown or by loss.

import { DeviceLostError, type Future, type HostArray, InvalidStateError } from "@everycore/core";
import { arrayTypes, type DeviceElement, GpuArray } from "@everycore/gpu";
import type { LaunchPlan } from "@everycore/kernel/ir";
import { BufferPool, type HeldBuffer } from "./buffer-pool.js";
import { ReadCopy, WriteCopy } from "./copies.js";
import type { Owner } from "./device-array.js";
import { StagingPool } from "./downloads.js";
import { Frames } from "./frames.js";
import { subgroupLanes } from "./gpu-source.js";
import type { GpuAdapterInfo, GpuDevice } from "./gpu-types.js";
import { HostArrays, wholeWords, writeBytes } from "./host-arrays.js";
import { Launch, type LaunchParts } from "./launch.js";
import { LaunchQueue } from "./launch-queue.js";
import { Pipelines } from "./pipelines.js";
import { Placement, type PlacementParts, rangesOf } from "./placement.js";
import { checkProgram } from "./refusals.js";

/** How a runtime is made. */
export interface RuntimeOptions {
  readonly label: string;
  readonly device: GpuDevice;
  readonly adapterInfo: GpuAdapterInfo;
  /** Whether the device is ours, and ends with the executor. */
  readonly owned: boolean;
  readonly timestamps: boolean;
}

/** See above. */
export class DeviceRuntime implements Owner, LaunchParts {
  readonly label: string;
  readonly device: GpuDevice;
  readonly pool: BufferPool;
  readonly mostTiles: number;
  readonly owner: Owner = this;
  /** Why nothing can be done here any more. */
  end: Error | undefined;
  /** Resolves when the device is lost, unless that is our doing. */
  readonly lost: Promise<DeviceLostError>;
  readonly #owned: boolean;
  readonly #hosts: HostArrays;
  readonly #placing: PlacementParts;
  readonly #staging: StagingPool;
  readonly #frames: Frames;
  readonly #pipelines: Pipelines;
  readonly #queue: LaunchQueue;
  readonly #times = new WeakMap<Future<unknown>, number>();
  #closed = false;

  constructor({ label, device, adapterInfo, owned, timestamps }: RuntimeOptions) {
    this.label = label;
    this.device = device;
    this.#owned = owned;
    this.mostTiles = device.limits.maxComputeWorkgroupsPerDimension;
    this.pool = new BufferPool(device, label);
    this.#hosts = new HostArrays(device, this.pool);
    this.#placing = { owner: this, pool: this.pool, hosts: this.#hosts };
    this.#staging = new StagingPool(device);
    this.#frames = new Frames(device);
    this.#pipelines = new Pipelines(device, label, subgroupLanes(device, adapterInfo));
    this.lost = this.#watch();
    this.#queue = new LaunchQueue({ device, frames: this.#frames, staging: this.#staging, timestamps }, this.lost);
  }

  /** Buffers on the device, and their bytes: arrays, what is kept for reuse, and staging. */
  get buffers(): { readonly count: number; readonly bytes: number } {
    return { count: this.pool.count + this.#staging.count + 1, bytes: this.pool.bytes };
  }

  /** Takes a launch. @throws what is wrong with it */
  launch(plan: LaunchPlan, timeoutMs: number | undefined): Launch {
    this.checkAlive();
    checkProgram(plan.program, this.label);
    const launch = new Launch(plan, this, timeoutMs);
    const ranges = rangesOf(plan);
    if (!this.#hosts.isLate(ranges)) this.#place(launch, ranges);
    // Checked now, so that a mistake throws at the call.
    else for (const planned of plan.arrays) if (planned.kind === "device") GpuArray.memoryOf(planned.array, this);
    this.#queue.add(launch);
    return launch;
  }

  #place(launch: Launch, ranges: ReturnType<typeof rangesOf>): void {
    const { plan } = launch;
    const placement = new Placement(plan, ranges, this.#placing);
    try {
      launch.compiled = this.#pipelines.of(plan, placement);
      launch.placement = placement;
    } finally {
      if (!launch.placement) placement.abandon();
    }
  }

  /** Compiles a program, so that its first launch need not wait. Arrays are taken to be apart. */
  async prepare(plan: LaunchPlan): Promise<void> {
    checkProgram(plan.program, this.label);
    const placement = new Placement(plan, rangesOf(plan), this.#placing);
    try {
      const compiled = this.#pipelines.of(plan, placement);
      await compiled.ready;
      if (compiled.failure !== undefined) throw compiled.failure;
    } finally {
      placement.abandon();
    }
  }

  /** How long a launch that has settled took on the device. */
  gpuTimeMs(future: Future<unknown>): number | undefined {
    return this.#times.get(future);
  }

  /** Copies elements to a new buffer. */
  fill(buffer: HeldBuffer, host: HostArray): void {
    if (host.length > 0) this.#writeNow(buffer, new Uint8Array(host.buffer, host.byteOffset, host.byteLength));
  }

  /** Makes a new buffer all zeros, if it is not. */
  clear(buffer: HeldBuffer): void {
    if (!buffer.clean) this.#queue.clear(buffer);
  }

  /** Cancels everything that was not handed over. */
  cancelAll(): void {
    this.#queue.each((item) => {
      if (item instanceof Launch) item.future.cancel();
    });
  }

  /** @throws why nothing can be done here any more */
  checkAlive(): void {
    if (this.end) throw this.end;
  }

  /** Finishes what was submitted, then frees everything. */
  async close(): Promise<void> {
    await this.#queue.whenIdle();
    this.#closed = true;
    this.end ??= new InvalidStateError(
      `Arrays of ${this.label} can no longer be used: their executor has been shut down. Make a new one.`,
    );
    this.pool.clear();
    this.#staging.clear();
    this.#frames.destroy();
    if (this.#owned) this.device.destroy();
  }

  // ── what arrays ask ───────────────────────────────────────────────────────────────────────────────────────────────

  async read(buffer: HeldBuffer, dtype: DeviceElement, length: number): Promise<HostArray> {
    const Type = arrayTypes[dtype];
    if (length === 0) return new Type(new ArrayBuffer(0), 0, 0);
    const copy = new ReadCopy(buffer, length * Type.BYTES_PER_ELEMENT, this.pool);
    this.#queue.add(copy);
    return new Type(await copy.done, 0, length);
  }

  async write(buffer: HeldBuffer, source: HostArray): Promise<void> {
    const bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    if (this.#queue.isFlushed && !buffer.checking && !buffer.failure) return this.#writeNow(buffer, bytes);
    const kept = wholeWords(bytes.slice());
    const copy = new WriteCopy(buffer, this.pool, () => this.#writeNow(buffer, kept));
    this.#queue.add(copy);
    return copy.done;
  }

  flush(): boolean {
    this.#queue.flush();
    return this.#queue.isFlushed;
  }

  release(buffer: HeldBuffer): void {
    if (!this.#closed) this.pool.release(buffer);
  }

  #writeNow(buffer: HeldBuffer, bytes: Uint8Array): void {
    buffer.mustClear = false;
    writeBytes(this.device, buffer, bytes);
  }

  // ── what launches ask ─────────────────────────────────────────────────────────────────────────────────────────────

  withdraw(launch: Launch): boolean {
    return this.#queue.remove(launch);
  }

  timed(future: Future<unknown>, ms: number): void {
    this.#times.set(future, ms);
  }

  place(launch: Launch): void {
    this.#place(launch, rangesOf(launch.plan));
  }

  /** Never resolves if the device is destroyed by `close`. */
  #watch(): Promise<DeviceLostError> {
    return new Promise((resolve) => {
      void this.device.lost.then(({ reason, message }) => {
        if (this.#closed) return;
        const why =
          reason === "destroyed" ? "it was destroyed" : message || reason || "for a reason that it did not say";
        const error = new DeviceLostError(
          `The device of ${this.label} is lost: ${why}. What was pending is lost with it. Make a new executor.`,
        );
        this.end = error;
        resolve(error);
      });
    });
  }
}
