// With `fastMath`, a product and a sum may become one operation that rounds once: on engines with relaxed SIMD (Node 24) they do.

import { kernel, vectorize } from "@everycore/kernel";
import { ThreadPoolExecutor } from "@everycore/node-threads";
import { expect, test } from "vitest";

/** Distance in units of the last place of the larger. */
function ulps(a: number, b: number): number {
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.max(Math.abs(a), Math.abs(b)))));
  return a === b ? 0 : Math.abs(a - b) / 2 ** (exponent - 23);
}

const n = 4099;
const x = Float32Array.from({ length: n }, (_, i) => Math.fround(1 + i / 7919));
const y = Float32Array.from({ length: n }, (_, i) => Math.fround(2 - i / 9973));
const z = Float32Array.from({ length: n }, (_, i) => Math.fround(0.1 + (i % 13)));

test.each([
  ["fused, if the engine can", undefined],
  ["never fused", { relaxedSimd: false }],
])("a * b + c rounds once or twice, and nothing else: %s", async (_, kernelFeatures) => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 2, ...(kernelFeatures && { kernelFeatures }) });
  const run = (a: number, b: number, c: number) => a * b + c;
  const fast = await pool.submit(vectorize(run, undefined, { fastMath: true }), x, y, z);
  const plain = await pool.submit(vectorize(run), x, y, z);
  let fused = 0;
  for (let i = 0; i < n; i++) {
    const [a, b, c] = [x[i] as number, y[i] as number, z[i] as number];
    // The product of two float32 is exact in float64; what the sum loses there is far below float32's last place.
    const [once, twice] = [Math.fround(a * b + c), Math.fround(Math.fround(a * b) + c)];
    expect(plain[i]).toBe(twice);
    expect([once, twice]).toContain(fast[i]);
    if (fast[i] !== twice) fused++;
  }
  const relaxed = kernelFeatures === undefined && Number(process.versions.node.split(".")[0]) >= 22;
  expect(fused > 0).toBe(relaxed);
});

test("functions and sums of float32 stay within a few units of the last place", async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
  const wave = (a: number, b: number) => Math.exp(-a) * Math.sin(b) + Math.log(a) / Math.sqrt(b + 3);
  const fast = await pool.submit(vectorize(wave, undefined, { fastMath: true }), x, y);
  for (let i = 0; i < n; i++) {
    const exact = wave(x[i] as number, y[i] as number);
    expect(ulps(fast[i] as number, exact)).toBeLessThan(8);
  }
  const total = kernel(
    (thread, a: Float32Array, b: Float32Array, out: Float32Array) => {
      let sum = 0.0;
      for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
      out[thread.x] = sum;
    },
    undefined,
    { fastMath: true },
  );
  const out = new Float32Array(16);
  await pool.submit(total.over(16), x, y, out);
  const exact = x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
  for (const value of out) expect(Math.abs(value - exact) / exact).toBeLessThan(n * 2 ** -24);
});
