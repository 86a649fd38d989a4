// What test/executor.test.ts looks at, one function each: programs that a user could write, in a page.
// biome-ignore-all lint/style/noNonNullAssertion: reading outside of an array gives 0 in the language

import type { DeviceArray } from "@everycore/core";
import { backend, WebGLExecutor } from "@everycore/gpu-webgl";
import { type KernelThread, kernel, reduction, stencil, vectorize } from "@everycore/kernel";

type Executor = WebGLExecutor;

const add = vectorize((x: number, y: number) => x + y);
const sum = reduction({ combine: (a: number, b: number) => a + b, identity: 0 });
const increment = kernel((thread, x: Float32Array) => {
  x[thread.x]! += 1;
});
const spin = kernel((thread, x: Float32Array) => {
  let value = x[thread.x]!;
  for (let round = 0; round < 2000; round++) value = value * 0.5 + 1;
  x[thread.x] = value;
});

async function withExecutor<T>(look: (executor: Executor) => Promise<T>): Promise<T> {
  await using executor = await WebGLExecutor.create();
  return await look(executor);
}

/** What is thrown, at the call or later, as name and message. */
async function refusal(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return "nothing was refused";
}

/** A kernel of two int32 arrays, on a grid of 4 × 3 threads: what it leaves in `out`. */
function scatterOf(fn: (thread: KernelThread, index: Int32Array, out: Int32Array) => void): Promise<number[] | string> {
  return withExecutor(async (executor) => {
    const out = new Int32Array(14).fill(-1);
    const index = Int32Array.from({ length: 12 }, (_, i) => (i * 5) % 12);
    const refused = await refusal(() => executor.submit(kernel(fn).over([4, 3], { group: [2, 2] }), index, out));
    return refused === "nothing was refused" ? [...out] : refused;
  });
}

const dtypes = ["float64", "float16"] as const;

const cases = {
  availability: () => backend.availability(),

  elementwise: () => withExecutor(async (executor) => [...(await executor.submit(add, Float32Array.of(1, 2, 3), 0.5))]),

  rows: () =>
    scatterOf((thread, index, out) => {
      out[thread.y * 4 + thread.x] = index[thread.x]! + 100 * thread.y;
    }),
  columns: () =>
    scatterOf((thread, index, out) => {
      const { x, y } = thread;
      out[x * 3 + y] = index[x]! + 100 * y;
    }),
  "columns with gaps, from the end": () =>
    scatterOf((thread, _index, out) => {
      out[13 - thread.x - 4 * thread.y] = 10 * thread.y + thread.x;
    }),
  "places in groups": () =>
    scatterOf((thread, _index, out) => {
      const x = thread.group.x * thread.groupSize.x + thread.local.x;
      if (x < 2) return;
      out[(thread.y << 2) + x] = thread.local.x + 10 * thread.group.y;
    }),
  "an index from an array": () =>
    scatterOf((thread, index, out) => {
      out[index[thread.y * 4 + thread.x]!] = 1;
    }),
  "an index that several threads have": () =>
    scatterOf((thread, _index, out) => {
      out[thread.x] = thread.y;
    }),
  "two elements of one thread": () =>
    scatterOf((thread, _index, out) => {
      const i = thread.y * 4 + thread.x;
      out[i] = 1;
      out[i + 1] = 2;
    }),
  "an index that a branch changes": () =>
    scatterOf((thread, index, out) => {
      let i = thread.y * 4 + thread.x;
      if (index[i] === 0) i = 3;
      out[i] = 1;
    }),

  atomics: () =>
    withExecutor((executor) => {
      const count = kernel((thread, bins: Int32Array) => {
        thread.atomicAdd(bins, thread.x & 1, 1);
      });
      return refusal(() => executor.submit(count.over(4), new Int32Array(2)));
    }),
  barriers: () =>
    withExecutor((executor) => {
      const turn = kernel((thread, x: Float32Array) => {
        const tile = thread.shared(Float32Array, 8);
        tile[thread.local.x] = x[thread.x]!;
        thread.barrier();
        x[thread.x] = tile[7 - thread.local.x]!;
      });
      return refusal(() => executor.submit(turn.over(8, { group: 8 }), new Float32Array(8)));
    }),
  float64: () => withExecutor((executor) => refusal(() => executor.submit(add, new Float64Array(2), 1))),
  dtypes: () => withExecutor((executor) => Promise.all(dtypes.map((dtype) => refusal(() => executor.array(dtype, 2))))),
  "overlapping arrays": () =>
    withExecutor((executor) => {
      const copy = kernel((thread, from: Float32Array, to: Float32Array) => {
        to[thread.x] = from[thread.x]!;
      });
      const whole = new Float32Array(8);
      return refusal(() => executor.submit(copy.over(4), whole.subarray(0, 4), whole.subarray(2, 6)));
    }),
  "too many elements": () => withExecutor((executor) => refusal(() => executor.array("int8", 2 ** 31))),
  "a task": () => withExecutor((executor) => refusal(() => executor.submit((() => 1) as never))),
  options: async () => [
    await refusal(() => WebGLExecutor.create({ canvas: {} as never })),
    await refusal(() => WebGLExecutor.create({ canvass: 1 } as never)),
    await refusal(() => {
      const canvas = new OffscreenCanvas(1, 1);
      canvas.getContext("2d");
      return WebGLExecutor.create({ canvas });
    }),
  ],
  "a canvas": async () => {
    const canvas = document.createElement("canvas");
    const executor = await WebGLExecutor.create({ canvas, name: "mine" });
    const result = await executor.submit(add, Int32Array.of(2147483647), 1);
    await executor.shutdown();
    const context = canvas.getContext("webgl2");
    return [...result, executor.label, canvas.width, context?.isContextLost()];
  },
  "the global GPU": async () => {
    const before = (globalThis as { GPU?: unknown }).GPU;
    return (await withExecutor(async () => (globalThis as { GPU?: unknown }).GPU)) === before;
  },

  "a thousand resident launches": () =>
    withExecutor(async (executor) => {
      const array = executor.array("float32", 5000);
      for (let round = 0; round < 20; round++) executor.submit(increment.over(5000), array);
      await array.read();
      const before = executor.textures;
      for (let round = 0; round < 1000; round++) executor.submit(increment.over(5000), array);
      const values = await array.read();
      const after = executor.textures;
      array.dispose();
      return [new Set(values).size, values[4999], after.count - before.count, executor.textures.count];
    }),
  "a chain of results": () =>
    withExecutor(async (executor) => {
      using x = executor.array(Int32Array.of(1, 2, 3));
      let current: DeviceArray = x;
      for (let round = 0; round < 3; round++) {
        const next = (await executor.submit(add, current as never, x)) as unknown as DeviceArray;
        if (current !== x) current.dispose();
        current = next;
      }
      const values = [...(await current.read())];
      current.dispose();
      return [...values, executor.textures.count];
    }),
  "host arrays that overlap those of pending launches": () =>
    withExecutor(async (executor) => {
      const whole = Float32Array.of(0, 0, 0, 0);
      const futures = [
        executor.submit(increment.over(4), whole),
        executor.submit(increment.over(2), whole.subarray(1, 3)),
        executor.submit(increment.over(4), whole),
      ];
      await Promise.all(futures);
      return [...whole];
    }),
  "several outputs at different places": () =>
    withExecutor(async (executor) => {
      const split = kernel((thread, x: Float32Array, even: Float32Array, whole: Int32Array, isLarge: Uint8Array) => {
        const i = thread.x;
        even[2 * i] = x[i]!;
        whole[i] = Math.floor(x[i]! * 100_000);
        isLarge[i] = whole[i]! > 150_000 ? 255 : 1;
      });
      const [even, whole, isLarge] = [new Float32Array(6).fill(9), new Int32Array(3), new Uint8Array(3)];
      await executor.submit(split.over(3), Float32Array.of(0.5, 1.5, 400.25), even, whole, isLarge);
      return [[...even], [...whole], [...isLarge]];
    }),
  "a blur": () =>
    withExecutor(async (executor) => {
      const blur = stencil((a) => (a(-1, 0) + a(1, 0) + a(0, -1) + a(0, 1)) / 4, undefined, { border: "clamp" });
      return [...(await executor.submit(blur.over([3, 2]), Float32Array.of(4, 8, 12, 16, 20, 24)))];
    }),
  "a sum": () =>
    withExecutor(async (executor) => [
      await executor.submit(sum, new Float32Array(1_000_000).fill(0.1)),
      await executor.submit(sum, Int32Array.of(2147483647, 1)),
    ]),

  "what is cancelled": () =>
    withExecutor(async (executor) => {
      const x = new Float32Array(4);
      const [first, second] = [1, 2].map(() => executor.submit(increment.over(4), x));
      const isCancelled = second?.cancel();
      await first;
      const controller = new AbortController();
      controller.abort(new Error("too late"));
      const late = executor.with({ signal: controller.signal }).submit(increment.over(4), x);
      return [isCancelled, second?.cancelled(), await refusal(() => late), x[0], first?.cancel()];
    }),
  "what is given up": () =>
    withExecutor(async (executor) => {
      const x = new Float32Array(200_000);
      await executor.prepare(spin.over(x.length), x);
      const future = executor.with({ timeoutMs: 1 }).submit(spin.over(x.length), x);
      const timedOut = await refusal(() => future);
      const aborted = executor.submit(spin.over(x.length), x);
      await Promise.resolve();
      aborted.abort(new Error("enough"));
      return [timedOut.split(":")[0], (await refusal(() => aborted)).split(":")[0], x[0]];
    }),
  "a lost device": async () => {
    const executor = await WebGLExecutor.create();
    const array = executor.array(new Float32Array(1000));
    const pending = [executor.submit(spin.over(1000), array), executor.submit(sum, array), array.read()];
    executor.context.getExtension("WEBGL_lose_context")?.loseContext();
    const outcomes = await Promise.all(pending.map((promise) => refusal(() => promise)));
    const later = [await refusal(() => executor.submit(sum, array)), await refusal(() => array.read())];
    await executor.shutdown();
    const again = await withExecutor((fresh) => Promise.resolve(fresh.submit(sum, Float32Array.of(1, 2))));
    return [...outcomes, ...later].map((text) => text.split(":")[0]).concat(String(again));
  },
  "many executors": async () => {
    // Browsers give a page 16 contexts or so.
    for (let round = 0; round < 24; round++) {
      const value = await withExecutor((executor) => Promise.resolve(executor.submit(add, 1, 2)));
      if (value !== 3) return round;
    }
    return "all work";
  },
  "more programs than are kept": () =>
    withExecutor(async (executor) => {
      const results: number[] = [];
      const run = async (factor: number): Promise<void> => {
        const scale = vectorize(
          (x: number) => x * factor,
          () => ({ factor }),
        );
        results.push(Number((await executor.submit(scale, Float32Array.of(2)))[0]));
      };
      for (let factor = 1; factor <= 70; factor++) await run(factor);
      await run(1);
      return results.filter((value, index) => value !== (index < 70 ? 2 * (index + 1) : 2));
    }),
};

Object.assign(globalThis, { runCase: (name: keyof typeof cases) => cases[name]() });
