import { describe, expect, test } from "vitest";
import { lowerElementwise, lowerGrid } from "../../src/2-check/index.js";
import type { AnyFunction } from "../../src/front-end.js";
import type { Size3 } from "../../src/ir/ir.js";
import {
  type Argument,
  elementwise,
  functionOf as fn,
  type HostArray,
  options,
  reduction,
  simulate,
  stencil,
  typeOf,
} from "./harness.js";

const f64 = Float64Array.of(3, -1, 4, 1, -5, 9, 2, -6);
const f32 = Float32Array.from(f64);
const i32 = Int32Array.from(f64);
const scalars = (text: string, args: readonly Argument[]) =>
  lowerGrid({ fn: fn(text) }, args.map(typeOf), options).scalars.map(({ name, type }) => `${name}: ${type}`);
const localsOf = (text: string, args: readonly Argument[]) =>
  Object.fromEntries(
    lowerGrid({ fn: fn(text) }, args.map(typeOf), options).locals.map(({ name, type }) => [name, type]),
  );

describe("types", () => {
  test("a number argument is passed in each type that it is used in", () => {
    expect(scalars("(t, a, b, n) => { a[t.x] = n; b[n] = n * 2; }", [f32, f64, 1])).toEqual([
      "n: int32",
      "n: float32",
      "n: float64",
    ]);
  });
  test("an argument that is not used is not passed", () =>
    expect(scalars("(t, a, n) => { a[0] = 1; }", [f32, 1])).toEqual([]));
  test("an argument that only dead code uses is not passed", () =>
    expect(scalars("(t, a, n) => { const k = n * 2; a[0] = 1; }", [f32, 1])).toEqual([]));
  test("a comparison takes an argument's integer, if that is passed anyway", () => {
    expect(scalars("(t, a, n) => { if (n > 3 && t.x < n) a[0] = 1; }", [f32, 1])).toEqual(["n: int32"]);
    expect(scalars("(t, a, n) => { if (n > 3) a[0] = 1; }", [f32, 1])).toEqual(["n: float32"]);
    expect(scalars("(t, a, n) => { if (n > 3) a[0] = 1; }", [f64, 1])).toEqual(["n: float64"]);
  });
  test("a variable is the join of what is assigned to it", () => {
    const text = `(t, f, d, i, u) => {
      let a = 0; a += f[0]; let b = 0; b += i[0]; let c = i[0]; c = f[0]; let e = f[0]; e = d[0]; let g = i[0]; g = u[0];
      let h = 0; h++; let k = 0.5; k *= 2; let l = i[0]; l = 0.5; let m = t.x > 1; m = !m; let o = t.x > 1; o = 3;
      f[0] = a + b + c + e + g + h + k + l + (m ? 1 : 2) + o;
    }`;
    const args = [f32, f64, i32, new Uint32Array(1)];
    expect(localsOf(text, args)).toMatchObject({
      a: "float32",
      b: "int32",
      c: "float32",
      e: "float64",
      g: "uint32",
      h: "int32",
      k: "float64",
      l: "float64",
      m: "bool",
      o: "int32",
    });
  });
  test("a constant of an undecided number is computed where it is used", () => {
    const text = "(t, f, n) => { const m = n - 1; f[m] = m * 0.5; }";
    expect(localsOf(text, [f32, 1])).toEqual({ m: "float32" });
    expect(scalars(text, [f32, 1])).toEqual(["n: int32", "n: float32"]);
  });
  test("dimensions follow from the axes", () => {
    const dimensions = (text: string) => lowerGrid({ fn: fn(text) }, [typeOf(f32)], options).dimensions;
    expect(dimensions("(t, a) => { a[t.x] = 1; }")).toBe(1);
    expect(dimensions("(t, a) => { a[t.y] = 1; }")).toBe(2);
    expect(dimensions("(t, a) => { a[t.group.z] = 1; }")).toBe(3);
    expect(dimensions("({ x, y }, a) => { a[x] = 1; }")).toBe(1);
  });
  test("access follows from use", () => {
    const text = "(t, r, w, rw, a, l, n) => { w[0] = r[0]; rw[0] += l.length; t.atomicAdd(a, 0, 1); }";
    const program = lowerGrid({ fn: fn(text) }, [f32, f32, f32, i32, f32, f32].map(typeOf), options);
    expect(program.arrays.map(({ access }) => access)).toEqual([
      "read",
      "write",
      "readwrite",
      "readwrite",
      "read",
      "read",
    ]);
  });
  test("an index beyond int32 is outside of the array, and does not wrap around", () => {
    const a = Float64Array.of(7, 8, 9);
    const out = new Float64Array(4);
    const kernel = "(t, a, s, out) => { out[t.x] = a[Math.floor(s[t.x])]; }";
    const args = [a, Float64Array.of(2 ** 32, Number.NaN, -1, 1.5), out];
    simulate(lowerGrid({ fn: fn(kernel) }, args.map(typeOf), options), { fn: fn(kernel) }, [4, 1, 1], args);
    expect(out).toEqual(Float64Array.of(0, 0, 0, 8));
  });
});

describe("barriers and shared arrays", () => {
  test("threads of a group come together in uniform control flow", () => {
    const kernel = `(t, a, out, n) => {
      const s = t.shared(Float64Array, 4);
      const { x } = t.local;
      for (let k = 0; k < n; k++) {
        s[x] = a[t.x] + k;
        t.barrier();
        if (n > 1) { out[t.x] += s[3 - x]; t.barrier(); }
        if (a[0] > 100) break;
      }
    }`;
    const out = new Float64Array(8);
    const args = [f64, out, 2];
    simulate(
      lowerGrid({ fn: fn(kernel) }, args.map(typeOf), options),
      { fn: fn(kernel) },
      [8, 1, 1],
      args,
      undefined,
      [4, 1, 1],
    );
    expect(out).toEqual(Float64Array.from(f64, (_, i) => 2 * (f64[(i & 4) + 3 - (i & 3)] as number) + 1));
  });
  test("a variable that all threads change alike is uniform", () => {
    const kernel = `(t, a) => { let s = 4; while (s > 0) { t.barrier(); s = s >> 1; } if (t.group.x === 0) t.barrier(); }`;
    expect(() => lowerGrid({ fn: fn(kernel) }, [typeOf(f32)], options)).not.toThrow();
  });
  test("control comes together after a branch, and after a loop that some leave early", () => {
    const kernel = `(t, a) => { if (t.x > 3) a[0] = 1; for (let k = 0; k < t.x; k++) a[k] = 1; done: { if (t.x > 1) break done; a[0] = 2; } t.barrier(); }`;
    expect(() => lowerGrid({ fn: fn(kernel) }, [typeOf(f32)], options)).not.toThrow();
  });
});

describe("elementwise kernels", () => {
  const typed = (text: string, args: readonly Argument[], element?: "int8" | "float64" | "bool") =>
    elementwise({ fn: fn(text) }, args, element);
  test("give an array of the type that comes of the arguments", () => {
    expect(typed("(x) => x * 2", [f32])).toEqual(f32.map((v) => v * 2));
    expect(typed("(x) => x * 2", [i32])).toEqual(i32.map((v) => v * 2));
    expect(typed("(x) => x * 0.5", [i32])).toEqual(Float32Array.from(i32, (v) => v * 0.5));
    expect(typed("(x) => x > 1", [f32])).toEqual(Uint8Array.from(f32, (v) => +(v > 1)));
    expect(typed("(x) => x >>> 0", [i32])).toEqual(Uint32Array.from(i32));
    expect(typed("(x, y) => x + y", [f32, f64])).toEqual(f64.map((v, i) => v + (f32[i] as number)));
    expect(typed("(x) => 1", [f32])).toEqual(f32.map(() => 1));
    expect(typed("(x, s) => x * s", [f32, 0.5])).toEqual(f32.map((v) => v * 0.5));
    expect(typed("(x) => x | 0", [f32])).toEqual(f32);
    expect(typed("(s) => s * s", [1.5])).toEqual(Float32Array.of(2.25));
    expect(typed("(s) => s | 0", [3])).toEqual(Int32Array.of(3));
    expect(typed("(s) => { if (s > 1) return s; return 1; }", [1.5])).toEqual(Float32Array.of(1.5));
  });
  test("give an array of the type that is asked for", () => {
    expect(typed("(x) => x * 100", [i32], "int8")).toEqual(Int8Array.from(i32, (v) => v * 100));
    expect(typed("(x) => x / 3", [f32], "float64")).toEqual(Float64Array.from(f32, (v) => Math.fround(v / 3)));
    expect(typed("(x) => x", [f32], "bool")).toEqual(Uint8Array.from(f32, (v) => +(v !== 0)));
  });
  test("read a broadcast array at 0", () => {
    expect(typed("(x, y) => x * y", [f32, Float32Array.of(3)])).toEqual(f32.map((v) => v * 3));
    const program = lowerElementwise(
      { fn: fn("(x, y) => x * y") },
      [f32, f32].map(typeOf),
      [false, true],
      undefined,
      options,
    );
    expect(program.arrays.map(({ binding }) => binding)).toEqual([
      { from: "argument", index: 0 },
      { from: "argument", index: 1 },
      { from: "result", index: 0 },
    ]);
  });
  test("may change their parameters", () =>
    expect(typed("(x) => { x *= 2; x++; return x; }", [i32])).toEqual(i32.map((v) => v * 2 + 1)));
});

describe("reductions", () => {
  const sum = { fn: fn("(a, b) => a + b") };
  test("map and combine", () => {
    expect(reduction({ fn: fn("(x, y) => x * y") }, sum, 0, [f64, f64]).value).toBe(f64.reduce((s, v) => s + v * v, 0));
    expect(reduction(undefined, sum, 0, [i32]).value).toBe(i32.reduce((s, v) => s + v, 0));
    expect(reduction({ fn: fn("(x, k) => { if (x > k) return x; return 0; }") }, sum, 0, [i32, 2]).value).toBe(
      3 + 4 + 9,
    );
    expect(reduction(undefined, { fn: fn("(a, b) => Math.max(a, b)") }, -Infinity, [f64]).value).toBe(9);
  });
  test("count booleans", () => {
    const { value, program } = reduction({ fn: fn("(x) => x > 0") }, sum, 0, [f32]);
    expect([value, program.identity.type]).toEqual([5, "int32"]);
  });
  test("accumulate in the join of map, combine and identity", () => {
    const type = (map: string | undefined, combine: string, identity: number, array: HostArray) =>
      reduction(map === undefined ? undefined : { fn: fn(map) }, { fn: fn(combine) }, identity, [array]).program
        .identity.type;
    expect(type("(x) => x", "(a, b) => a + b", 0, i32)).toBe("int32");
    expect(type("(x) => x", "(a, b) => a + b", 0.5, i32)).toBe("float32");
    expect(type("(x) => 1", "(a, b) => a + b", 0, f32)).toBe("int32");
    expect(type(undefined, "(a, b) => a * 0.5 + b", 0, i32)).toBe("float32");
    expect(type(undefined, "(a, b) => a + b", 0, f64)).toBe("float64");
    expect(type("(x) => x >>> 0", "(a, b) => a + b", 0, i32)).toBe("uint32");
  });
});

describe("stencils", () => {
  const borders = ["clamp", "wrap", "reflect", "constant"] as const;
  type Border = (typeof borders)[number];

  function place(border: Border, p: number, n: number): number {
    if (p >= 0 && p < n) return p;
    if (border === "clamp") return Math.min(Math.max(p, 0), n - 1);
    if (border === "wrap") return ((p % n) + n) % n;
    if (border === "constant") return -1;
    const q = n === 1 ? 0 : Math.abs(p) % (2 * (n - 1));
    return q > n - 1 ? 2 * (n - 1) - q : q;
  }

  /** The stencil as JavaScript, reading an array of a size around each place. */
  function plain(kernel: AnyFunction, size: Size3, array: Float64Array, border: Border, other: number): Float64Array {
    const [w, h, d] = size;
    return Float64Array.from({ length: w * h * d }, (_, i) => {
      const [x, y, z] = [i % w, Math.floor(i / w) % h, Math.floor(i / w / h)] as const;
      const read = (dx: number, dy = 0, dz = 0): number => {
        const places = [place(border, x + dx, w), place(border, y + dy, h), place(border, z + dz, d)] as const;
        if (border === "constant" && places.includes(-1)) return other;
        return array[(places[2] * h + places[1]) * w + places[0]] as number;
      };
      return (kernel as (a: typeof read) => number)(read);
    });
  }

  const kernels: Readonly<Record<string, readonly [text: string, sizes: readonly Size3[]]>> = {
    "along one axis": [
      "(a) => a(-1) + 2 * a(0) + 3 * a(1) + 4 * a(-3)",
      [
        [8, 1, 1],
        [3, 1, 1],
        [1, 1, 1],
        [2, 1, 1],
      ],
    ],
    "along two axes": [
      "(a) => a(0, -1) - 2 * a(1, 0) + a(-2, 1)",
      [
        [5, 4, 1],
        [1, 4, 1],
        [2, 2, 1],
      ],
    ],
    "along three axes": [
      "(a) => a(0, 0, -1) + 2 * a(1, -1, 1)",
      [
        [3, 3, 3],
        [2, 1, 3],
      ],
    ],
    "with offsets from loops": [
      "(a) => { let s = 0; for (let y = -1; y <= 1; y++) for (let x = 2; x > -2; --x) s += a(x, y) * (x + 3 * y); return s; }",
      [
        [6, 5, 1],
        [2, 2, 1],
      ],
    ],
    "with offsets that only the launch knows": ["(a) => a(Math.min(2, Math.round(a(0))))", [[7, 1, 1]]],
    "of the element itself": ["(a) => a(0) * 2", [[5, 1, 1]]],
    "to one side": [
      "(a) => a(1) + a(2)",
      [
        [5, 1, 1],
        [1, 1, 1],
      ],
    ],
  };
  for (const [name, [text, sizes]] of Object.entries(kernels)) {
    for (const border of borders) {
      test(`${name}, ${border}`, () => {
        for (const size of sizes) {
          const array = Float64Array.from({ length: size[0] * size[1] * size[2] }, (_, i) => ((i * 5) % 7) - 3);
          const expected = plain(fn(text), size, array, border, 50);
          expect(stencil({ fn: fn(text) }, size, [array], border, 50), String(size)).toEqual(expected);
        }
      });
    }
  }
});
