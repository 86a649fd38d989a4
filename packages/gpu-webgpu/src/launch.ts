// One launch, from submit to settlement.
//
// States: queued → handed over (it is with the device, and nothing can stop it there) → over. A queued launch that is cancelled or
// aborted is over at once, and no part of it runs. One that was handed over can only be given up, by `abort` or a time limit: its future
// is settled at once, its host arrays stay as they are, and the device finishes it unseen.

import {
  AbortError,
  CancelledError,
  Future,
  type FutureOwner,
  setCancelled,
  setException,
  setResult,
  startTimer,
  TimeoutError,
} from "@everycore/core";
import { arrayTypes, type DeviceElement } from "@everycore/gpu";
import type { ElementType, LaunchPlan, Size3 } from "@everycore/kernel/ir";
import type { Batch } from "./batch.js";
import type { BufferPool, HeldBuffer } from "./buffer-pool.js";
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
export class Launch implements FutureOwner, QueueItem {
  readonly plan: LaunchPlan;
  readonly future: Future<unknown>;
  placement: Placement | undefined;
  compiled: CompiledProgram | undefined;
  readonly timeoutMs: number | undefined;
  readonly #parts: LaunchParts;
  #state: "queued" | "handed over" | "over" = "queued";
  #copies: CopyBack[] | undefined;
  #value: Download | undefined;
  #stamp: number | undefined;
  #cleanups: Array<() => void> | undefined;

  constructor(plan: LaunchPlan, parts: LaunchParts, timeoutMs?: number) {
    this.plan = plan;
    this.#parts = parts;
    this.timeoutMs = timeoutMs;
    this.future = new Future<unknown>(this);
  }

  /** Adds what is to be done when the launch is over. */
  addCleanup(cleanUp: () => void): void {
    this.#cleanups ??= [];
    this.#cleanups.push(cleanUp);
  }

  // ── what the future's owner may ask ───────────────────────────────────────────────────────────────────────────────

  cancel(): boolean {
    return this.#withdraw(new CancelledError());
  }

  abort(_future: Future<unknown>, reason: unknown): void {
    this.stop(reason);
  }

  hasStarted(): boolean {
    return this.#state !== "queued";
  }

  /** Cancels it, or gives it up. */
  stop(reason: unknown): void {
    if (this.#withdraw(new AbortError(reason)) || this.#state === "over") return;
    this.#state = "over";
    this.#cleanUp();
    setCancelled(this.future, new AbortError(reason));
  }

  #withdraw(error: CancelledError): boolean {
    if (this.#state !== "queued" || !this.#parts.withdraw(this)) return false;
    this.#drop();
    setCancelled(this.future, error);
    return true;
  }

  // ── what the queue asks ───────────────────────────────────────────────────────────────────────────────────────────

  get isLate(): boolean {
    return this.placement === undefined;
  }

  /** Whether it can be recorded: resolves later if not. */
  get waitsFor(): Promise<void> | undefined {
    const { compiled } = this;
    return compiled && compiled.pipelines === undefined && compiled.failure === undefined ? compiled.ready : undefined;
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
    for (let i = 0; i < placement.buffers.length; i++) batch.uses(placement.buffers[i] as HeldBuffer);
    this.#stamp = batch.beginLaunch();
    if (this.plan.program.kind === "grid") this.#recordGrid(batch, compiled, placement);
    else this.#recordReduction(batch, compiled, placement);
    this.#recordCopies(batch, placement);
    placement.release();
    this.#state = "handed over";
    if (this.timeoutMs !== undefined) this.#startClock(this.timeoutMs);
  }

  settle(batch: Batch<QueueItem>): void {
    if (this.#stamp !== undefined) this.#parts.timed(this.future, batch.gpuMs(this.#stamp));
    if (this.#state === "over") return this.#drop();
    const failure = this.placement?.buffers.find((buffer) => buffer.failure)?.failure;
    if (failure) return this.fail(failure);
    let value: unknown;
    try {
      this.#copyBack();
      value = this.#result();
    } catch (error) {
      return this.fail(error);
    }
    this.#drop();
    setResult(this.future, value);
  }

  fail(error: unknown): void {
    const wasOver = this.#state === "over";
    this.#drop();
    if (!wasOver) setException(this.future, error);
  }

  /** The launch is over: nothing is left of it. */
  #drop(): void {
    this.#state = "over";
    this.#cleanUp();
    this.placement?.abandon();
    this.placement = undefined;
    this.#copies = undefined;
    this.#value = undefined;
  }

  #cleanUp(): void {
    this.#cleanups?.forEach((cleanUp) => cleanUp());
    this.#cleanups = undefined;
  }

  #startClock(timeoutMs: number): void {
    const expire = (): void => {
      if (this.#state !== "handed over") return;
      this.#state = "over";
      this.#cleanUp();
      setException(
        this.future,
        new TimeoutError(
          `The launch ran longer than its timeoutMs (${timeoutMs}) and was given up. The device cannot be stopped: it finishes the launch unseen.`,
        ),
      );
    };
    this.addCleanup(startTimer(Math.max(1, timeoutMs), expire));
  }

  // ── recording ─────────────────────────────────────────────────────────────────────────────────────────────────────

  #recordGrid(batch: Batch<QueueItem>, { layout, pipelines }: CompiledProgram, placement: Placement): void {
    const { grid } = this.plan;
    if (grid[0] === 0 || grid[1] === 0 || grid[2] === 0) return;
    const tiling = tilingOf(this.plan, this.#parts.mostTiles);
    const [pipeline] = pipelines as readonly [Pipeline];
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
    const { arrays, program, result } = this.plan;
    for (let index = 0; index < arrays.length; index++) {
      const planned = arrays[index] as LaunchPlan["arrays"][number];
      if (planned.kind !== "host" || program.arrays[index]?.access === "read" || planned.array.length === 0) continue;
      this.#copies ??= [];
      this.#copies.push({ index, download: this.#download(batch, placement, index, planned.array.BYTES_PER_ELEMENT) });
    }
    const isWanted = result.kind === "element" || (result.kind === "array" && result.where === "host");
    if (!isWanted || placement.lengths[result.array] === 0) return;
    const planned = arrays[result.array] as { element: ElementType };
    const width = arrayTypes[planned.element as DeviceElement].BYTES_PER_ELEMENT;
    this.#value = this.#download(batch, placement, result.array, width);
  }

  #download(batch: Batch<QueueItem>, placement: Placement, index: number, width: number): Download {
    const buffer = placement.buffers[placement.shape.places[index]?.binding as number] as HeldBuffer;
    const from = (placement.offsets[index] as number) * width;
    return batch.download(buffer, from, from + (placement.lengths[index] as number) * width);
  }

  // ── settling ──────────────────────────────────────────────────────────────────────────────────────────────────────

  #copyBack(): void {
    for (const { index, download } of this.#copies ?? []) {
      const { array } = this.plan.arrays[index] as { array: Uint8Array };
      // A buffer that can be resized may have been, since.
      const bytes = download.bytes.subarray(0, array.byteLength);
      new Uint8Array(array.buffer, array.byteOffset, bytes.length).set(bytes);
    }
  }

  #result(): unknown {
    const { result, grid, program, arrays } = this.plan;
    switch (result.kind) {
      case "none":
        return undefined;
      case "reduced":
        return result.finish(this.#reduced(program), grid[0]);
      case "element": {
        const value = this.#values(result.element)[0] as number;
        return result.element === "bool" ? value !== 0 : value;
      }
      case "array": {
        const { element, shape } = arrays[result.array] as { element: ElementType; shape: readonly number[] };
        if (result.where === "host") return this.#values(element);
        const buffer = this.placement?.takeResult() as HeldBuffer;
        return new WebGPUArray(this.#parts.owner, element as DeviceElement, shape, buffer);
      }
    }
  }

  #reduced(program: LaunchPlan["program"]): number {
    if (program.kind !== "reduction") return 0;
    if (this.plan.grid[0] === 0) return program.identity.value;
    const { type } = program.identity;
    return this.#values(type === "bool" ? "uint32" : type)[0] as number;
  }

  #values(element: ElementType): ArrayLike<number> {
    const Type = arrayTypes[element as DeviceElement];
    const bytes = this.#value?.bytes.slice() ?? new Uint8Array(0);
    return new Type(bytes.buffer, 0, bytes.length / Type.BYTES_PER_ELEMENT);
  }
}
