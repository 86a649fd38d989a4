import { describe, expect, it } from "vitest";
import { type MapOptions, MapResults, TimeoutError } from "../src/index.js";
import { HandPool, later, Source } from "./map-support.js";
import { outcomeOf, seeded, turn } from "./support.js";

type Inputs = ConstructorParameters<typeof MapResults>[0];

function map(pool: HandPool, inputs: Inputs, options: MapOptions = {}, defaultBuffer = 4): MapResults<unknown> {
  return new MapResults<unknown>(inputs, options, defaultBuffer, pool);
}

function zip(inputs: readonly number[][]): number[][] {
  const length = Math.min(...inputs.map((input) => input.length));
  return Array.from({ length }, (_, index) => inputs.map((input) => input[index] as number));
}

describe("map", () => {
  it("E2 equals a plain zip for any inputs, chunk size and buffer size", async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1e9);
    const random = seeded(seed);
    for (let round = 0; round < 150; round++) {
      const inputs = Array.from({ length: 1 + random.below(3) }, () =>
        Array.from({ length: random.below(12) }, () => random.below(100)),
      );
      const options: MapOptions = {
        ...(random.below(2) ? { chunkSize: 1 + random.below(5) } : {}),
        ...(random.below(2) ? { bufferSize: 1 + random.below(6) } : {}),
      };
      const sources: Inputs = inputs.map((input) => (random.below(3) === 0 ? later(input) : input));
      const pool = new HandPool().automatic();
      const label = `SEED=${seed}, round ${round}: ${JSON.stringify({ inputs, options })}`;
      expect(await map(pool, sources, options, 1 + random.below(3)).toArray(), label).toEqual(zip(inputs));
      expect(pool.submitted, label).toHaveLength(zip(inputs).length);
    }
  });

  it("E2 keeps the order of the inputs, whatever ends first", async () => {
    const pool = new HandPool();
    const results = map(pool, [[0, 1, 2]]).toArray();
    pool.run(2);
    pool.run(1);
    await turn();
    pool.run(0);
    expect(await results).toEqual([[0], [1], [2]]);
  });

  it("E5 without a buffer size submits everything at the call", () => {
    const pool = new HandPool();
    map(pool, [new Source(10)]);
    expect(pool.submitted).toHaveLength(10);
    const chunked = new HandPool();
    map(chunked, [new Source(10)], { chunkSize: 4 });
    expect(chunked.chunks).toEqual([4, 4, 2]);
  });

  it.each([
    [1, 1],
    [3, 1],
    [4, 2],
    [5, 2],
    [2, 5],
  ])("E5 pulls exactly bufferSize (%i) elements ahead, in chunks of %i", async (bufferSize, chunkSize) => {
    const pool = new HandPool().automatic();
    const source = new Source();
    const results = map(pool, [source], { bufferSize, chunkSize });
    const step = Math.min(bufferSize, chunkSize);
    expect(source.taken).toBe(bufferSize - (bufferSize % step));
    for (let consumed = 1; consumed <= 20; consumed++) {
      await results.next();
      expect(source.taken - consumed).toBeLessThanOrEqual(bufferSize);
      expect(source.taken - consumed).toBeGreaterThan(bufferSize - step - (bufferSize % step || step));
    }
    await results.return();
    expect(source.closed).toBe(1);
  });

  it("E5 an asynchronous input is buffered by default", async () => {
    const pool = new HandPool().automatic();
    const source = new Source();
    const results = map(pool, [later(source)], {}, 3);
    for (let round = 0; round < 10; round++) await turn();
    expect(source.taken).toBe(3);
    expect((await results.next()).value).toEqual([0]);
    await results.return();
  });

  it("stops at the shortest input and closes the others", async () => {
    const [long, short] = [new Source(), new Source(2)];
    const pool = new HandPool().automatic();
    expect(await map(pool, [long, short]).toArray()).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(long.closed).toBe(1);
  });

  it("takes strings, sets, maps and generators, also together with asynchronous inputs", async () => {
    const pool = new HandPool().automatic();
    expect(await map(pool, ["ab", new Set([1, 2]), new Map([["k", 1]]).keys()]).toArray()).toEqual([["a", 1, "k"]]);
    expect(await map(pool, ["ab", later([1, 2])]).toArray()).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
    expect(await map(pool, []).toArray()).toEqual([]);
    expect(await map(pool, [[]]).toArray()).toEqual([]);
  });

  it("can be iterated once, and by several next() at a time", async () => {
    const pool = new HandPool();
    const results = map(pool, [[1, 2]]);
    const steps = Promise.all([results.next(), results.next(), results.next()]);
    pool.runAll();
    expect(await steps).toEqual([
      { done: false, value: [1] },
      { done: false, value: [2] },
      { done: true, value: undefined },
    ]);
    expect(results[Symbol.asyncIterator]()).toBe(results);
    expect(await results.toArray()).toEqual([]);
  });
});

describe("the end of a map", () => {
  it("E3 leaving the loop cancels what has not started and closes the inputs", async () => {
    const pool = new HandPool();
    const source = new Source();
    const results = map(pool, [source], { bufferSize: 4 });
    pool.run();
    for await (const value of results) {
      expect(value).toEqual([0]);
      break;
    }
    expect(pool.waiting).toBe(0);
    expect(pool.cancelled).toEqual([[1], [2], [3], [4]]);
    expect(source.closed).toBe(1);
  });

  it("E3 return() before the first next() does the same", async () => {
    const pool = new HandPool();
    const source = new Source();
    const results = map(pool, [source], { bufferSize: 2 });
    expect(await results.return()).toEqual({ done: true, value: undefined });
    expect(pool.waiting).toBe(0);
    expect(source.closed).toBe(1);
    expect(await results.next()).toEqual({ done: true, value: undefined });
    await results[Symbol.asyncDispose]();
  });

  it("E3 return() while a next() waits cancels the task that it waits for", async () => {
    const pool = new HandPool();
    const results = map(pool, [[1, 2, 3]]);
    const step = outcomeOf(results.next());
    await turn();
    const end = results.return();
    await turn();
    expect(pool.waiting).toBe(0);
    expect(await end).toEqual({ done: true, value: undefined });
    await step;
  });

  it("E3 after return() nothing is submitted, even if an asynchronous input goes on", async () => {
    const pool = new HandPool();
    let deliver = (_step: IteratorResult<number>): void => {};
    const slow: AsyncIterableIterator<number> = {
      [Symbol.asyncIterator]: () => slow,
      next: () =>
        new Promise((resolve) => {
          deliver = resolve;
        }),
    };
    const results = map(pool, [slow]);
    await turn();
    void results.return();
    await turn();
    deliver({ done: false, value: 1 });
    await turn();
    await turn();
    expect(pool.submitted).toEqual([]);
  });

  it("E3 disposing at the end of a scope cancels the rest", async () => {
    const pool = new HandPool();
    await (async () => {
      await using results = map(pool, [[1, 2, 3]]);
      pool.run();
      expect((await results.next()).value).toEqual([1]);
    })();
    expect(pool.cancelled).toEqual([[2], [3]]);
  });

  it("E4 the deadline counts from the call, and cancels what has not started", async () => {
    const pool = new HandPool();
    const results = map(pool, [[1, 2, 3]], { timeoutMs: 10 });
    pool.run();
    expect((await results.next()).value).toEqual([1]);
    const begin = performance.now();
    await expect(results.next()).rejects.toThrow(TimeoutError);
    expect(performance.now() - begin).toBeLessThan(500);
    expect(pool.cancelled).toEqual([[2], [3]]);
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  it("E4 gives what is done at the deadline, without waiting", async () => {
    const pool = new HandPool();
    const results = map(pool, [[1, 2]], { timeoutMs: 0 });
    pool.run();
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect((await results.next()).value).toEqual([1]);
    await expect(results.next()).rejects.toThrow(TimeoutError);
  });

  it("E4 a deadline that timers cannot hold does not fire at once", async () => {
    for (const timeoutMs of [2 ** 33, Number.POSITIVE_INFINITY]) {
      const pool = new HandPool().automatic();
      expect(await map(pool, [[1]], { timeoutMs }).toArray()).toEqual([[1]]);
    }
  });

  it("E4 also ends a map whose asynchronous input is silent", async () => {
    const pool = new HandPool();
    const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    await expect(map(pool, [silent], { timeoutMs: 3 }).next()).rejects.toThrow(TimeoutError);
  });

  it("E4 a TimeoutError of a task is the task's", async () => {
    const own = new TimeoutError("task");
    const pool = new HandPool(() => {
      throw own;
    }).automatic();
    expect(await outcomeOf(map(pool, [[1]], { timeoutMs: 10_000 }).next())).toEqual({ thrown: own });
  });
});
