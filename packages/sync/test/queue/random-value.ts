// Random values of every kind that structured clone carries, from a seed.

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const views = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

const errors = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError];

/** A value; `met` are objects of the same value, which may be used once more, also inside of themselves. */
export function randomValue(random: () => number, depth = 4, met: object[] = []): unknown {
  const below = (limit: number): number => Math.floor(random() * limit);
  const text = (): string => {
    const limit = [128, 256, 65536][below(3)] as number;
    return Array.from({ length: below(4) === 0 ? below(200) : below(8) }, () => String.fromCharCode(below(limit))).join(
      "",
    );
  };
  const inner = (): unknown => randomValue(random, depth - 1, met);
  const keep = <T extends object>(object: T): T => {
    met.push(object);
    return object;
  };
  const times = (make: () => void): void => {
    for (let left = below(6); left > 0; left--) make();
  };
  const primitives: Array<() => unknown> = [
    () => undefined,
    () => null,
    () => random() < 0.5,
    () => below(300) - 100,
    () => (random() - 0.5) * 2 ** below(60),
    () => [0, -0, Number.NaN, 1 / 0, -1 / 0, 2 ** 31, -(2 ** 31), 2 ** 31 - 1, 2 ** 53 - 1, 5e-324][below(10)],
    () => BigInt.asIntN(below(200), BigInt(below(2 ** 31)) ** 7n) * (random() < 0.5 ? -1n : 1n),
    text,
  ];
  const objects: Array<() => unknown> = [
    () => keep(new Date(below(2 ** 40))),
    () => keep(/a+[b-c]/giu),
    () => keep(Object([true, 5, "text", 7n][below(4)])),
    () => {
      const list = keep([] as unknown[]);
      times(() => list.push(inner()));
      if (random() < 0.2) list.length += below(3);
      if (random() < 0.1) Object.assign(list, { named: inner() });
      return list;
    },
    () => {
      const object = keep({} as Record<string, unknown>);
      times(() => {
        object[random() < 0.7 ? (["a", "b", "id"][below(3)] as string) : text()] = inner();
      });
      return object;
    },
    () => {
      const map = keep(new Map<unknown, unknown>());
      times(() => map.set(inner(), inner()));
      return map;
    },
    () => {
      const set = keep(new Set<unknown>());
      times(() => set.add(inner()));
      return set;
    },
    () => {
      const buffer = keep(new Uint8Array(Array.from({ length: 8 * below(4) }, () => below(256))).buffer);
      const View = views[below(views.length)]!;
      return random() < 0.3 ? buffer : keep(random() < 0.5 ? new View(buffer) : new DataView(buffer));
    },
    () => {
      const error = keep(new errors[below(errors.length)]!(text()));
      if (random() < 0.5) Object.assign(error, { detail: inner() });
      return error;
    },
    () => (met.length > 0 ? met[below(met.length)] : null),
  ];
  const makers = depth > 0 && random() < 0.7 ? objects : primitives;
  return makers[below(makers.length)]!();
}
