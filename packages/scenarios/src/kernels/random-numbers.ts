// Random inputs that are the same everywhere and every time.

/** Numbers in [0, 1) from a seed; a linear congruential generator is good enough to strew inputs. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
