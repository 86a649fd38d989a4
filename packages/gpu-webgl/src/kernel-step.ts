// What a launch asks of one kernel, as far as it is the same for all launches of one shape: which kernel, and what it is called with.

import type { KernelShape } from "./emit/kernel-shape.js";
import type { ThreadMap } from "./emit/thread-map.js";
import type { KernelProgram } from "./kernel-program.js";
import type { TextureSize } from "./texture-pool.js";

/** See above. */
export interface KernelStep {
  readonly shape: KernelShape;
  /** How elements find their threads; reductions have no places of threads. */
  readonly map: ThreadMap;
  /** By memory; see thread-map.ts. */
  readonly maps: ReadonlyMap<number, ThreadMap>;
  /** Of the program's arrays. */
  readonly lengths: readonly number[];
  /** Of what it gives. That of a pass of a reduction differs from pass to pass. */
  readonly size: TextureSize;
  /** Once it is compiled, until others take its place. */
  program: KernelProgram | undefined;
}
