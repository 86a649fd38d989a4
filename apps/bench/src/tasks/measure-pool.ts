// The three figures of a pool in this process.

import { median } from "../measure.js";
import type { Pool, TaskSample, TaskSettings } from "./pool.js";

const rounds = 3;
const warmUps = 5;
const pauseMs = 1;
/** Alone a task takes other ways through a pool than in a burst, and those have to be compiled, too. */
const loneWarmUps = 1000;

/** Measures and closes the pool. */
export async function measurePool(pool: Pool, settings: TaskSettings): Promise<TaskSample> {
  try {
    // Until the JIT compilers have had their time.
    for (let round = 0; round < warmUps; round++) await burst(pool, settings.burst);
    const bursts: number[] = [];
    for (let round = 0; round < rounds; round++) bursts.push(await burst(pool, settings.burst));
    const loneMs = await lone(pool, settings.lone);
    const echoes: number[] = [];
    for (let round = 0; round < rounds; round++) echoes.push(await echo(pool, settings.bytes));
    return { perSecond: median(bursts), loneMs, echoMs: median(echoes) };
  } finally {
    await pool.close();
  }
}

async function burst(pool: Pool, count: number): Promise<number> {
  const start = performance.now();
  const results = await Promise.all(Array.from({ length: count }, (_, i) => pool.add(i, 1)));
  const elapsed = performance.now() - start;
  if (results.some((result, i) => result !== i + 1)) throw new Error("a result is wrong");
  return (count / elapsed) * 1000;
}

async function lone(pool: Pool, count: number): Promise<number> {
  for (let i = 0; i < loneWarmUps; i++) await pool.add(i, 1);
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const start = performance.now();
    await pool.add(i, 1);
    times.push(performance.now() - start);
  }
  return typical(times);
}

/**
 * The mean of all but the slowest tenth. A median would be as coarse as the clock, which is 100 µs in a page that is not isolated; and a mean of
 * the middle half would be drawn to its ticks.
 */
function typical(times: readonly number[]): number {
  const kept = times.toSorted((a, b) => a - b).slice(0, Math.ceil(0.9 * times.length));
  return kept.reduce((sum, ms) => sum + ms, 0) / kept.length;
}

async function echo(pool: Pool, length: number): Promise<number> {
  const bytes = new Uint8Array(length).fill(7);
  const start = performance.now();
  const back = await pool.echo?.(bytes);
  const elapsed = performance.now() - start;
  if (!back) return Number.NaN;
  if (back.length !== length || back[length - 1] !== 7) throw new Error("the bytes are not what was sent");
  return elapsed;
}
