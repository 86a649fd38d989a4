// Kernels as people write them, to be passed through minifiers, bundlers, compilers and coverage tools. Each export is a kernel on
// (thread, a: Float64Array, k: Int32Array, out: Float64Array, sums: Int32Array, n: number, s: number).

import { define, LIMIT, options, palette, SCALE, smooth, wrap } from "./library.js";

interface Thread {
  x: number;
  y: number;
  z: number;
  size: { x: number; y: number; z: number };
  local: { x: number };
  group: { x: number };
  atomicAdd(array: Int32Array, index: number, value: number): number;
  atomicMax(array: Int32Array, index: number, value: number): number;
}
type F = Float64Array;
type I = Int32Array;

const GRAVITY = -9.81;
const TILE = 4;
const EPSILON = 1e-3;
const Mode = { Add: 0, Multiply: 1, Both: 2 };

function distance(ax: number, ay: number, bx: number, by: number): number {
  const dx = ax - bx;
  const dy = ay - by;
  return Math.sqrt(dx ** 2 + dy ** 2);
}

const factorial = (m: number): number => {
  let product = 1;
  for (let i = 2; i <= m; i++) product *= i;
  return product;
};

export const saxpy = define((thread: Thread, a: F, _k: I, out: F, _sums: I, _n: number, s: number) => {
  const i = thread.x;
  out[i] = s * a[i]! + out[i]!;
});

export const guarded = define((thread: Thread, a: F, _k: I, out: F, _sums: I, n: number) => {
  const i = thread.x;
  if (i >= n) return;
  if (a[i]! > 2) {
    out[i] = 1;
  } else if (a[i]! < 0) {
    out[i] = -1;
  } else {
    out[i] = 0.5;
  }
});

export const integrate = define(
  (thread: Thread, a: F, _k: I, out: F, _sums: I, _n: number, s: number) => {
    const i = thread.x;
    out[i]! += GRAVITY * s;
    out[i]! += a[i]! * s * SCALE;
  },
  () => ({ GRAVITY, SCALE }),
);

export const imported = define(
  (thread: Thread, a: F, k: I, out: F) => {
    const i = thread.x;
    out[i] = smooth(a[i]! / 10) * SCALE + palette[wrap(k[i]! % 8, palette.length)]! + LIMIT;
  },
  () => ({ smooth, SCALE, palette, wrap, LIMIT }),
);

export const namespaced = define(
  (thread: Thread, a: F, _k: I, out: F) => {
    out[thread.x] = options.clampTo(a[thread.x]! * options.gain, 10) + options.offset;
  },
  () => ({ options }),
);

export const helpers = define(
  (thread: Thread, a: F, k: I, out: F, _sums: I, n: number) => {
    const i = thread.x;
    const next = a[(i + 1) % n]!;
    out[i] = distance(a[i]!, 0, next, EPSILON) + factorial(k[i]! & 3);
  },
  () => ({ distance, factorial, EPSILON }),
);

export const mandelbrot = define((thread: Thread, _a: F, _k: I, out: F, _sums: I, n: number) => {
  const cx = (thread.x / n) * 3 - 2;
  const cy = 0.3;
  let zx = 0;
  let zy = 0;
  let count = 0;
  while (zx * zx + zy * zy <= 4 && count < 50) {
    const t = zx * zx - zy * zy + cx;
    zy = 2 * zx * zy + cy;
    zx = t;
    count++;
  }
  out[thread.x] = count;
});

export const collatz = define((thread: Thread, _a: F, _k: I, out: F) => {
  let v = thread.x + 1;
  let steps = 0;
  while (v !== 1) {
    if (v % 2 === 0) {
      v = Math.floor(v / 2);
    } else {
      v = 3 * v + 1;
    }
    steps++;
  }
  out[thread.x] = steps;
});

export const division = define((thread: Thread, _a: F, k: I, out: F, _sums: I, n: number) => {
  const i = thread.x;
  const q = k[i]! / 3;
  const r = k[i]! / (i + 1);
  const row = Math.floor(i / 4);
  out[i] = Math.floor(q) + 10 * Math.trunc(r) + 100 * row + 1000 * ((n / 2) | 0) + ~~(k[i]! / 2);
});

export const switched = define(
  (thread: Thread, a: F, k: I, out: F) => {
    const i = thread.x;
    switch (k[i]! & 3) {
      case Mode.Add:
        out[i] = a[i]! + 1;
        break;
      case Mode.Multiply:
        out[i] = a[i]! * 2;
        break;
      case Mode.Both:
        out[i] = a[i]! * 2 + 1;
        break;
      default:
        out[i] = -1;
    }
  },
  () => ({ Mode }),
);

export const fallThrough = define((thread: Thread, _a: F, k: I, out: F) => {
  let v = 0;
  switch (k[thread.x]! % 5) {
    // @ts-expect-error: falling through is what is tested.
    // biome-ignore lint/suspicious/noFallthroughSwitchClause: the same.
    case 0:
      v += 1;
    case 1:
      v += 10;
      break;
    // @ts-expect-error: the same.
    // biome-ignore lint/suspicious/noFallthroughSwitchClause: the same.
    // biome-ignore lint/suspicious/useDefaultSwitchClauseLast: the same.
    default:
      v = 1000;
    case 3:
      v += 100;
  }
  out[thread.x] = v;
});

export const labelled = define((thread: Thread, a: F, _k: I, out: F, _sums: I, n: number) => {
  let found = -1;
  search: for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      if (a[i] === a[j]) continue search;
      if (a[i]! + a[j]! > thread.x) {
        found = i * n + j;
        break search;
      }
    }
  }
  out[thread.x] = found;
});

export const histogram = define((thread: Thread, _a: F, k: I, out: F, sums: I) => {
  const bin = Math.abs(k[thread.x]!) % 4;
  const before = thread.atomicAdd(sums, bin, 1);
  out[thread.x] = before;
  thread.atomicMax(sums, 4, k[thread.x]!);
});

export const swaps = define((thread: Thread, a: F, _k: I, out: F) => {
  let low = a[thread.x]!;
  let high = a[thread.size.x - 1 - thread.x]!;
  if (low > high) {
    const t = low;
    low = high;
    high = t;
  }
  out[thread.x] = high * 100 + low;
});

export const destructured = define(({ x, size }: Thread, a: F, _k: I, out: F) => {
  const { x: width } = size;
  out[x] = a[width - 1 - x]! + width;
});

export const bits = define((thread: Thread, _a: F, k: I, out: F) => {
  let h = k[thread.x]! ^ 0x9e3779b9;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  out[thread.x] = (h ^ (h >>> 16)) & 0xffff;
});

export const effects = define((thread: Thread, a: F, _k: I, out: F) => {
  let i = thread.x;
  let s = 0;
  const first = i++;
  s += i * 2 + a[first]!;
  // biome-ignore lint/suspicious/noAssignInExpressions: that is what is tested.
  // biome-ignore lint/complexity/noCommaOperator: the same.
  s = s > 5 ? ((i = first), s - 5) : s + i--;
  out[first] = s + i;
});

export const bubble = define(
  (thread: Thread, a: F, _k: I, out: F) => {
    const base = thread.x & ~(TILE - 1);
    if (thread.x !== base) return;
    for (let i = 0; i < TILE; i++) out[base + i] = a[base + i]!;
    for (let i = 0; i < TILE - 1; i++) {
      for (let j = 0; j < TILE - 1 - i; j++) {
        if (out[base + j]! > out[base + j + 1]!) {
          const t = out[base + j]!;
          out[base + j] = out[base + j + 1]!;
          out[base + j + 1] = t;
        }
      }
    }
  },
  () => ({ TILE }),
);

export const logic = define((thread: Thread, a: F, k: I, out: F, _sums: I, n: number) => {
  const i = thread.x;
  const positive = a[i]! > 0;
  const odd = (k[i]! & 1) !== 0;
  let v = 0;
  if (positive && !odd) v = 1;
  else if (positive || i === n - 1) v = 2;
  else if (!positive && odd) v = 3;
  if (!(v === 2)) v += 10;
  out[i] = positive === odd ? v : -v;
});

export const optionalParameter = define((thread: Thread, a: F, _k: I, out: F) => {
  const mix = (p: number, q: number, t = 0.5) => p + (q - p) * t;
  out[thread.x] = mix(a[thread.x]!, 1) + mix(0, a[thread.x]!, 0.25);
});

export const finding = define((thread: Thread, a: F, _k: I, out: F, _sums: I, n: number) => {
  const find = (target: number) => {
    for (let i = 0; i < n; i++) {
      if (a[i]! === target) return i;
    }
    return -1;
  };
  out[thread.x] = find(thread.x - 2) * 2;
});

export const doWhile = define(
  (thread: Thread, a: F, _k: I, out: F) => {
    let x = Math.abs(a[thread.x]!) + 1;
    let previous: number;
    let rounds = 0;
    do {
      previous = x;
      x = (x + (Math.abs(a[thread.x]!) + 1) / x) / 2;
      if (++rounds > 30) break;
    } while (Math.abs(x - previous) > EPSILON);
    out[thread.x] = x;
  },
  () => ({ EPSILON }),
);

export const special = define((thread: Thread, a: F, _k: I, out: F) => {
  const v = a[thread.x]!;
  let best = -Infinity;
  for (let j = 0; j < 3; j++) best = Math.max(best, v * (j - 1));
  out[thread.x] = Number.isFinite(1 / v) ? best : Number.NaN;
  // biome-ignore lint/suspicious/noSelfCompare: that is what is tested.
  if (out[thread.x] !== out[thread.x]) out[thread.x] = -1;
});

export const matrix = define((thread: Thread, a: F, _k: I, out: F, _sums: I, n: number) => {
  const size = Math.floor(Math.sqrt(n));
  const row = Math.floor(thread.x / size);
  const column = thread.x % size;
  let sum = 0;
  for (let i = 0; i < size; i++) sum += a[row * size + i]! * a[i * size + column]!;
  out[thread.x] = sum;
});

export const constants = define((thread: Thread, a: F, _k: I, out: F, _sums: I, n: number, s: number) => {
  const half = s / 2;
  const third = 1 / 3;
  const cube = 3;
  const last = n - 1;
  const mirrored = last - thread.x;
  out[thread.x] = a[mirrored]! * half + third * thread.x + a[thread.x]! ** cube + last * s;
});

export const method = define(
  {
    run(thread: Thread, a: F, _k: I, out: F) {
      const i = thread.x;
      function twice(v: number) {
        return v * 2;
      }
      out[i] = twice(a[i]!) + twice(twice(1));
    },
  }.run,
);

export const early = define((thread: Thread, a: F, k: I, out: F) => {
  const i = thread.x;
  const classify = (v: number): number => {
    if (v < -2) return 0;
    if (v < 0) return 1;
    if (v < 3) {
      if (k[i]! > 5) return 2;
      return 3;
    }
    return v > 4 ? 4 : 5;
  };
  for (let j = 0; ; j++) {
    if (j > i) return;
    if (a[j]! > 4) continue;
    out[i]! += classify(a[j]!);
  }
});
