import { describe, expect, it } from "vitest";
import {
  AbortError,
  CancelledError,
  Future,
  gather,
  setCancelled,
  setException,
  setResult,
  setRunning,
  shield,
} from "../src/index.js";
import { listenerCount, outcomeOf, turn } from "./support.js";

describe("gather", () => {
  it("gives the values of futures, promises and plain values in order", async () => {
    const [a, b] = [new Future<number>(), new Future<string>()];
    const gathered = gather([a, b, Promise.resolve(true), 4]);
    setResult(b, "b");
    setResult(a, 1);
    expect(await gathered).toEqual([1, "b", true, 4]);
    expect(await gather([])).toEqual([]);
  });

  it("rejects with the first error, and the others go on", async () => {
    const [a, b, c] = [new Future<number>(), new Future<number>(), new Future<number>()];
    const gathered = outcomeOf(gather([a, b, c]));
    setException(b, "first");
    expect(await gathered).toEqual({ thrown: "first" });
    expect([a.state, c.state]).toEqual(["pending", "pending"]);
    setException(a, "second");
    setResult(c, 1);
    await turn();
  });

  it("puts errors and cancellations in their places with returnExceptions", async () => {
    const [a, b, c] = [new Future<number>(), new Future<number>(), new Future<number>()];
    const gathered = gather([a, b, c, Promise.reject("p")], { returnExceptions: true });
    setException(a, "bad");
    setCancelled(b);
    setResult(c, 3);
    const [first, second, ...rest] = await gathered;
    expect(first).toBe("bad");
    expect(second).toBeInstanceOf(CancelledError);
    expect(rest).toEqual([3, "p"]);
  });

  it("rejects with the CancelledError of a cancelled one", async () => {
    const future = new Future<number>();
    const gathered = gather([future]);
    future.cancel();
    await expect(gathered).rejects.toThrow(CancelledError);
  });

  it("aborts every future when its signal fires, also one that has fired before", async () => {
    const controller = new AbortController();
    const asked: unknown[] = [];
    const owned = new Future<number>({ cancel: () => false, abort: (_, reason) => asked.push(reason) });
    const free = new Future<number>();
    const gathered = gather([owned, free, Promise.resolve(1)], {
      returnExceptions: true,
      signal: controller.signal,
    });
    controller.abort("stop");
    expect(asked).toEqual(["stop"]);
    expect(free.cancelled()).toBe(true);
    setCancelled(owned, new AbortError("stop"));
    const [first, second, third] = await gathered;
    expect(first).toBeInstanceOf(AbortError);
    expect(second).toBeInstanceOf(CancelledError);
    expect(third).toBe(1);
    expect(listenerCount(controller.signal)).toBe(0);

    const late = new Future<number>();
    await expect(gather([late], { signal: controller.signal })).rejects.toThrow(CancelledError);
  });

  it("leaves no listener", async () => {
    const { signal } = new AbortController();
    const future = new Future<number>();
    const gathered = gather([future], { signal });
    expect(listenerCount(signal)).toBe(1);
    setResult(future, 1);
    await gathered;
    expect(listenerCount(signal)).toBe(0);
  });
});

describe("shield", () => {
  it.each([
    ["a value", (inner: Future<number>) => setResult(inner, 5), { value: 5 }],
    ["an error", (inner: Future<number>) => setException(inner, "bad"), { thrown: "bad" }],
  ])("ends as its future does: %s, early or late", async (_, settle, expected) => {
    const [early, late] = [new Future<number>(), new Future<number>()];
    const outer = shield(early);
    settle(early);
    settle(late);
    expect(await outcomeOf(outer)).toEqual(expected);
    expect(await outcomeOf(shield(late))).toEqual(expected);
  });

  it("passes a cancellation of its future on, with its error", async () => {
    const inner = new Future<number>();
    const outer = shield(inner);
    const error = new AbortError("inside");
    setCancelled(inner, error);
    expect(outer.cancelled()).toBe(true);
    expect(await outcomeOf(outer)).toEqual({ thrown: error });
  });

  it("takes cancel() and abort() upon itself", async () => {
    const inner = new Future<number>();
    const [cancelled, aborted] = [shield(inner), shield(inner)];
    expect(cancelled.cancel()).toBe(true);
    expect(aborted.abort("why")).toBe(true);
    expect(inner.state).toBe("pending");
    await expect(cancelled).rejects.toThrow(CancelledError);
    const { thrown } = (await outcomeOf(aborted)) as { thrown: AbortError };
    expect(thrown).toBeInstanceOf(AbortError);
    expect(thrown.reason).toBe("why");
    setResult(inner, 1);
    expect(await inner).toBe(1);
    expect(cancelled.cancelled()).toBe(true);
  });

  it("shows whether its future runs", () => {
    const inner = new Future<number>();
    const outer = shield(inner);
    expect(outer.state).toBe("pending");
    setRunning(inner);
    expect(outer.running()).toBe(true);
    expect(outer.cancel()).toBe(true);
  });

  it("takes futures only", () => {
    expect(() => shield(Promise.resolve() as never)).toThrow(/future must be a Future, not an object \(Promise\)/);
  });
});
