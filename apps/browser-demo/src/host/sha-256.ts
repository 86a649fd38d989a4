// SHA-256, part by part: the browser's own (crypto.subtle) wants everything at once, and is absent from pages without https.
// FIPS 180-4; the constants are computed as it defines them, from the first primes.

const primes = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && !Array.from({ length: n }, (_, d) => d).some((d) => d > 1 && n % d === 0),
);
/** The first 32 bits of the fraction. */
const fraction = (value: number): number => (value - Math.floor(value)) * 2 ** 32;
const roundConstants = Uint32Array.from(primes.slice(0, 64), (prime) => fraction(Math.cbrt(prime)));
const initialState = Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

const blockBytes = 64;

/** A hash that is fed part by part. */
export class Sha256 {
  readonly #state = initialState.slice();
  readonly #words = new Int32Array(64);
  readonly #block = new Uint8Array(blockBytes);
  readonly #view = new DataView(this.#block.buffer);
  #filled = 0;
  #bytes = 0;

  update(data: Uint8Array): this {
    this.#bytes += data.length;
    for (let at = 0; at < data.length; ) {
      const part = data.subarray(at, at + blockBytes - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === blockBytes) this.#compress();
    }
    return this;
  }

  /** The hash in hexadecimal. Nothing can be added after it. */
  finish(): string {
    const bits = 8 * this.#bytes;
    this.#block.fill(0, this.#filled);
    this.#block[this.#filled] = 0x80;
    if (this.#filled >= blockBytes - 8) {
      this.#compress();
      this.#block.fill(0);
    }
    this.#view.setUint32(56, bits / 2 ** 32);
    this.#view.setUint32(60, bits);
    this.#compress();
    return Array.from(this.#state, (word) => word.toString(16).padStart(8, "0")).join("");
  }

  #compress(): void {
    const words = this.#words;
    for (let t = 0; t < 16; t++) words[t] = this.#view.getInt32(4 * t);
    for (let t = 16; t < 64; t++) {
      const w15 = words[t - 15] as number;
      const w2 = words[t - 2] as number;
      const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
      const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
      words[t] = (words[t - 16] as number) + s0 + (words[t - 7] as number) + s1;
    }
    this.#rounds(words);
    this.#filled = 0;
  }

  #rounds(words: Int32Array): void {
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = this.#state;
    for (let t = 0; t < 64; t++) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const t1 = h + s1 + ((e & f) ^ (~e & g)) + (roundConstants[t] as number) + (words[t] as number);
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    this.#add(a, b, c, d, e, f, g, h);
  }

  #add(...words: [number, number, number, number, number, number, number, number]): void {
    for (let i = 0; i < 8; i++) this.#state[i] = (this.#state[i] as number) + (words[i] as number);
  }
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}
