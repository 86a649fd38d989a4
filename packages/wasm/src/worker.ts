// A kernel thread: runs chunks of launches, and parks when there are none. It never returns to an event loop, so nothing can be
// sent to it: launches come through the ring, modules as bytes in the kernels' memory. The rules are those of launch-ring.ts.

import { type Engine, type EngineMemory, instantiate } from "./engine.js";
import { LaunchRing, type RunUnits } from "./launch-ring.js";

/** What a kernel thread is started with; can be cloned. */
export interface KernelWorkerStart {
  readonly ring: ArrayBufferLike;
  readonly memory: EngineMemory;
  readonly thread: number;
  /** How often to look for the next launch before parking. */
  readonly spins: number;
}

/**
 * Serves launches on this thread until the executor ends. `ringBell` posts a message, any message, to the host: when the thread
 * is up, and when the host wants to know that launches are done.
 */
export function serveKernels(start: KernelWorkerStart, ringBell: () => void): void {
  const ring = new LaunchRing(start.ring);
  const runs = new Map<number, RunUnits>();
  ringBell();
  while (!ring.hasEnded) {
    const seen = ring.event;
    if (!serveLaunch(ring, start, runs, ringBell)) ring.park(seen, start.spins);
  }
}

/** Takes part in the current launch. Whether it is worth looking for another one at once. */
function serveLaunch(
  ring: LaunchRing,
  { memory, thread }: KernelWorkerStart,
  runs: Map<number, RunUnits>,
  ringBell: () => void,
): boolean {
  if (ring.isEmpty) return false;
  const number = ring.current;
  let worked = false;
  if (ring.enter(thread, number)) {
    const frame = ring.field(number, "frame");
    const scratch = ring.field(number, "scratch") + thread * ring.field(number, "scratchStride");
    const chunks = ring.work(number, (from, to) => {
      try {
        findRun(ring, number, memory, runs)(frame, scratch, from, to);
      } catch (error) {
        ring.fail(number, error);
        ring.stop(number);
      }
    });
    worked = chunks > 0;
  }
  const mustTell = ring.leave(thread, number);
  if ((worked && ring.passOn()) || mustTell) ringBell();
  return worked;
}

/** The launch's module, compiled when this thread first meets it. */
function findRun(ring: LaunchRing, number: number, memory: EngineMemory, runs: Map<number, RunUnits>): RunUnits {
  // The memory may have grown; only now does this thread's view of it.
  if (memory.buffer.byteLength < ring.pages * 65536) memory.grow(0);
  const id = ring.field(number, "module");
  let run = runs.get(id);
  if (!run) {
    const bytes = new Uint8Array(memory.buffer, ring.field(number, "moduleAddress"), ring.field(number, "moduleBytes"));
    const { WebAssembly } = globalThis as unknown as { WebAssembly: Engine };
    run = instantiate(WebAssembly, Uint8Array.from(bytes), memory).run;
    runs.set(id, run);
  }
  return run;
}
