// One kernel in the forms that tools give it. The first is as a person writes it; the others are as esbuild, terser, swc and oxc
// minify it, as a bundler links it, as tsx compiles it and as istanbul instruments it. Their own text is what kernels are parsed
// from, so they stay exactly as they are.
// biome-ignore-all lint: what tools write is not what a person should

import type { KernelThread } from "@everycore/kernel";
import type { Numbers } from "./grid-statements.js";

/** Captured by name in the source. */
const scale = 3;
const clampTo = (value: number, limit: number): number => (value > limit ? limit : value);

/** What bundlers make of an import. */
const library = { clampTo, scale };

/** What esbuild puts before each function to keep its name. */
const __name = <T>(target: T, _name: string): T => target;

/** What istanbul counts in. */
const counters = {
  s: new Array<number>(40).fill(0),
  f: new Array<number>(10).fill(0),
  b: new Array(10).fill([0, 0]) as number[][],
};
const cov_1a2b3c = (): typeof counters => counters;

/** A form of the kernel. */
export interface TransformedKernel {
  readonly tool: string;
  readonly fn: (thread: KernelThread, x: Numbers, n: number, out: Numbers) => void;
  readonly captures: () => Readonly<Record<string, unknown>>;
}

/** As a person writes it. */
export const original: TransformedKernel = {
  tool: "nothing",
  fn: (thread, x, n, out) => {
    const i = thread.x;
    if (i >= n) return;
    let sum = 0;
    for (let k = 0; k < 4; k++) {
      const value = x[(i + k) % n]!;
      if (value > 5) {
        sum += value;
      } else if (value < 2) {
        sum -= 1;
      }
    }
    const half = (value: number): number => Math.floor(value / 2);
    let kind = 0;
    switch (i % 3) {
      case 0:
        kind = 1;
        break;
      case 1:
        kind = 2;
        break;
      default:
        kind = Infinity > sum ? 4 : 8;
    }
    out[i] = clampTo(half(sum) * scale, 40) + kind;
  },
  captures: () => ({ clampTo, scale }),
};

/** As tools write it. */
export const transformedKernels: readonly TransformedKernel[] = [
  {
    tool: "a minifier that folds statements into conditions and commas",
    fn: (e, t, r, n) => {
      let o = e.x;
      if (o >= r) return;
      let l = 0;
      for (let e = 0; e < 4; e++) {
        let n = t[(o + e) % r]!;
        n > 5 ? (l += n) : n < 2 && (l -= 1);
      }
      let a = (e: number) => Math.floor(e / 2),
        c = 0;
      switch (o % 3) {
        case 0:
          c = 1;
          break;
        case 1:
          c = 2;
          break;
        default:
          c = 1 / 0 > l ? 4 : 8;
      }
      n[o] = clampTo(a(l) * scale, 40) + c;
    },
    captures: () => ({ clampTo, scale }),
  },
  {
    tool: "a minifier that makes one expression of everything",
    fn: (t, n, e, r) => {
      const o = t.x;
      if (!(o >= e)) {
        for (var a, s = 0, i = 0; i < 4; i++) (a = n[(o + i) % e]!) > 5 ? (s += a) : a < 2 && --s;
        var l = 0,
          c = o % 3;
        (l = c === 0 ? 1 : c === 1 ? 2 : s < 1 / 0 ? 4 : 8), (r[o] = clampTo(Math.floor(s / 2) * scale, 40) + l);
      }
    },
    captures: () => ({ clampTo, scale }),
  },
  {
    tool: "a minifier that renames what is captured",
    fn: function (t, n, e, r) {
      var o = t.x;
      if (o < e) {
        for (var a = 0, s = 0; s < 4; ) {
          var i = n[(o + s++) % e]!;
          if (i > 5) a += i;
          else if (!(i >= 2)) a -= 1;
        }
        r[o] = h(((a / 2) | 0) - (a < 0 && a % 2 ? 1 : 0), g, 40) + (o % 3 == 0 ? 1 : o % 3 == 1 ? 2 : !0 ? 4 : 8);
      }
    },
    captures: () => ({ h, g }),
  },
  {
    tool: "a bundler",
    fn: function (thread, x, n, out) {
      const i = thread.x;
      if (i >= n) return void 0;
      let sum = 0;
      for (let k = 0; k < 4; k++) {
        const value = x[(i + k) % n]!;
        if (value > 5) sum += value;
        else if (value < 2) sum -= 1;
      }
      const half = (value: number) => Math.floor(value / 2);
      let kind = 0;
      switch (i % 3) {
        case 0: {
          kind = 1;
          break;
        }
        case 1: {
          kind = 2;
          break;
        }
        default: {
          kind = sum < Infinity ? 4 : 8;
        }
      }
      out[i] = (0, library.clampTo)(half(sum) * library.scale, 40) + kind;
    },
    captures: () => ({ library }),
  },
  {
    tool: "tsx, which keeps names",
    fn: /* @__PURE__ */ __name((thread: KernelThread, x: Numbers, n: number, out: Numbers) => {
      const i = thread.x;
      if (i >= n) return;
      let sum = 0;
      for (let k = 0; k < 4; k++) {
        const value = x[(i + k) % n]!;
        if (value > 5) {
          sum += value;
        } else if (value < 2) {
          sum -= 1;
        }
      }
      const half = /* @__PURE__ */ __name((value: number) => Math.floor(value / 2), "half");
      function kindOf(place: number): number {
        return place === 0 ? 1 : place === 1 ? 2 : 4;
      }
      __name(kindOf, "kindOf");
      out[i] = clampTo(half(sum) * scale, 40) + kindOf(i % 3);
    }, "fn"),
    captures: () => ({ clampTo, scale }),
  },
  {
    tool: "istanbul, which counts",
    fn: (thread, x, n, out) => {
      cov_1a2b3c().f[0]!++;
      const i = (cov_1a2b3c().s[0]!++, thread.x);
      cov_1a2b3c().s[1]!++;
      if (i >= n) {
        cov_1a2b3c().b[0]![0]!++;
        cov_1a2b3c().s[2]!++;
        return;
      } else {
        cov_1a2b3c().b[0]![1]!++;
      }
      let sum = (cov_1a2b3c().s[3]!++, 0);
      cov_1a2b3c().s[4]!++;
      for (let k = (cov_1a2b3c().s[5]!++, 0); k < 4; k++) {
        const value = (cov_1a2b3c().s[6]!++, x[(i + k) % n]!);
        cov_1a2b3c().s[7]!++;
        if (value > 5) {
          cov_1a2b3c().b[1]![0]!++;
          cov_1a2b3c().s[8]!++;
          sum += value;
        } else {
          cov_1a2b3c().b[1]![1]!++;
          cov_1a2b3c().s[9]!++;
          if (value < 2) {
            cov_1a2b3c().b[2]![0]!++;
            cov_1a2b3c().s[10]!++;
            sum -= 1;
          } else {
            cov_1a2b3c().b[2]![1]!++;
          }
        }
      }
      cov_1a2b3c().s[11]!++;
      const half = (value: number) => {
        cov_1a2b3c().f[1]!++;
        cov_1a2b3c().s[12]!++;
        return Math.floor(value / 2);
      };
      let kind = (cov_1a2b3c().s[13]!++, 0);
      cov_1a2b3c().s[14]!++;
      switch (i % 3) {
        case 0:
          cov_1a2b3c().b[3]![0]!++;
          cov_1a2b3c().s[15]!++;
          kind = 1;
          cov_1a2b3c().s[16]!++;
          break;
        case 1:
          cov_1a2b3c().b[3]![1]!++;
          cov_1a2b3c().s[17]!++;
          kind = 2;
          cov_1a2b3c().s[18]!++;
          break;
        default:
          cov_1a2b3c().b[3]![2]!++;
          cov_1a2b3c().s[19]!++;
          kind = Infinity > sum ? (cov_1a2b3c().b[4]![0]!++, 4) : (cov_1a2b3c().b[4]![1]!++, 8);
      }
      cov_1a2b3c().s[20]!++;
      out[i] = clampTo(half(sum) * scale, 40) + kind;
    },
    captures: () => ({ clampTo, scale }),
  },
];

// What the third form captures: the names and the order of parameters are the minifier's.
const g = scale;
const h = (t: number, n: number, e: number): number => ((t *= n), t > e ? e : t);
