// Arrays in buffers of the device.

import { type HostArray, InvalidStateError } from "@everycore/core";
import { type ArrayOwner, GpuArray } from "@everycore/gpu";
import type { HeldBuffer } from "./buffer-pool.js";
import type { UserGpuBuffer } from "./gpu-types.js";

/** What drives the device, as arrays see it. */
export interface Owner extends ArrayOwner<HeldBuffer> {
  /** Hands over what was submitted; false if something must wait. */
  flush(): boolean;
}

const unfinished =
  "something was submitted that the device cannot have yet, such as a kernel that is being compiled. Await its future first, or prepare() it.";

/** An array in a GPUBuffer. */
export class WebGPUArray<T extends HostArray = HostArray> extends GpuArray<T, HeldBuffer, Owner> {
  /**
   * The buffer itself, for work of your own on the same device. Launches that were submitted before have been handed over to the
   * queue of the device when you get it. It has the usages STORAGE, COPY_SRC and COPY_DST, may be longer than the array, and is
   * reused for others after `dispose`.
   *
   * @throws InvalidStateError while a launch cannot be handed over yet, as a kernel is when it is compiled: await its future, or
   * `prepare` it.
   */
  get buffer(): UserGpuBuffer {
    this.check("handed out");
    if (!this.owner.flush()) throw new InvalidStateError(`${this.name} cannot be handed out yet: ${unfinished}`);
    return this.memory.gpu as unknown as UserGpuBuffer;
  }
}
