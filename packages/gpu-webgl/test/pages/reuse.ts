// What test/reuse.test.ts looks at: launches that take over what others like them have left, and those that must not.
// biome-ignore-all lint/style/noNonNullAssertion: reading outside of an array gives 0 in the language

import { WebGLExecutor } from "@everycore/gpu-webgl";
import { type KernelThread, kernel, reduction } from "@everycore/kernel";

/** With as many different results as there are ways to mix things up. */
const mix = kernel((thread, a: Float32Array, b: Float32Array, out: Float32Array) => {
  out[thread.x] = 10 * a[thread.x]! + b[thread.x + 1]! + 1000 * thread.size.x;
});
function mixed(a: Float32Array, b: Float32Array, out: Float32Array, grid: number): Float32Array {
  const result = out.slice();
  for (let x = 0; x < Math.min(grid, out.length); x++) result[x] = 10 * (a[x] ?? 0) + (b[x + 1] ?? 0) + 1000 * grid;
  out.set(result);
  return result;
}

const spread = kernel((thread, width: number, factor: number, out: Int32Array) => {
  out[thread.y * width + thread.x] = factor * (thread.y * 10 + thread.x);
});
const split = kernel((thread, x: Float32Array, low: Float32Array, high: Int32Array) => {
  low[thread.x] = x[thread.x]! + high[thread.x]!;
  high[thread.x] = low[thread.x]! + 1;
});
/** Where `a` is `out`, it reads what it has stored. */
const twice = kernel((thread, a: Float32Array, out: Float32Array) => {
  out[thread.x] = a[thread.x]! + 1;
  out[thread.x] = out[thread.x]! + 10 * a[thread.x]!;
});
const increment = kernel((thread, x: Float32Array) => {
  x[thread.x]! += 1;
});
const scatter = kernel((thread: KernelThread, width: number, out: Int32Array) => {
  out[thread.y * width + thread.x] = 1;
});
const sum = reduction({ combine: (a: number, b: number) => a + b, identity: 0 });

/** Textures that the context has made, and that are there. */
function watchTextures({ context }: WebGLExecutor): { made: number; alive: number } {
  const seen = { made: 0, alive: 0 };
  const { createTexture, deleteTexture } = WebGL2RenderingContext.prototype;
  context.createTexture = () => {
    seen.made++;
    seen.alive++;
    return createTexture.call(context);
  };
  context.deleteTexture = (texture) => {
    if (texture) seen.alive--;
    deleteTexture.call(context, texture);
  };
  return seen;
}

const cases = {
  /** Launches of one kernel that differ in one thing each; what differs from the same on the host. */
  shapes: async () => {
    await using executor = await WebGLExecutor.create();
    const firsts = [5, 5, 5, 9].map((length, i) => Float32Array.from({ length }, (_, x) => 100 * i + x));
    const arrays = firsts.map((first) => executor.array(first));
    const launches: ReadonlyArray<readonly [a: number, b: number, out: number, grid: number]> = [
      [0, 1, 2, 5],
      [1, 0, 2, 5],
      [0, 1, 2, 4],
      [0, 3, 2, 5],
      [3, 1, 2, 5],
      [0, 1, 3, 5],
      [0, 0, 2, 5],
      [0, 1, 0, 5],
      [0, 1, 1, 5],
      [2, 2, 2, 5],
      [0, 1, 2, 0],
      [0, 1, 2, 7],
    ];
    const order = [...launches, ...launches, ...[...launches].reverse()];
    const wrong: unknown[] = [];
    for (const launch of order) {
      const [a, b, out, grid] = launch;
      const hosts = firsts.map((first) => first.slice());
      for (const [i, array] of arrays.entries()) void array.write(hosts[i]!);
      executor.submit(mix.over(grid), arrays[a] as never, arrays[b] as never, arrays[out] as never);
      const expected = mixed(hosts[a]!, hosts[b]!, hosts[out]!, grid);
      const values = (await arrays[out]!.read()) as Float32Array;
      if (values.some((value, i) => value !== expected[i])) wrong.push({ launch, values: [...values] });
    }
    return wrong;
  },
  /** The same in one burst, on arrays of the host, too. */
  "shapes in a burst": async () => {
    await using executor = await WebGLExecutor.create();
    const device = executor.array(new Float32Array(6));
    const host = new Float32Array(6);
    const expected = new Float32Array(6);
    for (let round = 0; round < 300; round++) {
      const grid = 1 + (round % 6);
      executor.submit(increment.over(grid), device);
      void executor.submit(increment.over(grid), host);
      for (let x = 0; x < grid; x++) expected[x]!++;
    }
    return [[...(await device.read())], [...host], [...expected]];
  },
  /** Two arrays that are apart, are the same, and are apart again. */
  "the same array twice": async () => {
    await using executor = await WebGLExecutor.create();
    const results: number[] = [];
    for (const isSame of [false, true, false, true]) {
      using a = executor.array(Float32Array.of(2));
      using other = executor.array("float32", 1);
      const out = isSame ? a : other;
      executor.submit(twice.over(1), a, out);
      results.push(...(await out.read()));
    }
    return results;
  },
  /** Numbers that say where a thread stores, and numbers that do not. */
  numbers: async () => {
    await using executor = await WebGLExecutor.create();
    const rows: string[] = [];
    for (const [width, factor] of [
      [2, 1],
      [3, 1],
      [2, 5],
      [2, 1],
      [3, -1],
    ] as const) {
      const out = executor.array("int32", 8);
      executor.submit(spread.over([2, 2]), width, factor, out);
      rows.push((await out.read()).join(" "));
    }
    const out = executor.array("int32", 8);
    executor.submit(scatter.over([2, 2]), 2, out);
    let refused = "";
    try {
      executor.submit(scatter.over([2, 2]), 1, out);
    } catch (error) {
      refused = (error as Error).name;
    }
    return [...rows, refused];
  },
  /** Several results, of both kinds of textures, each time with others. */
  "several results": async () => {
    await using executor = await WebGLExecutor.create();
    const x = executor.array(Float32Array.of(1, 2, 3));
    const low = executor.array("float32", 3);
    const high = executor.array("int32", 3);
    for (let round = 0; round < 10; round++) executor.submit(split.over(3), x, low, high);
    return [[...(await low.read())], [...(await high.read())]];
  },
  "twenty thousand launches": async () => {
    await using executor = await WebGLExecutor.create();
    const x = executor.array("float32", 64);
    const launch = async (): Promise<void> => {
      for (let i = 0; i < 1000; i++) executor.submit(increment.over(64), x);
      await x.read();
    };
    await launch();
    const seen = watchTextures(executor);
    for (let round = 0; round < 19; round++) await launch();
    const values = await x.read();
    return [new Set(values).size, values[63], seen.made, executor.textures.count];
  },
  "results and reductions": async () => {
    await using executor = await WebGLExecutor.create();
    const seen = watchTextures(executor);
    let total = 0;
    for (let round = 0; round < 200; round++) {
      using x = executor.array(new Float32Array(5000).fill(round));
      total += Number(await executor.submit(sum, x));
    }
    return [total, seen.made < 20, executor.textures.count];
  },
  "arrays of many sizes": async () => {
    const executor = await WebGLExecutor.create({ canvas: new OffscreenCanvas(1, 1) });
    const seen = watchTextures(executor);
    for (let length = 1; length <= 300; length++) executor.array(new Float32Array(8 * length)).dispose();
    const free = seen.alive;
    const large = Array.from({ length: 20 }, () => executor.array("float32", 2 ** 22));
    for (const array of large) array.dispose();
    const megabytes = 16 * seen.alive;
    await executor.shutdown();
    return [free, megabytes, seen.alive];
  },
  /** A program that draws in the same context between launches. */
  "a context that is used by others": async () => {
    const canvas = new OffscreenCanvas(4, 4);
    await using executor = await WebGLExecutor.create({ canvas });
    const gl = executor.context;
    const x = executor.array("float32", 10);
    for (let round = 0; round < 5; round++) {
      await executor.submit(increment.over(10), x);
      gl.enable(gl.SCISSOR_TEST);
      gl.scissor(0, 0, 1, 1);
      gl.viewport(0, 0, 1, 1);
      gl.activeTexture(gl.TEXTURE0);
      gl.bindTexture(gl.TEXTURE_2D, null);
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      gl.useProgram(null);
      gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
      gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(8), gl.STATIC_DRAW);
      gl.enableVertexAttribArray(0);
      gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
    }
    return [...(await x.read())];
  },
};

Object.assign(globalThis, { runCase: (name: keyof typeof cases) => cases[name]() });
