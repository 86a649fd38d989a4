// Timing of calls in this process.
//
// Rules
//  1. Calls are repeated until they have taken `minimumMs` together; their mean is one sample.
//  2. The clock is read once for a batch of calls. Batches follow the time that calls take, so that reading it costs nothing and
//     calls that become slow, as threads do on a busy machine, do not make a sample endless. Their size is kept for the next rounds.
//  3. A call that gives no promise is not awaited: the microtask would be part of its time.

import type { Attempt, Computation, Values } from "./contender.js";

/** Makes a computation in this process measurable. */
export class LocalAttempt implements Attempt {
  readonly #computation: Computation;
  #batchSize = 1;

  constructor(computation: Computation) {
    this.#computation = computation;
  }

  async cold(): Promise<number> {
    const start = performance.now();
    await this.#computation.call();
    return performance.now() - start;
  }

  async values(): Promise<Values> {
    return this.#computation.values();
  }

  async warm(minimumMs: number): Promise<number> {
    let [calls, total] = [0, 0];
    while (total < minimumMs) {
      const elapsed = await batch(this.#computation.call, this.#batchSize);
      total += elapsed;
      calls += this.#batchSize;
      this.#batchSize = nextSize(this.#batchSize, elapsed / minimumMs);
    }
    return total / calls;
  }

  async close(): Promise<void> {
    await this.#computation.close?.();
  }
}

async function batch(call: () => unknown, size: number): Promise<number> {
  const start = performance.now();
  const first = call();
  if (first instanceof Promise || isThenable(first)) {
    await first;
    for (let i = 1; i < size; i++) await call();
  } else {
    for (let i = 1; i < size; i++) call();
  }
  return performance.now() - start;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/** Keeps a batch between a sixteenth and a quarter of a sample. */
function nextSize(size: number, share: number): number {
  if (share < 1 / 16) return size * 2;
  return share > 1 / 4 ? Math.max(1, size >> 2) : size;
}

/** The middle value. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The mean for ratios. NaN of nothing. */
export function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}
