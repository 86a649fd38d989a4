// A distribution of durations in constant memory: buckets whose width grows with the value, four to a power of two, so
// that a percentile is right to within an eighth. A float32 begins with its exponent, and what comes next tells the quarter: taken as
// an integer it numbers the buckets, without a logarithm, which costs a lone task microseconds.

import type { Distribution } from "@everycore/core";

const bucketsPerOctave = 4;
const smallestMs = 2 ** -10;
const bucketCount = 40 * bucketsPerOctave;
/** Bits of a float32 behind the two that tell the quarter. */
const restBits = 21;

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The number of a duration's bucket, counted from that of zero. */
function placeOf(ms: number): number {
  float[0] = ms;
  return (bits[0] as number) >> restBits;
}

/** The middle of a bucket. */
function middleOf(place: number): number {
  bits[0] = (place << restBits) | (1 << (restBits - 1));
  return float[0] as number;
}

const firstPlace = placeOf(smallestMs);

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
    const index = Math.min(Math.max(placeOf(ms) - firstPlace, 0), bucketCount - 1);
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
      if (left <= 0) return Math.min(this.#max, middleOf(firstPlace + index));
    }
    return this.#max;
  }
}
