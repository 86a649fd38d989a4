// Random numbers that a seed gives again: what makes a failure repeatable.

/** A source of random numbers. */
export interface Dice {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, n). */
  below(n: number): number;
  /** One of them. */
  pick<T>(choices: readonly T[]): T;
}

/** Marsaglia's xorshift32, seeded through one round of a multiplicative hash so that neighbouring seeds differ at once. */
export function dice(seed: number): Dice {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ (seed >>> 13) || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return { next, below, pick: (choices) => choices[below(choices.length)] as (typeof choices)[number] };
}

/** `count` floats of both signs, half of them within ±10 and half over all magnitudes up to 2^`exponent`. */
export function floats(seed: number, count: number, exponent: number): number[] {
  const { next } = dice(seed);
  return Array.from({ length: count }, (_, index) => {
    const sign = next() < 0.5 ? -1 : 1;
    return index % 2 === 0 ? sign * next() * 10 : sign * (1 + next()) * 2 ** ((next() * 2 - 1) * exponent);
  });
}
