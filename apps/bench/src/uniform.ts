// Numbers that are the same in every run, in Node and in pages.

/** `length` numbers in [0, 1), a multiple of 2^-24 each. Another `seed` gives others. */
export function uniform(length: number, seed: number): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(length);
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  for (let i = 0; i < length; i++) {
    // Marsaglia's xorshift, with the shifts 13, 17, 5.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    numbers[i] = (state >>> 8) / 0x1000000;
  }
  return numbers;
}
