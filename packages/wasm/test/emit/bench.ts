// How fast compiled programs are on one core: `npx tsx test/emit/bench.ts [names…]`. For work on the compiler; the benchmarks
// against others are in apps/bench.

import {
  add,
  arrayParameter,
  arrayRef,
  atomic,
  barrier,
  binary,
  call,
  compare,
  constant,
  convert,
  divide,
  gridProgram,
  int,
  LocalList,
  less,
  load,
  loop,
  multiply,
  reductionProgram,
  scalar,
  scalarParameter,
  set,
  sharedArray,
  store,
  subtract,
  thread,
  unary,
  when,
} from "../../../kernel/src/ir/builder.js";
import type { Expression, LocalRead, Program, Size3, Statement } from "../../../kernel/src/ir/ir.js";
import { compileProgram, type Tuning } from "../../src/emit/compile.js";
import { arrayOffset, frameLayout, reductionBlock, scalarOffset } from "../../src/frame.js";
import { mathImports, type TypedArray } from "./launch.js";
import { engine } from "./web-assembly.js";

interface Bench {
  readonly program: Program;
  readonly grid: Size3;
  readonly group?: Size3;
  readonly arrays: readonly TypedArray[];
  readonly scalars?: readonly number[];
  /** What a time is divided by, and what it then is. */
  readonly per: number;
  readonly unit: string;
}

const f = (value: number): Expression => constant("float32", value);
const i = thread("global", 0);
const j = thread("global", 1);
const [a0, a1, a2] = [arrayRef(0), arrayRef(1), arrayRef(2)] as const;
const at = (array: typeof a0, index: Expression): Expression => load("float32", array, index);
const floats = (n: number, of: (k: number) => number = (k) => (k % 1000) * 0.01): Float32Array =>
  Float32Array.from({ length: n }, (_, k) => of(k));
const read = (name: string) => arrayParameter(name, "float32", "read");
const write = (name: string) => arrayParameter(name, "float32", "readwrite");

const N = 4_000_000;
const benches: Record<string, () => Bench> = {
  saxpy: () => ({
    program: gridProgram({ arrays: [read("x"), write("y")], scalars: [scalarParameter("a", "float32")] }, [
      store(a1, i, add(multiply(scalar("float32", 0), at(a0, i)), at(a1, i))),
    ]),
    grid: [N, 1, 1],
    arrays: [floats(N), floats(N)],
    scalars: [0.5],
    per: N,
    unit: "ns/element",
  }),
  sqrt: () => ({
    program: gridProgram({ arrays: [read("x"), read("y"), write("z")] }, [
      store(
        a2,
        i,
        add(multiply(unary("sqrt", add(multiply(at(a0, i), at(a0, i)), multiply(at(a1, i), at(a1, i)))), f(0.5)), f(1)),
      ),
    ]),
    grid: [N, 1, 1],
    arrays: [floats(N), floats(N), floats(N)],
    per: N,
    unit: "ns/element",
  }),
  exp: () => ({
    program: gridProgram({ arrays: [read("x"), write("y")] }, [store(a1, i, call("exp", unary("negate", at(a0, i))))]),
    grid: [N / 4, 1, 1],
    arrays: [floats(N / 4), floats(N / 4)],
    per: N / 4,
    unit: "ns/element",
  }),
  expsin: () => ({
    program: gridProgram({ arrays: [read("x"), write("y")] }, [
      store(a1, i, multiply(call("exp", unary("negate", at(a0, i))), call("sin", at(a0, i)))),
    ]),
    grid: [N / 4, 1, 1],
    arrays: [floats(N / 4), floats(N / 4)],
    per: N / 4,
    unit: "ns/element",
  }),
  sum: () => reduction([read("x")], () => at(a0, i), [floats(N)]),
  dot: () => reduction([read("x"), read("y")], () => multiply(at(a0, i), at(a1, i)), [floats(N), floats(N)]),
  blur: () => {
    const width = scalar("int32", 0);
    const height = scalar("int32", 1);
    const tap = (dx: number, dy: number): Expression => at(a0, add(multiply(add(j, int(dy)), width), add(i, int(dx))));
    const sum = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => tap(dx, dy))).reduce((s, t) => add(s, t));
    const edges: Expression[] = [
      compare("greater", i, int(0)),
      less(i, subtract(width, int(1))),
      compare("greater", j, int(0)),
      less(j, subtract(height, int(1))),
    ];
    const inside = edges.reduce((p, q) => binary("and", p, q));
    return {
      program: gridProgram(
        {
          dimensions: 2,
          arrays: [read("x"), write("y")],
          scalars: [scalarParameter("w", "int32"), scalarParameter("h", "int32")],
        },
        [when(inside, [store(a1, add(multiply(j, width), i), multiply(sum, f(1 / 9)))])],
      ),
      grid: [1024, 1024, 1],
      arrays: [floats(1 << 20), floats(1 << 20)],
      scalars: [1024, 1024],
      per: 1 << 20,
      unit: "ns/pixel",
    };
  },
  clamped: () => {
    const [width, height] = [scalar("int32", 0), scalar("int32", 1)];
    const clamp = (e: Expression, size: Expression): Expression =>
      binary("min", binary("max", e, int(0)), subtract(size, int(1)));
    const tap = (dx: number, dy: number): Expression =>
      at(a0, add(multiply(clamp(add(j, int(dy)), height), width), clamp(add(i, int(dx)), width)));
    const sum = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => tap(dx, dy))).reduce((s, t) => add(s, t));
    return {
      program: gridProgram(
        {
          dimensions: 2,
          arrays: [read("x"), write("y")],
          scalars: [scalarParameter("w", "int32"), scalarParameter("h", "int32")],
        },
        [store(a1, add(multiply(j, width), i), multiply(sum, f(1 / 9)))],
      ),
      grid: [1024, 1024, 1],
      arrays: [floats(1 << 20), floats(1 << 20)],
      scalars: [1024, 1024],
      per: 1 << 20,
      unit: "ns/pixel",
    };
  },
  mandelbrot: () => {
    const l = new LocalList();
    const [x, y, cx, cy, n, t] = ["x", "y", "cx", "cy", "n", "t"].map((name) =>
      l.add(name, name === "n" ? "int32" : "float32"),
    ) as LocalRead[] as [LocalRead, LocalRead, LocalRead, LocalRead, LocalRead, LocalRead];
    const size = 512;
    return {
      program: gridProgram({ dimensions: 2, locals: l.list, arrays: [arrayParameter("out", "int32", "write")] }, [
        set(cx, subtract(multiply(convert("float32", i), f(3 / size)), f(2))),
        set(cy, subtract(multiply(convert("float32", j), f(2.5 / size)), f(1.25))),
        set(x, f(0)),
        set(y, f(0)),
        set(n, int(0)),
        loop(
          0,
          binary("and", less(n, int(200)), compare("lessEqual", add(multiply(x, x), multiply(y, y)), f(4))),
          [
            set(t, add(subtract(multiply(x, x), multiply(y, y)), cx)),
            set(y, add(multiply(multiply(f(2), x), y), cy)),
            set(x, t),
          ],
          [set(n, add(n, int(1)))],
        ),
        store(a0, add(multiply(j, thread("gridSize", 0)), i), n),
      ]),
      grid: [size, size, 1],
      arrays: [new Int32Array(size * size)],
      per: 1e6,
      unit: "ms for 512² at 200",
    };
  },
  nbody: () => {
    const l = new LocalList();
    const n = 2048;
    const names = ["px", "py", "pz", "ax", "ay", "az", "dx", "dy", "dz", "d2", "inv"];
    const v = Object.fromEntries(names.map((name) => [name, l.add(name, "float32")])) as Record<string, LocalRead>;
    const k = l.add("k", "int32");
    const arrays = [..."xyz"].map((axis) => read(axis)).concat([..."XYZ"].map((axis) => write(axis)));
    const get = (name: string): LocalRead => v[name] as LocalRead;
    const body: Statement[] = [
      ...[..."xyz"].map((axis, q) => set(get(`p${axis}`), at(arrayRef(q), i))),
      ...[..."xyz"].map((axis) => set(get(`a${axis}`), f(0))),
      set(k, int(0)),
      loop(
        0,
        less(k, int(n)),
        [
          ...[..."xyz"].map((axis, q) => set(get(`d${axis}`), subtract(at(arrayRef(q), k), get(`p${axis}`)))),
          set(
            get("d2"),
            add(
              add(add(multiply(get("dx"), get("dx")), multiply(get("dy"), get("dy"))), multiply(get("dz"), get("dz"))),
              f(0.01),
            ),
          ),
          set(get("inv"), divide(f(1), multiply(get("d2"), unary("sqrt", get("d2"))))),
          ...[..."xyz"].map((axis) =>
            set(get(`a${axis}`), add(get(`a${axis}`), multiply(get(`d${axis}`), get("inv")))),
          ),
        ],
        [set(k, add(k, int(1)))],
      ),
      ...[..."xyz"].map((axis, q) => store(arrayRef(q + 3), i, get(`a${axis}`))),
    ];
    return {
      program: gridProgram({ locals: l.list, arrays }, body),
      grid: [n, 1, 1],
      arrays: Array.from({ length: 6 }, (_, q) => floats(n, (k2) => Math.sin(k2 * (q + 1)))),
      per: n * n,
      unit: "ns/pair",
    };
  },
  histogram: () => ({
    program: gridProgram(
      { arrays: [arrayParameter("x", "uint8", "read"), arrayParameter("bins", "int32", "readwrite")] },
      [atomic("add", a1, load("int32", a0, i), int(1))],
    ),
    grid: [N, 1, 1],
    arrays: [Uint8Array.from({ length: N }, (_, k) => (k * 2654435761) >>> 13), new Int32Array(256)],
    per: N,
    unit: "ns/element",
  }),
  matmul: () => {
    const n = 256;
    const T = 16;
    const l = new LocalList();
    const acc = l.add("acc", "float32");
    const tile = l.add("tile", "int32");
    const k = l.add("k", "int32");
    const [lx, ly] = [thread("local", 0), thread("local", 1)];
    const size = scalar("int32", 0);
    const [sa, sb] = [arrayRef(0, "shared"), arrayRef(1, "shared")] as const;
    const own = add(multiply(ly, int(T)), lx);
    return {
      program: gridProgram(
        {
          dimensions: 2,
          locals: l.list,
          arrays: [read("a"), read("b"), write("c")],
          scalars: [scalarParameter("n", "int32")],
          shared: [sharedArray("ta", "float32", T * T), sharedArray("tb", "float32", T * T)],
        },
        [
          set(acc, f(0)),
          set(tile, int(0)),
          loop(
            0,
            less(tile, size),
            [
              store(sa, own, at(a0, add(multiply(j, size), add(tile, lx)))),
              store(sb, own, at(a1, add(multiply(add(tile, ly), size), i))),
              barrier(),
              set(k, int(0)),
              loop(
                1,
                less(k, int(T)),
                [
                  set(
                    acc,
                    add(acc, multiply(at(sa, add(multiply(ly, int(T)), k)), at(sb, add(multiply(k, int(T)), lx)))),
                  ),
                ],
                [set(k, add(k, int(1)))],
              ),
              barrier(),
            ],
            [set(tile, add(tile, int(T)))],
          ),
          store(a2, add(multiply(j, size), i), acc),
        ],
      ),
      grid: [n, n, 1],
      group: [T, T, 1],
      arrays: [floats(n * n), floats(n * n), floats(n * n)],
      scalars: [n],
      per: n * n * n * 2,
      unit: "ns/flop",
    };
  },
  matmulplain: () => {
    const n = 256;
    const l = new LocalList();
    const acc = l.add("acc", "float32");
    const k = l.add("k", "int32");
    const size = scalar("int32", 0);
    return {
      program: gridProgram(
        {
          dimensions: 2,
          locals: l.list,
          arrays: [read("a"), read("b"), write("c")],
          scalars: [scalarParameter("n", "int32")],
        },
        [
          set(acc, f(0)),
          set(k, int(0)),
          loop(
            1,
            less(k, size),
            [set(acc, add(acc, multiply(at(a0, add(multiply(j, size), k)), at(a1, add(multiply(k, size), i)))))],
            [set(k, add(k, int(1)))],
          ),
          store(a2, add(multiply(j, size), i), acc),
        ],
      ),
      grid: [n, n, 1],
      arrays: [floats(n * n), floats(n * n), floats(n * n)],
      scalars: [n],
      per: n * n * n * 2,
      unit: "ns/flop",
    };
  },
};

function reduction(arrays: ReturnType<typeof read>[], map: () => Expression, data: TypedArray[]): Bench {
  const l = new LocalList();
  const [value, left, right, combined] = ["value", "left", "right", "combined"].map((name) =>
    l.add(name, "float32"),
  ) as [LocalRead, LocalRead, LocalRead, LocalRead];
  const program = reductionProgram(
    { locals: l.list, arrays },
    {
      map: [set(value, map())],
      value: value.id,
      combine: [set(combined, add(left, right))],
      left: left.id,
      right: right.id,
      combined: combined.id,
      identity: constant("float32", 0),
    },
  );
  return { program, grid: [N, 1, 1], arrays: data, per: N, unit: "ns/element" };
}

function measure(name: string, bench: Bench, tuning: Tuning): string {
  const { program, grid, group = [1, 1, 1], arrays, scalars = [] } = bench;
  const start = performance.now();
  const compiled = compileProgram(program, { sharedMemory: true, relaxedSimd: false }, tuning);
  const compileMs = performance.now() - start;
  const groups = grid.map((size, axis) => Math.ceil(size / (group[axis] as number)));
  const units =
    compiled.unit === "thread"
      ? grid[0] * grid[1] * grid[2]
      : compiled.unit === "group"
        ? (groups[0] as number) * (groups[1] as number) * (groups[2] as number)
        : Math.ceil(grid[0] / reductionBlock);
  const pages = 2048;
  const memory = new engine.Memory({ initial: pages, maximum: pages, shared: true });
  const view = new DataView(memory.buffer);
  const frame = 64;
  let at = 1 << 20;
  const scratch = 4096;
  grid.forEach((v, q) => view.setUint32(frame + frameLayout.grid + 4 * q, v, true));
  group.forEach((v, q) => view.setUint32(frame + frameLayout.group + 4 * q, v, true));
  groups.forEach((v, q) => view.setUint32(frame + frameLayout.groups + 4 * q, v, true));
  view.setUint32(frame + frameLayout.partials, 1 << 19, true);
  arrays.forEach((array, q) => {
    view.setUint32(frame + arrayOffset(q), at, true);
    view.setUint32(frame + arrayOffset(q) + 4, array.length, true);
    new Uint8Array(memory.buffer).set(new Uint8Array(array.buffer), at);
    at += Math.ceil(array.byteLength / 64) * 64 + 64 * (q + 3);
  });
  scalars.forEach((v, q) => {
    const place = frame + scalarOffset(arrays.length, q);
    if (program.scalars[q]?.type === "float32") view.setFloat32(place, v, true);
    else view.setInt32(place, v, true);
  });
  const instance = new engine.Instance(new engine.Module(compiled.bytes), {
    env: { memory },
    math: mathImports(compiled.math),
  });
  const run = instance.exports.run as (frame: number, scratch: number, from: number, to: number) => void;
  const chunk = Math.max(1, Math.ceil(units / 32));
  const pass = (): number => {
    const begin = performance.now();
    for (let from = 0; from < units; from += chunk) run(frame, scratch, from, Math.min(units, from + chunk));
    return performance.now() - begin;
  };
  let best = Number.POSITIVE_INFINITY;
  const until = performance.now() + 600;
  do best = Math.min(best, pass());
  while (performance.now() < until);
  const per = (best * 1e6) / bench.per;
  const rate = bench.unit === "ns/flop" ? ` (${(1 / per).toFixed(2)} GFLOP/s)` : "";
  return `${name.padEnd(12)} ${per.toFixed(3).padStart(9)} ${bench.unit}${rate}  ${compiled.bytes.length} bytes, compiled in ${compileMs.toFixed(1)} ms`;
}

const names = process.argv.slice(2).filter((name) => name in benches);
for (const [name, make] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(name)) continue;
  try {
    console.log(measure(name, make(), {}));
    if (process.argv.includes("--scalar")) console.log(measure(`  ${name} 1`, make(), { form: "scalar" }));
  } catch (error) {
    console.log(name, String(error));
  }
}
