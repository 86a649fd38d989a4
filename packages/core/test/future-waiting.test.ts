import { describe, expect, it } from "vitest";
import {
  CancelledError,
  Future,
  setCancelled,
  setException,
  setResult,
  setRunning,
  TimeoutError,
} from "../src/index.js";
import { listenerCount, outcomeOf, turn } from "./support.js";

describe("waiting for a future", () => {
  it("F4 result({ timeoutMs: 0 }) looks and does not wait", async () => {
    const future = new Future<number>();
    await expect(future.result({ timeoutMs: 0 })).rejects.toThrow(TimeoutError);
    setRunning(future);
    await expect(future.result({ timeoutMs: 0 })).rejects.toThrow(/still running after 0 ms/);
    setResult(future, 5);
    expect(await future.result({ timeoutMs: 0 })).toBe(5);

    const failed = new Future<number>();
    setException(failed, "thrown");
    expect(await outcomeOf(failed.result({ timeoutMs: 0 }))).toEqual({ thrown: "thrown" });
    const cancelled = new Future<number>();
    cancelled.cancel();
    await expect(cancelled.result({ timeoutMs: 0 })).rejects.toThrow(CancelledError);
  });

  it("F5 exception() is the error, null on success, and rejects when cancelled", async () => {
    const [good, bad, gone] = [new Future<number>(), new Future<number>(), new Future<number>()];
    const waits = [good, bad, gone].map((future) => outcomeOf(future.exception()));
    const error = new Error("x");
    setResult(good, 1);
    setException(bad, error);
    setCancelled(gone);
    const [first, second, third] = await Promise.all(waits);
    expect(first).toEqual({ value: null });
    expect(second).toEqual({ value: error });
    expect((third as { thrown: unknown }).thrown).toBeInstanceOf(CancelledError);
    await expect(gone.exception()).rejects.toBeInstanceOf(CancelledError);
  });

  it("F6 wakes on every kind of settlement", async () => {
    for (const settle of [
      (future: Future<number>) => setResult(future, 1),
      (future: Future<number>) => setException(future, 1),
      (future: Future<number>) => setCancelled(future),
    ]) {
      const future = new Future<number>();
      const waits = [future.result(), future.exception(), future.then(), future.result({ timeoutMs: 5000 })];
      const outcomes = Promise.all(waits.map(outcomeOf));
      await turn();
      settle(future);
      expect(await outcomes).toHaveLength(4);
    }
  });

  it("F9 a timeout leaves the work, and says so", async () => {
    const future = new Future<number>();
    const error = (await outcomeOf(future.result({ timeoutMs: 5 }))) as { thrown: TimeoutError };
    expect(error.thrown).toBeInstanceOf(TimeoutError);
    expect(error.thrown.code).toBe("EVERYCORE_TIMEOUT");
    expect(error.thrown.message).toBe("The future is still pending after 5 ms. Its task goes on.");
    expect(future.state).toBe("pending");
    setResult(future, 1);
    expect(await future).toBe(1);
  });

  it("F9 a signal ends the wait with its reason and nothing else", async () => {
    const controller = new AbortController();
    const future = new Future<number>();
    const wait = outcomeOf(future.result({ signal: controller.signal }));
    expect(listenerCount(controller.signal)).toBe(1);
    controller.abort("bored");
    expect(await wait).toEqual({ thrown: "bored" });
    expect(listenerCount(controller.signal)).toBe(0);
    expect(future.state).toBe("pending");
  });

  it("removes its listener whatever ends the wait", async () => {
    const { signal } = new AbortController();
    const done = new Future<number>();
    const wait = done.result({ signal, timeoutMs: 5000 });
    setResult(done, 1);
    await wait;
    expect(listenerCount(signal)).toBe(0);
    const never = new Future<number>();
    await outcomeOf(never.result({ signal, timeoutMs: 1 }));
    await outcomeOf(never.exception({ signal, timeoutMs: 0 }));
    await done.result({ signal });
    expect(listenerCount(signal)).toBe(0);
  });

  it("rejects at once when the signal has fired already, even if the future is done", async () => {
    const signal = AbortSignal.abort("before");
    const future = new Future<number>();
    expect(await outcomeOf(future.result({ signal }))).toEqual({ thrown: "before" });
    setResult(future, 1);
    expect(await outcomeOf(future.result({ signal }))).toEqual({ thrown: "before" });
  });

  it.each([2 ** 31, 2 ** 40, Number.MAX_VALUE, Number.POSITIVE_INFINITY])(
    "a timeout of %d ms does not fire at once",
    async (timeoutMs) => {
      const future = new Future<number>();
      const wait = outcomeOf(future.result({ timeoutMs }));
      // A timer that overflows fires after one millisecond.
      await new Promise((resolve) => setTimeout(resolve, 10));
      setResult(future, 7);
      expect(await wait).toEqual({ value: 7 });
    },
  );

  it.each([
    [{ timeoutMs: "1" }, TypeError, "timeoutMs must be a number of milliseconds"],
    [{ timeoutMs: -1 }, RangeError, "timeoutMs must be at least 0"],
    [{ timeoutMs: Number.NaN }, RangeError, "timeoutMs must be at least 0"],
    [{ signal: {} }, TypeError, "signal must be an AbortSignal"],
    [null, TypeError, "options must be an object of options"],
  ])("refuses %j", (options, type, message) => {
    const future = new Future<number>();
    expect(() => future.result(options as never)).toThrow(type as ErrorConstructor);
    expect(() => future.exception(options as never)).toThrow(message);
  });
});

describe("a future as a promise", () => {
  it("F9 works in await, Promise.all, race, allSettled and resolve", async () => {
    const a = new Future<number>();
    const b = new Future<string>();
    const all = outcomeOf(Promise.all([a, b, 3]));
    const race = outcomeOf(Promise.race([a, b]));
    const settled = Promise.allSettled([b, a]);
    setException(b, "no");
    await turn();
    setResult(a, 1);
    expect(await Promise.resolve(a)).toBe(1);
    expect(await all).toEqual({ thrown: "no" });
    expect(await race).toEqual({ thrown: "no" });
    expect((await settled).map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  });

  it("F9 then, catch and finally chain as a Promise's do", async () => {
    const good = new Future<number>();
    const bad = new Future<number>();
    const log: string[] = [];
    const chains = Promise.all([
      good.then((value) => value + 1),
      good.finally(() => log.push("finally good")),
      bad.catch((error) => `caught ${String(error)}`),
      bad.then(null, (error) => `handled ${String(error)}`),
      bad.finally(() => log.push("finally bad")).catch(() => "still bad"),
    ]);
    setResult(good, 1);
    setException(bad, "x");
    expect(await chains).toEqual([2, 1, "caught x", "handled x", "still bad"]);
    expect(log.sort()).toEqual(["finally bad", "finally good"]);
  });

  it("F9 settles every await with the same outcome, early and late", async () => {
    const future = new Future<object>();
    const early = future.then((value) => value);
    const value = {};
    setResult(future, value);
    expect(await early).toBe(value);
    expect(await future).toBe(value);
    expect(await future.result()).toBe(value);
  });
});
