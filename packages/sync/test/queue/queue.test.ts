import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { LifoQueue, PriorityQueue, Queue } from "../../src/index.js";
import { randomNumbers, randomValue } from "./random-value.js";

describe("the order of a queue", () => {
  it("is first in, first out", () => {
    const queue = new Queue<number>();
    for (const value of [3, 1, 2]) queue.putSync(value);
    expect(takeAll(queue)).toEqual([3, 1, 2]);
  });

  it("is last in, first out in a LifoQueue", () => {
    const queue = new LifoQueue<number>();
    for (const value of [3, 1, 2]) queue.putSync(value);
    expect(takeAll(queue)).toEqual([2, 1, 3]);
  });

  it("is by priority in a PriorityQueue, and first in, first out among equals", async () => {
    const queue = new PriorityQueue<string>();
    queue.putSync("default");
    await queue.put("low", { priority: 5 });
    queue.putSync("first", { priority: -1 });
    queue.tryPut("second", { priority: -1 });
    await queue.put("last", { priority: Number.POSITIVE_INFINITY });
    expect(takeAll(queue)).toEqual(["first", "second", "default", "low", "last"]);
  });

  it("is by priority whatever the sizes, while items come and go", () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = randomNumbers(seed);
    const queue = new PriorityQueue<[number, number, Uint8Array]>({ maxBytes: 20_000 });
    const model: Array<[number, number]> = [];
    for (let step = 0; step < 20_000; step++) {
      if (random() < 0.55) {
        const priority = Math.floor(random() * 10);
        const bytes = new Uint8Array(random() < 0.1 ? random() * 5000 : random() * 100).fill(step);
        if (queue.tryPut([priority, step, bytes], { priority })) model.push([priority, step]);
        else expect(model.length).toBeGreaterThan(1);
        continue;
      }
      const next = model.reduce((a, b) => (b[0] < a[0] || (b[0] === a[0] && b[1] < a[1]) ? b : a), [99, 0]);
      const got = queue.tryGet()?.value;
      expect(got?.slice(0, 2), `seed ${seed}, step ${step}`).toEqual(model.length > 0 ? next : undefined);
      if (!got) continue;
      expect(got[2].every((byte) => byte === (got[1] & 0xff))).toBe(true);
      model.splice(
        model.findIndex((item) => item[1] === got[1]),
        1,
      );
    }
  });

  it("is kept for puts that wait, and by gets that wait", async () => {
    const queue = new Queue<number>({ maxSize: 2 });
    const puts = [1, 2, 3, 4, 5].map((value) => queue.put(value));
    expect(await Promise.all([1, 2, 3, 4, 5].map(() => queue.get()))).toEqual([1, 2, 3, 4, 5]);
    await Promise.all(puts);
    const gets = [1, 2, 3].map(() => queue.get());
    for (const value of [6, 7, 8]) await queue.put(value);
    expect(await Promise.all(gets)).toEqual([6, 7, 8]);
  });
});

describe.each([
  ["a Queue", Queue],
  ["a LifoQueue", LifoQueue],
  ["a PriorityQueue", PriorityQueue],
] as const)("what fits into %s", (_, Type) => {
  it("is at most maxSize items", () => {
    const queue = new Type<number>({ maxSize: 3 });
    expect([1, 2, 3, 4].map((value) => queue.tryPut(value))).toEqual([true, true, true, false]);
    expect([queue.size, queue.isFull, queue.isEmpty]).toEqual([3, true, false]);
    queue.getSync();
    expect([queue.isFull, queue.tryPut(5)]).toEqual([false, true]);
  });

  it("is one value of exactly maxBytes, and an error for a larger one that names both", async () => {
    const queue = new Type<string>({ maxBytes: 1000, name: "small" });
    const largest = "x".repeat(997);
    queue.putSync(largest);
    expect(queue.tryPut("more".repeat(100))).toBe(false);
    expect(queue.getSync()).toBe(largest);
    const message = /^value must be at most 1000 bytes \(maxBytes of .*"small"\), not 1001 bytes\.$/;
    expect(() => queue.tryPut(`${largest}y`)).toThrow(message);
    await expect(queue.put(`${largest}y`)).rejects.toThrow(RangeError);
  });

  it("is everything again after any number of items of any size", () => {
    const queue = new Type<Uint8Array>({ maxBytes: 700 });
    for (let size = 1; size < 690; size++) {
      queue.putSync(new Uint8Array(size).fill(size));
      if (size < 200) queue.putSync(new Uint8Array(size).fill(size + 1));
      const values = [queue.getSync(), ...(size < 200 ? [queue.getSync()] : [])];
      for (const value of values) expect(value.length).toBe(size);
      expect(values.map((value) => value[0]).sort()).toEqual(values.map((_, at) => (size + at) & 0xff).sort());
    }
    expect(queue.isEmpty).toBe(true);
  });

  it("is many values of one byte", () => {
    const queue = new Type<number>({ maxBytes: 10_000 });
    let count = 0;
    while (queue.tryPut(count & 0x7f)) count++;
    expect(queue.isFull).toBe(true);
    expect(count).toBeGreaterThanOrEqual(10_000 / 64);
    for (let left = count; left > 0; left--) queue.getSync();
    expect(queue.tryGet()).toBeUndefined();
  });

  it("is any value", () => {
    const random = randomNumbers(7);
    const queue = new Type<unknown>();
    for (let round = 0; round < 500; round++) {
      const value = randomValue(random);
      queue.putSync(value);
      expect(inspect(queue.getSync(), { depth: 9 })).toBe(inspect(value, { depth: 9 }));
    }
  });
});

describe("a wait for a queue", () => {
  it("ends with QueueEmptyError or QueueFullError that say what they waited for", async () => {
    const queue = new Queue<number>({ maxSize: 1, name: "jobs" });
    await expect(queue.get({ timeoutMs: 5 })).rejects.toThrow('Queue "jobs" stayed empty for 5 ms.');
    expect(() => queue.getSync({ timeoutMs: 5 })).toThrow(expect.objectContaining({ code: "EVERYCORE_QUEUE_EMPTY" }));
    await queue.put(1);
    const full = 'Queue "jobs" stayed full for 5 ms: 1 of 1 items in 2 of 1048576 bytes. The value was not put.';
    await expect(queue.put(2, { timeoutMs: 5 })).rejects.toThrow(full);
    expect(() => queue.putSync(2, { timeoutMs: 5 })).toThrow(full);
    await expect(queue.join({ timeoutMs: 5 })).rejects.toThrow(/jobs" was not finished within 5 ms/);
    expect(queue.size).toBe(1);
  });

  it("ends with the signal's reason, and takes nothing then", async () => {
    const queue = new Queue<number>();
    const abort = new AbortController();
    const gets = [queue.get({ signal: abort.signal }), queue.get({ signal: abort.signal })];
    abort.abort(new Error("enough"));
    for (const get of gets) await expect(get).rejects.toThrow("enough");
    await queue.put(1);
    await expect(queue.get({ signal: abort.signal })).rejects.toThrow("enough");
    expect(await queue.get()).toBe(1);
  });

  it("that ended early leaves the next one in line in order", async () => {
    const queue = new Queue<number>();
    const first = queue.get({ timeoutMs: 5 });
    const second = queue.get();
    await expect(first).rejects.toThrow(/stayed empty/);
    await queue.put(1);
    expect(await second).toBe(1);
  });
});

describe("the tasks of a queue", () => {
  it("are done when taskDone was called for each item", async () => {
    const queue = new Queue<number>();
    await queue.join();
    queue.putSync(1);
    queue.putSync(2);
    let isJoined = false;
    const join = queue.join().then(() => (isJoined = true));
    queue.getSync();
    queue.taskDone();
    queue.getSync();
    await new Promise((resolve) => setImmediate(resolve));
    expect(isJoined).toBe(false);
    queue.taskDone();
    await join;
    queue.joinSync();
    expect(() => queue.taskDone()).toThrow(/taskDone\(\) must be called at most once for each item/);
  });

  it("end an async iteration when the queue is shut down and empty", async () => {
    const queue = new Queue<number>();
    for (const value of [1, 2, 3]) queue.putSync(value);
    queue.shutDown();
    const seen: number[] = [];
    for await (const value of queue) seen.push(value);
    expect(seen).toEqual([1, 2, 3]);
    // The loop has said of each value that it is done.
    await queue.join();
    await expect(queue.put(4)).rejects.toThrow("A Queue was shut down.");
    expect(() => queue.tryGet()).toThrow(/was shut down/);
    expect(queue.isShutDown).toBe(true);
  });
});

describe("arguments of a queue", () => {
  it("are checked at the call", async () => {
    expect(() => new Queue({ maxSize: -1 })).toThrow(RangeError);
    expect(() => new Queue({ maxBytes: 0 })).toThrow(RangeError);
    expect(() => new Queue({ size: 1 } as object)).toThrow(/no option "size"/);
    const queue = new PriorityQueue<number>();
    expect(() => queue.putSync(1, { priority: Number.NaN })).toThrow(RangeError);
    await expect(queue.put(1, { priority: "high" as never })).rejects.toThrow(TypeError);
    expect(() => queue.getSync({ signal: new AbortController().signal } as object)).toThrow(TypeError);
    await expect(queue.get({ timeoutMs: -1 })).rejects.toThrow(RangeError);
    expect(() => queue.shutDown({ immediate: 1 as never })).toThrow(TypeError);
  });

  it("are refused for values that cannot be sent, and nothing is put", async () => {
    const queue = new Queue<unknown>();
    await expect(queue.put({ on: { done: () => 1 } })).rejects.toThrow("value.on.done is a function");
    expect(queue.isEmpty).toBe(true);
  });
});

it("a queue is refused to a worker that shares no memory, with the way out", () => {
  const recipient = { name: "child-1", sharedMemory: false, onEnd: () => {} };
  const refusal = /^child-1 does not support sharing Queue "jobs"\. .*ProcessQueue/;
  expect(() => new Queue({ name: "jobs" }).toPortable(recipient)).toThrow(refusal);
});

it("a queue in a queue is refused, with the way out", () => {
  const refusal = "value.reply is a Queue: what it is made of cannot go through a queue";
  expect(() => new Queue<unknown>().putSync({ reply: new Queue() })).toThrow(refusal);
});

it("a queue shows its name and state", () => {
  const queue = new Queue<number>({ name: "jobs", maxSize: 4 });
  queue.putSync(1);
  expect(inspect(queue)).toBe('Queue "jobs" (1 of 4 items)');
  expect(String(new PriorityQueue())).toBe("PriorityQueue (0 items)");
});

function takeAll<T>(queue: Queue<T>): T[] {
  const values: T[] = [];
  for (let next = queue.tryGet(); next; next = queue.tryGet()) values.push(next.value);
  return values;
}
