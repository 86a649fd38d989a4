// A launch, as far as it is WebGL's own; the rest is in the package gpu.

import type { HostArray } from "@everycore/core";
import { arrayTypes, type DeviceElement, GpuLaunch, wantedArray } from "@everycore/gpu";
import type { LaunchPlan } from "@everycore/kernel/ir";
import { type Owner, WebGLArray } from "./device-array.js";
import type { Download } from "./downloads.js";
import type { HostPlace } from "./host-arrays.js";
import type { QueueItem } from "./launch-queue.js";
import type { LaunchShape } from "./launch-shape.js";
import type { Placement } from "./placement.js";
import { type RecordingParts, recordGrid, recordReduction } from "./recording.js";

/** What a launch needs of its executor. */
export interface LaunchParts extends RecordingParts {
  readonly owner: Owner;
  /** Takes a queued launch out of the queue; false if it was handed over. */
  withdraw(launch: Launch): boolean;
  /** Puts a launch's arrays on the device. */
  place(launch: Launch): Placement;
}

/** A copy that belongs to a host array. */
interface CopyBack {
  readonly array: HostArray;
  readonly download: Download;
}

/** See above. */
export class Launch extends GpuLaunch<Placement> implements QueueItem {
  readonly shape: LaunchShape;
  readonly #parts: LaunchParts;
  #copies: CopyBack[] | undefined;
  #value: Download | undefined;

  constructor(plan: LaunchPlan, shape: LaunchShape, parts: LaunchParts, timeoutMs?: number) {
    super(plan, timeoutMs);
    this.shape = shape;
    this.#parts = parts;
  }

  record(): void {
    this.placement ??= this.#parts.place(this);
    const { placement, plan, shape } = this;
    if (plan.program.kind === "grid") recordGrid(plan, shape, placement, this.#parts);
    else this.#value = recordReduction(plan, shape, placement, this.#parts);
    if (placement.written) this.#startCopies(placement.written);
    this.#startDownload(placement);
    this.handedOver();
  }

  settle(): void {
    this.finish();
  }

  protected withdraw(): boolean {
    return this.#parts.withdraw(this);
  }

  protected copyBack(): void {
    const copies = this.#copies;
    this.#copies = undefined;
    if (copies) for (const { array, download } of copies) download.into(array);
  }

  protected elements(element: DeviceElement): HostArray {
    return this.#value?.elements() ?? new arrayTypes[element](new ArrayBuffer(0), 0, 0);
  }

  protected takeResult(element: DeviceElement, shape: readonly number[]): WebGLArray {
    return new WebGLArray(this.#parts.owner, element, shape, (this.placement as Placement).takeResult());
  }

  protected dropDownloads(): void {
    const copies = this.#copies;
    this.#copies = undefined;
    if (copies) for (const { download } of copies) download.drop();
    this.#value?.drop();
    this.#value = undefined;
  }

  #startCopies(written: readonly HostPlace[]): void {
    this.#copies = [];
    for (const { array, memory } of written) {
      if (array.length > 0) this.#copies.push({ array, download: this.#parts.downloads.start(memory) });
    }
  }

  #startDownload(placement: Placement): void {
    const wanted = wantedArray(this.plan);
    if (wanted === undefined) return;
    const memory = placement.memories[this.shape.memories[wanted] as number];
    if (memory && memory.length > 0) this.#value = this.#parts.downloads.start(memory);
  }
}
