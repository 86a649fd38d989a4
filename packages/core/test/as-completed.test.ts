import { describe, expect, it } from "vitest";
import { asCompleted, Future, setException, setResult, TimeoutError } from "../src/index.js";
import { CountingFuture, collectUntil, listenerCount, outcomeOf, turn } from "./support.js";

type Counting = CountingFuture<number>;

function pending(count: number): Counting[] {
  return Array.from({ length: count }, () => new CountingFuture<number>());
}

async function all<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of iterable) list.push(item);
  return list;
}

describe("asCompleted", () => {
  it("A1 yields finished ones first, then the others as they end, each once", async () => {
    const [a, b, c] = pending(3) as [Counting, Counting, Counting];
    setResult(c, 3);
    const order = all(asCompleted(new Set([a, b, c])));
    await turn();
    setResult(b, 2);
    a.catch(() => {});
    setException(a, "x");
    expect(await order).toEqual([c, b, a]);
  });

  it("A1 takes duplicates once, and nothing at all", async () => {
    const [a] = pending(1) as [Counting];
    setResult(a, 1);
    expect(await all(asCompleted([a, a, a]))).toEqual([a]);
    expect(await all(asCompleted([]))).toEqual([]);
  });

  it("A1 loses none that end between two steps", async () => {
    const futures = pending(50);
    const iterator = asCompleted(futures);
    const seen = new Set<Future<number>>();
    const first = iterator.next();
    for (const future of futures) setResult(future, 1);
    seen.add((await first).value as Future<number>);
    for (const future of await all(iterator)) seen.add(future);
    expect(seen.size).toBe(50);
  });

  it("A2 yields what finished, then throws how many did not", async () => {
    const futures = pending(4);
    setResult(futures[0] as Future<number>, 1);
    setResult(futures[2] as Future<number>, 1);
    for (const timeoutMs of [0, 3]) {
      const iterator = asCompleted(futures, { timeoutMs });
      const seen = [(await iterator.next()).value, (await iterator.next()).value];
      const { thrown } = (await outcomeOf(iterator.next())) as { thrown: Error };
      expect(thrown).toBeInstanceOf(TimeoutError);
      expect(thrown.message).toContain("2 (of 4) futures unfinished");
      expect(seen).toEqual([futures[0], futures[2]]);
      expect((await iterator.next()).done).toBe(true);
    }
  });

  it("A2 counts the deadline from the call, not from the first step", async () => {
    const iterator = asCompleted(pending(1), { timeoutMs: 5 });
    await new Promise((resolve) => setTimeout(resolve, 10));
    const begin = performance.now();
    await expect(iterator.next()).rejects.toThrow(TimeoutError);
    expect(performance.now() - begin).toBeLessThan(5);
  });

  it("A3 drops its references to what it has yielded", async () => {
    const [last] = pending(1) as [Counting];
    const { iterator, ref } = await (async () => {
      const early = new Future<number>();
      setResult(early, 1);
      const iterator = asCompleted([early, last]);
      await iterator.next();
      return { iterator, ref: new WeakRef(early) };
    })();
    expect(await collectUntil(() => ref.deref() === undefined)).toBe(true);
    setResult(last, 1);
    expect((await iterator.next()).value).toBe(last);
    expect((await iterator.next()).done).toBe(true);
  });

  it("A4 breaking the loop removes every callback and listener", async () => {
    const futures = pending(3);
    const { signal } = new AbortController();
    setResult(futures[1] as Future<number>, 1);
    for await (const future of asCompleted(futures, { signal })) {
      expect(future).toBe(futures[1]);
      break;
    }
    expect([futures[0]?.callbacks, futures[2]?.callbacks]).toEqual([0, 0]);
    await outcomeOf(all(asCompleted(futures, { signal, timeoutMs: 1 })));
    expect([futures[0]?.callbacks, futures[2]?.callbacks]).toEqual([0, 0]);
    expect(listenerCount(signal)).toBe(0);
  });

  it("A4 an iterator that is never started holds no callback", async () => {
    const futures = pending(2);
    const iterator = asCompleted(futures);
    await iterator.return?.();
    expect(futures.map(({ callbacks }) => callbacks)).toEqual([0, 0]);
  });

  it("W5 a signal ends the loop and cancels nothing", async () => {
    const controller = new AbortController();
    const futures = pending(2);
    const loop = outcomeOf(all(asCompleted(futures, { signal: controller.signal })));
    await turn();
    controller.abort("enough");
    expect(await loop).toEqual({ thrown: "enough" });
    expect(futures.map(({ state }) => state)).toEqual(["pending", "pending"]);
    expect(futures.map(({ callbacks }) => callbacks)).toEqual([0, 0]);
  });

  it("checks its arguments at the call", () => {
    expect(() => asCompleted(1 as never)).toThrow(/futures must be an iterable of futures/);
    expect(() => asCompleted([1] as never)).toThrow(/futures\[0\] must be a Future/);
    expect(() => asCompleted([], { timeoutMs: "1" as never })).toThrow(/timeoutMs/);
    expect(() => asCompleted([], { signal: {} as never })).toThrow(/signal/);
  });
});
