import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  Future,
  reportProgress,
  setCancelled,
  setException,
  setResult,
  setRunning,
  setUnobservedErrorHandler,
  type UnobservedErrorHandler,
} from "../src/index.js";

const reported: Array<{ error: unknown; where: string }> = [];
let before: UnobservedErrorHandler;

beforeEach(() => {
  reported.length = 0;
  before = setUnobservedErrorHandler((error, where) => reported.push({ error, where }));
});
afterEach(() => {
  setUnobservedErrorHandler(before);
});

const settlements: Array<[string, (future: Future<number>) => void]> = [
  ["a result", (future) => setResult(future, 1)],
  [
    "an error",
    (future) => {
      future.catch(() => {});
      setException(future, new Error("bad"));
    },
  ],
  ["a cancellation", (future) => setCancelled(future)],
];

describe("callbacks of a future", () => {
  it.each(settlements)("F1 run on %s, in order, synchronously, with the future", (_, settle) => {
    const future = new Future<number>();
    const calls: unknown[] = [];
    future.addDoneCallback((self) => calls.push(1, self.done(), self)).addDoneCallback(() => calls.push(2));
    expect(calls).toEqual([]);
    settle(future);
    expect(calls).toEqual([1, true, future, 2]);
    future.addDoneCallback(() => calls.push("late"));
    expect(calls.at(-1)).toBe("late");
  });

  it("F1 run in order with those of awaits and of result()", async () => {
    const future = new Future<number>();
    const calls: string[] = [];
    future.addDoneCallback(() => calls.push("first"));
    const waiting = future.result({ timeoutMs: 1000 }).then(() => calls.push("result"));
    future.addDoneCallback(() => calls.push("second"));
    setResult(future, 1);
    expect(calls).toEqual(["first", "second"]);
    await waiting;
    expect(calls).toEqual(["first", "second", "result"]);
  });

  it("F1 one that is added by a callback runs at once", () => {
    const future = new Future<number>();
    const calls: string[] = [];
    future.addDoneCallback(() => {
      calls.push("outer");
      future.addDoneCallback(() => calls.push("inner"));
    });
    setResult(future, 1);
    expect(calls).toEqual(["outer", "inner"]);
  });

  it("F2 one that throws is reported and does not stop the later ones", () => {
    const future = new Future<number>();
    const calls: number[] = [];
    const broken = new Error("broken callback");
    future.addDoneCallback(() => calls.push(1));
    future.addDoneCallback(() => {
      throw broken;
    });
    future.addDoneCallback(() => calls.push(3));
    setResult(future, 1);
    expect(calls).toEqual([1, 3]);
    expect(reported).toEqual([{ error: broken, where: "a callback of Future(finished: number) threw" }]);
    future.addDoneCallback(() => {
      throw broken;
    });
    expect(reported).toHaveLength(2);
  });

  it("F2 even a handler that throws does not stop them", () => {
    setUnobservedErrorHandler(() => {
      throw new Error("broken handler");
    });
    const future = new Future<number>();
    let called = false;
    future.addDoneCallback(() => {
      throw new Error("broken callback");
    });
    future.addDoneCallback(() => {
      called = true;
    });
    setResult(future, 1);
    expect(called).toBe(true);
  });

  it("are removed with every addition, and counted", () => {
    const future = new Future<number>();
    let calls = 0;
    const callback = (): void => {
      calls++;
    };
    future.addDoneCallback(callback).addDoneCallback(callback);
    expect(future.removeDoneCallback(callback)).toBe(2);
    expect(future.removeDoneCallback(callback)).toBe(0);
    future.addDoneCallback(callback);
    setResult(future, 1);
    expect(calls).toBe(1);
    expect(future.removeDoneCallback(callback)).toBe(0);
  });

  it("must be functions", () => {
    const future = new Future<number>();
    expect(() => future.addDoneCallback(undefined as never)).toThrow(/callback must be a function, not undefined/);
    expect(() => future.onProgress({} as never)).toThrow(/listener must be a function/);
  });

  it("S7 run in the async context of their addition", async () => {
    const storage = new AsyncLocalStorage<string>();
    const future = new Future<number>();
    const seen: unknown[] = [];
    storage.run("adder", () => {
      future.addDoneCallback(() => seen.push(storage.getStore()));
      future.onProgress(() => seen.push(storage.getStore()));
    });
    const awaited = storage.run("awaiter", async () => {
      await future;
      return storage.getStore();
    });
    storage.run("settler", () => {
      reportProgress(future, 1);
      setResult(future, 1);
    });
    expect(seen).toEqual(["adder", "adder"]);
    expect(await awaited).toBe("awaiter");
  });
});

describe("progress of a future", () => {
  it("S4 reaches every listener in order, and ends with the future", () => {
    const future = new Future<number>();
    const seen: unknown[] = [];
    future.onProgress((value) => seen.push(["a", value])).onProgress((value) => seen.push(["b", value]));
    setRunning(future);
    reportProgress(future, 1);
    reportProgress(future, undefined);
    setResult(future, 1);
    reportProgress(future, 3);
    future.onProgress((value) => seen.push(["late", value]));
    reportProgress(future, 4);
    expect(seen).toEqual([
      ["a", 1],
      ["b", 1],
      ["a", undefined],
      ["b", undefined],
    ]);
  });

  it("S4 is nothing without listeners, and survives one that throws", () => {
    const future = new Future<number>();
    reportProgress(future, 0);
    const seen: unknown[] = [];
    future.onProgress(() => {
      throw new Error("broken listener");
    });
    future.onProgress((value) => seen.push(value));
    reportProgress(future, 1);
    expect(seen).toEqual([1]);
    expect(reported.map(({ where }) => where)).toEqual(["a progress listener threw"]);
  });
});
