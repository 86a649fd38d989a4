import { describe, expect, it } from "vitest";
import { Future, setCancelled, setException, setResult, wait } from "../src/index.js";
import { CountingFuture, listenerCount, outcomeOf, seeded, turn } from "./support.js";

function failed(error: unknown = new Error("bad")): Future<number> {
  const future = new Future<number>();
  setException(future, error);
  future.catch(() => {});
  return future;
}

function finished(value = 1): Future<number> {
  const future = new Future<number>();
  setResult(future, value);
  return future;
}

describe("wait", () => {
  it("W1 collapses duplicates", async () => {
    const a = finished();
    const b = new Future<number>();
    const waiting = wait([a, b, a, b]);
    setResult(b, 2);
    const { done, notDone } = await waiting;
    expect([...done]).toEqual([a, b]);
    expect(notDone.size).toBe(0);
  });

  it("takes any iterable, also an empty one", async () => {
    const a = finished();
    function* some(): Generator<Future<number>> {
      yield a;
    }
    expect((await wait(some())).done).toEqual(new Set([a]));
    expect((await wait(new Set([a]))).done.size).toBe(1);
    for (const returnWhen of ["FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED"] as const) {
      expect(await wait([], { returnWhen })).toEqual({ done: new Set(), notDone: new Set() });
    }
  });

  it.each([
    ["a result", (future: Future<number>) => setResult(future, 1)],
    ["a cancellation", (future: Future<number>) => setCancelled(future)],
    ["an error", (future: Future<number>) => void setException(future, void future.catch(() => {}))],
  ])("W2 FIRST_COMPLETED ends with %s", async (_, settle) => {
    const [a, b] = [new Future<number>(), new Future<number>()];
    const waiting = wait([a, b], { returnWhen: "FIRST_COMPLETED" });
    settle(b);
    expect(await waiting).toEqual({ done: new Set([b]), notDone: new Set([a]) });
  });

  it("W2 FIRST_COMPLETED with some done returns all that are done", async () => {
    const [a, b, c] = [finished(), new Future<number>(), failed()];
    const { done, notDone } = await wait([a, b, c], { returnWhen: "FIRST_COMPLETED" });
    expect(done).toEqual(new Set([a, c]));
    expect(notDone).toEqual(new Set([b]));
  });

  it("W2 FIRST_EXCEPTION ends with an error, not with a result or a cancellation", async () => {
    const futures = Array.from({ length: 4 }, () => new Future<number>());
    const [a, b, c, d] = futures as [Future<number>, Future<number>, Future<number>, Future<number>];
    let ended = false;
    const waiting = wait(futures, { returnWhen: "FIRST_EXCEPTION" }).finally(() => {
      ended = true;
    });
    setResult(a, 1);
    setCancelled(b);
    await turn();
    expect(ended).toBe(false);
    c.catch(() => {});
    setException(c, undefined);
    expect(await waiting).toEqual({ done: new Set([a, b, c]), notDone: new Set([d]) });
  });

  it("W2 FIRST_EXCEPTION with one failed already returns at once, and without errors waits for all", async () => {
    const [a, b] = [failed(), new Future<number>()];
    expect((await wait([b, a], { returnWhen: "FIRST_EXCEPTION" })).notDone).toEqual(new Set([b]));
    const waiting = wait([b, finished()], { returnWhen: "FIRST_EXCEPTION" });
    setResult(b, 1);
    expect((await waiting).notDone.size).toBe(0);
  });

  it("W3 a timeout resolves with what there is", async () => {
    const [a, b] = [finished(), new Future<number>()];
    for (const timeoutMs of [0, 2]) {
      expect(await wait([a, b], { timeoutMs })).toEqual({ done: new Set([a]), notDone: new Set([b]) });
    }
    expect(b.state).toBe("pending");
  });

  it("W4 100 futures racing settle once each", async () => {
    const random = seeded(20_26);
    const futures = Array.from({ length: 100 }, () => new Future<number>());
    const waits = Promise.all([wait(futures), wait(futures, { returnWhen: "FIRST_COMPLETED" }), wait([...futures])]);
    for (const future of [...futures].sort(() => random.next() - 0.5)) {
      const how = random.below(3);
      if (how === 0) setResult(future, 1);
      else if (how === 1) setCancelled(future);
      else {
        future.catch(() => {});
        setException(future, "x");
      }
      if (random.below(10) === 0) await turn();
    }
    const [all, first] = await waits;
    expect(all.done.size).toBe(100);
    expect(first.done.size).toBeGreaterThan(0);
    expect(first.done.size + first.notDone.size).toBe(100);
  });

  it("W5 a signal rejects the wait and cancels nothing", async () => {
    const controller = new AbortController();
    const future = new Future<number>();
    const waiting = outcomeOf(wait([future], { signal: controller.signal }));
    controller.abort("enough");
    expect(await waiting).toEqual({ thrown: "enough" });
    expect(future.state).toBe("pending");
    expect(await outcomeOf(wait([finished()], { signal: controller.signal }))).toEqual({ thrown: "enough" });
  });

  it("leaves no callback and no listener behind", async () => {
    const { signal } = new AbortController();
    const futures = Array.from({ length: 3 }, () => new CountingFuture<number>());
    const [a] = futures as [CountingFuture<number>];
    await wait(futures, { timeoutMs: 1, signal });
    await wait(futures, { timeoutMs: 0, signal });
    await outcomeOf(wait(futures, { signal: AbortSignal.abort() }));
    const waiting = wait(futures, { returnWhen: "FIRST_COMPLETED", signal });
    expect(futures.map(({ callbacks }) => callbacks)).toEqual([1, 1, 1]);
    setResult(a, 1);
    await waiting;
    expect(futures.slice(1).map(({ callbacks }) => callbacks)).toEqual([0, 0]);
    expect(listenerCount(signal)).toBe(0);
  });

  it("keeps its result as it was when it returned", async () => {
    const [a, b] = [new Future<number>(), new Future<number>()];
    const waiting = wait([a, b], { returnWhen: "FIRST_COMPLETED" });
    setResult(a, 1);
    setResult(b, 1);
    const { done, notDone } = await waiting;
    expect([...done]).toEqual([a]);
    expect([...notDone]).toEqual([b]);
  });

  it.each([
    [[null], /futures must be an iterable of futures, not null/],
    [[5], /futures must be an iterable/],
    [[[Promise.resolve()]], /futures\[0\] must be a Future, not an object \(Promise\)/],
    [[[finished(), 1]], /futures\[1\] must be a Future, not a number/],
    [
      [[], { returnWhen: "SOON" }],
      /returnWhen must be one of "FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED", not SOON/,
    ],
    [[[], { timeoutMs: -1 }], /timeoutMs must be at least 0/],
    [[[], { signal: 1 }], /signal must be an AbortSignal/],
  ])("refuses %j", async (args, message) => {
    await expect((wait as (...args: unknown[]) => Promise<unknown>)(...args)).rejects.toThrow(message);
  });
});
