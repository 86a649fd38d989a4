// A distribution of durations in constant memory: buckets whose width grows with the value, four to a power of two, so
// that a percentile is right to within a fifth.

import type { Distribution } from "@everycore/core";

const bucketsPerOctave = 4;
const smallestMs = 2 ** -10;
const bucketCount = 40 * bucketsPerOctave;

/** Records durations; see {@link Distribution}. */
export class Histogram {
  readonly #buckets = new Uint32Array(bucketCount);
  #count = 0;
  #sum = 0;
  #max = 0;

  record(ms: number): void {
    this.#count++;
    this.#sum += ms;
    if (ms > this.#max) this.#max = ms;
    const bucket = ms <= smallestMs ? 0 : Math.ceil(Math.log2(ms / smallestMs) * bucketsPerOctave);
    const index = Math.min(bucket, bucketCount - 1);
    this.#buckets[index] = (this.#buckets[index] as number) + 1;
  }

  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  snapshot(): Distribution {
    return {
      count: this.#count,
      mean: this.mean,
      p50: this.#percentile(0.5),
      p99: this.#percentile(0.99),
      max: this.#max,
    };
  }

  #percentile(share: number): number {
    let left = Math.ceil(this.#count * share);
    if (left === 0) return 0;
    for (let index = 0; index < bucketCount; index++) {
      left -= this.#buckets[index] as number;
      if (left <= 0) return Math.min(this.#max, smallestMs * 2 ** (index / bucketsPerOctave));
    }
    return this.#max;
  }
}
