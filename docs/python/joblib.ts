// The examples of the table "joblib" in PYTHON.md, under the first name of each row.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import { defineBackend, type Portable, type PortableForm, registerPortable } from "@everycore/core";
import { backend, ThreadPoolExecutor } from "@everycore/node-threads";
import { reportHalf, square } from "./tasks.js";

class Celsius implements Portable {
  readonly degrees: number;
  constructor(degrees: number) {
    this.degrees = degrees;
  }
  toPortable(): PortableForm {
    return { type: "example/Celsius", module: import.meta.url, data: this.degrees };
  }
}
registerPortable("example/Celsius", (degrees: number) => new Celsius(degrees));

export const examples: Record<string, () => unknown> = {
  async Parallel() {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    assert.deepEqual(await pool.map(square, [1, 2, 3], { chunkSize: 2 }).toArray(), [1, 4, 9]);
    let sum = 0;
    for await (const y of pool.map(square, [1, 2, 3], { bufferSize: 2 })) sum += y;
    assert.equal(sum, 14);
  },

  async "Parallel.print_progress"() {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const reports: unknown[] = [];
    await pool.submit(reportHalf).onProgress((value) => reports.push(value));
    assert.deepEqual([reports, pool.stats().done], [["half"], 1]);
  },

  async parallel_config() {
    await using pool = await backend.create({ maxWorkers: 2 });
    assert.equal(await pool.submit(square, 3), 9);
    const mine = defineBackend({ ...backend, name: "mine", create: (options) => new ThreadPoolExecutor(options) });
    assert.equal((await mine.availability()).available, true);
  },

  cpu_count() {
    const pool = new ThreadPoolExecutor({ maxWorkers: 3 });
    assert.equal(pool.maxWorkers, 3);
  },

  async wrap_non_picklable_objects() {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const back = await pool.submit((celsius: Celsius) => celsius, new Celsius(20));
    assert.ok(back instanceof Celsius && back.degrees === 20);
  },

  dump() {
    const value = { when: new Date(0), numbers: Float64Array.of(1, 2), map: new Map([["a", 1n]]) };
    assert.deepEqual(deserialize(serialize(value)), value);
  },

  hash() {
    const hash = (value: unknown): string => createHash("sha256").update(serialize(value)).digest("hex");
    assert.equal(hash({ a: [1, 2] }), hash({ a: [1, 2] }));
    assert.notEqual(hash({ a: [1, 2] }), hash({ a: [1, 3] }));
  },
};
