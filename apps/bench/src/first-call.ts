// A program of its own: what a user waits for from the first kernel() to its result, in a fresh process; with the argument
// `prepare`, after `prepare()`. Prints JSON. latency.ts runs it several times.

import type { KernelApi } from "./peers/everycore.js";

const imported = performance.now();
const [{ kernel }, { ThreadPoolExecutor }] = await Promise.all([
  import("@everycore/kernel"),
  import("@everycore/node-threads"),
]);
const importMs = performance.now() - imported;

const pool = new ThreadPoolExecutor();
const x = Float32Array.from({ length: 1000 }, (_, i) => i / 1000);
const out = new Float32Array(x.length);

/** From the function's text to the result, for a kernel that nobody has seen: `limit` is a part of the program. */
async function firstCall(limit: number): Promise<number> {
  const start = performance.now();
  await pool.submit(tenLines(kernel, limit).over(x.length), x, out);
  const elapsed = performance.now() - start;
  // Of 0 and 0: after n steps of w = w * w + 0, w is still 0.
  if (out[0] !== limit) throw new Error(`the kernel gave ${out[0]}, not ${limit}`);
  return elapsed;
}

function tenLines(kernel: KernelApi["kernel"], limit: number) {
  return kernel(
    (thread, x: Float32Array, out: Float32Array) => {
      const i = thread.x;
      const c = x[i]!;
      let w = 0.0;
      let steps = 0;
      while (steps < limit && Math.abs(w) < 4) {
        w = w * w + c;
        if (w > 2) w = Math.sqrt(w) + Math.exp(-w);
        steps++;
      }
      out[i] = steps;
    },
    () => ({ limit }),
  );
}

const preparing = performance.now();
if (process.argv[2] === "prepare") await pool.prepare();
const prepareMs = performance.now() - preparing;
const times = [await firstCall(20), await firstCall(21), await firstCall(22), await firstCall(23)];
await pool[Symbol.asyncDispose]();
console.log(JSON.stringify({ importMs, prepareMs, firstMs: times[0], nextMs: Math.min(...times.slice(1)) }));
