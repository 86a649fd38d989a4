// A launch, as far as it is WebGPU's own; the rest is in the package gpu.

import type { Future, HostArray } from "@everycore/core";
import { arrayTypes, type DeviceElement, GpuLaunch, wantedArray } from "@everycore/gpu";
import type { ElementType, LaunchPlan, Size3 } from "@everycore/kernel/ir";
import type { Batch } from "./batch.js";
import { type BufferPool, checkMemory, type HeldBuffer } from "./buffer-pool.js";
import { type Owner, WebGPUArray } from "./device-array.js";
import type { Download } from "./downloads.js";
import type { QueueItem } from "./launch-queue.js";
import type { CompiledProgram, Pipeline } from "./pipelines.js";
import type { Placement } from "./placement.js";
import { reductionTiling, tilingOf } from "./tiling.js";

/** What a launch needs of its executor. */
export interface LaunchParts {
  readonly owner: Owner;
  readonly pool: BufferPool;
  /** Workgroups that a dispatch may have along an axis. */
  readonly mostTiles: number;
  /** Takes a queued launch out of the queue; false if it was handed over. */
  withdraw(launch: Launch): boolean;
  /** Called with the time on the device, if that is measured. */
  timed(future: Future<unknown>, ms: number): void;
  /** Puts a late launch's arrays on the device and finds its program. */
  place(launch: Launch): void;
}

/** A copy that belongs to a host array. */
interface CopyBack {
  readonly index: number;
  readonly download: Download;
}

/** See above. */
export class Launch extends GpuLaunch<Placement> implements QueueItem {
  compiled: CompiledProgram | undefined;
  readonly #parts: LaunchParts;
  #copies: CopyBack[] | undefined;
  #value: Download | undefined;
  #stamp: number | undefined;

  constructor(plan: LaunchPlan, parts: LaunchParts, timeoutMs?: number) {
    super(plan, timeoutMs);
    this.#parts = parts;
  }

  // ── what the queue asks ───────────────────────────────────────────────────────────────────────────────────────────

  /** Whether it can be recorded: resolves later if not. */
  get waitsFor(): Promise<void> | undefined {
    const { compiled } = this;
    if (compiled && compiled.pipelines === undefined && compiled.failure === undefined) return compiled.ready;
    const buffers = this.placement?.buffers ?? [];
    for (let i = 0; i < buffers.length; i++) {
      const { checking } = buffers[i] as HeldBuffer;
      if (checking) return checking;
    }
    return undefined;
  }

  place(): void {
    this.#parts.place(this);
  }

  hasRoom(batch: Batch<QueueItem>): boolean {
    return batch.hasRoom((this.compiled as CompiledProgram).layout, 8);
  }

  record(batch: Batch<QueueItem>): void {
    const compiled = this.compiled as CompiledProgram;
    if (compiled.failure !== undefined) throw compiled.failure;
    const placement = this.placement as Placement;
    for (const buffer of placement.buffers) checkMemory(buffer);
    this.#stamp = batch.beginLaunch();
    if (this.plan.program.kind === "grid") this.#recordGrid(batch, compiled, placement);
    else this.#recordReduction(batch, compiled, placement);
    this.#recordCopies(batch, placement);
    placement.release();
    this.handedOver();
  }

  settle(batch: Batch<QueueItem>): void {
    if (this.#stamp !== undefined) this.#parts.timed(this.future, batch.gpuMs(this.#stamp));
    this.finish();
  }

  // ── recording ─────────────────────────────────────────────────────────────────────────────────────────────────────

  #recordGrid(batch: Batch<QueueItem>, compiled: CompiledProgram, placement: Placement): void {
    const { grid } = this.plan;
    if (grid[0] === 0 || grid[1] === 0 || grid[2] === 0) return;
    const { layout, workgroup } = compiled;
    const tiling = tilingOf(grid, workgroup, this.#parts.mostTiles);
    const pipeline = compiled.pipelines?.[0] as Pipeline;
    batch.dispatch(this.plan, layout, placement, { pipeline, buffers: placement.buffers, grid, tiling });
  }

  /** One pass over the elements, then passes over what it left, until that is one value. */
  #recordReduction(batch: Batch<QueueItem>, { layout, pipelines }: CompiledProgram, placement: Placement): void {
    let [count] = this.plan.grid;
    if (count === 0) return;
    const { pool, mostTiles } = this.#parts;
    const [first, again] = pipelines as readonly [Pipeline, Pipeline];
    let source: HeldBuffer | undefined;
    do {
      const tiling = reductionTiling(count, mostTiles);
      const results = pool.take(4 * tiling.tiles[0]);
      const grid: Size3 = [count, 1, 1];
      batch.dispatch(
        this.plan,
        layout,
        placement,
        source
          ? { pipeline: again, buffers: [results, source], grid, tiling }
          : { pipeline: first, buffers: [...placement.buffers, results], grid, tiling },
      );
      if (source) pool.release(source);
      source = results;
      [count] = tiling.tiles;
    } while (count > 1);
    this.#value = batch.download(source, 0, 4);
    pool.release(source);
  }

  #recordCopies(batch: Batch<QueueItem>, placement: Placement): void {
    const { arrays, program } = this.plan;
    for (let index = 0; index < arrays.length; index++) {
      const planned = arrays[index] as LaunchPlan["arrays"][number];
      if (planned.kind !== "host" || program.arrays[index]?.access === "read" || planned.array.length === 0) continue;
      this.#copies ??= [];
      this.#copies.push({ index, download: this.#download(batch, placement, index, planned.array.BYTES_PER_ELEMENT) });
    }
    const wanted = wantedArray(this.plan);
    if (wanted === undefined || placement.lengths[wanted] === 0) return;
    const { element } = arrays[wanted] as { element: ElementType };
    const width = arrayTypes[element as DeviceElement].BYTES_PER_ELEMENT;
    this.#value = this.#download(batch, placement, wanted, width);
  }

  #download(batch: Batch<QueueItem>, placement: Placement, index: number, width: number): Download {
    const { places } = (this.compiled as CompiledProgram).shape;
    const buffer = placement.buffers[places[index]?.binding as number] as HeldBuffer;
    const from = (placement.offsets[index] as number) * width;
    return batch.download(buffer, from, from + (placement.lengths[index] as number) * width);
  }

  // ── what GpuLaunch asks ───────────────────────────────────────────────────────────────────────────────────────────

  protected withdraw(): boolean {
    return this.#parts.withdraw(this);
  }

  protected copyBack(): void {
    for (const { index, download } of this.#copies ?? []) {
      const { array } = this.plan.arrays[index] as { array: Uint8Array };
      // A buffer that can be resized may have been, since.
      const bytes = download.bytes.subarray(0, array.byteLength);
      new Uint8Array(array.buffer, array.byteOffset, bytes.length).set(bytes);
    }
  }

  protected elements(element: DeviceElement): HostArray {
    const Type = arrayTypes[element];
    const bytes = this.#value?.bytes.slice() ?? new Uint8Array(0);
    return new Type(bytes.buffer, 0, bytes.length / Type.BYTES_PER_ELEMENT);
  }

  protected takeResult(element: DeviceElement, shape: readonly number[]): WebGPUArray {
    return new WebGPUArray(this.#parts.owner, element, shape, (this.placement as Placement).takeResult() as HeldBuffer);
  }

  protected dropDownloads(): void {
    this.#copies = undefined;
    this.#value = undefined;
  }
}
