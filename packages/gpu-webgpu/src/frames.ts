// The uniform buffer in which the frames of a batch's launches stand, one after the other; a launch finds its own by an offset. It
// is filled on the host and copied once for each batch. The device works in order, so the next batch may use the same buffer. A frame
// that equals the one before is not written again.

import type { LaunchPlan, Size3 } from "@everycore/kernel/ir";
import type { HeldBuffer } from "./buffer-pool.js";
import { type FrameLayout, frameWords } from "./emit/frame-layout.js";
import type { GpuDevice } from "./gpu-types.js";
import { usage } from "./gpu-types.js";

const bytes = 2 ** 18;

/** Workgroups along each axis, and how the dispatch is folded; 0 if it is not. */
export interface Tiling {
  readonly tiles: Size3;
  readonly fold: number;
}

/** What a frame says of the arrays of a launch. */
export interface FrameArrays {
  readonly lengths: readonly number[];
  /** In elements. */
  readonly offsets: readonly number[];
}

/** See above. */
export class Frames {
  readonly buffer: HeldBuffer;
  readonly #device: GpuDevice;
  readonly #alignment: number;
  readonly #words = new Uint32Array(bytes / 4);
  readonly #floats = new Float32Array(this.#words.buffer);
  #used = 0;
  #last = -1;

  constructor(device: GpuDevice) {
    this.#device = device;
    this.#alignment = device.limits.minUniformBufferOffsetAlignment;
    const gpu = device.createBuffer({ size: bytes, usage: usage.uniform | usage.copyTarget });
    const unused = {
      holders: 1,
      clean: false,
      mustClear: false,
      failure: undefined,
      checking: undefined,
      foreign: true,
    };
    this.buffer = { id: -1, gpu, bytes, ...unused };
  }

  /** Whether there is room for so many more frames of a program. */
  hasRoom(layout: FrameLayout, count: number): boolean {
    return this.#used + count * this.#stride(layout) <= bytes;
  }

  /** Writes a frame; gives its offset in bytes. `grid` may differ from the plan's: in the later passes of a reduction. */
  add(plan: LaunchPlan, layout: FrameLayout, grid: Size3, { tiles, fold }: Tiling, arrays: FrameArrays): number {
    const words = this.#words;
    const offset = this.#used;
    const first = offset / 4;
    this.#used += this.#stride(layout);
    for (let axis = 0; axis < 3; axis++) {
      words[first + frameWords.grid + axis] = grid[axis] as number;
      words[first + frameWords.tiles + axis] = tiles[axis] as number;
      words[first + frameWords.group + axis] = plan.group[axis] as number;
    }
    words[first + 3] = 0;
    words[first + frameWords.fold] = fold;
    words[first + frameWords.seed] = plan.seed;
    this.#addArrays(first + frameWords.arrays, arrays);
    this.#addScalars(first + layout.scalars, plan);
    return this.#shared(offset, layout.bytes);
  }

  /** The offset of the frame before, if this one equals it. */
  #shared(offset: number, size: number): number {
    const before = this.#last;
    this.#last = offset;
    if (before < 0 || !this.#isEqual(before / 4, offset / 4, size / 4)) return offset;
    this.#used = offset;
    this.#last = before;
    return before;
  }

  #isEqual(left: number, right: number, count: number): boolean {
    for (let i = 0; i < count; i++) if (this.#words[left + i] !== this.#words[right + i]) return false;
    return true;
  }

  /** Copies what was added to the device, before it works on the batch. */
  upload(): void {
    if (this.#used > 0) this.#device.queue.writeBuffer(this.buffer.gpu, 0, this.#words, 0, this.#used / 4);
    this.#used = 0;
    this.#last = -1;
  }

  destroy(): void {
    this.buffer.gpu.destroy();
  }

  #stride({ bytes: size }: FrameLayout): number {
    return Math.ceil(size / this.#alignment) * this.#alignment;
  }

  #addArrays(first: number, { lengths, offsets }: FrameArrays): void {
    for (let i = 0; i < lengths.length; i++) {
      this.#words[first + 2 * i] = lengths[i] as number;
      this.#words[first + 2 * i + 1] = offsets[i] as number;
    }
  }

  #addScalars(first: number, { program, scalars }: LaunchPlan): void {
    for (let i = 0; i < scalars.length; i++) {
      const target = program.scalars[i]?.type === "float32" ? this.#floats : this.#words;
      target[first + i] = scalars[i] as number;
    }
  }
}
