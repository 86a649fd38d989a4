import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  Future,
  gather,
  reportError,
  setCancelled,
  setException,
  setResult,
  setUnobservedErrorHandler,
  type UnobservedErrorHandler,
  wait,
} from "../src/index.js";
import { collectUntil, turn } from "./support.js";

const reported: unknown[] = [];
let before: UnobservedErrorHandler;

beforeEach(() => {
  expect(globalThis.gc, "these tests need --expose-gc").toBeTypeOf("function");
  reported.length = 0;
  before = setUnobservedErrorHandler((error) => reported.push(error));
});
afterEach(() => {
  setUnobservedErrorHandler(before);
});

/** Makes a future fail, lets `look` at it, and forgets it. */
async function failAndForget(error: unknown, look: (future: Future<number>) => unknown, early = false): Promise<void> {
  const future = new Future<number>();
  if (early) void Promise.resolve(look(future)).catch(() => {});
  setException(future, error);
  if (!early) await Promise.resolve(look(future)).catch(() => {});
}

describe("failures that nobody looked at", () => {
  it("F11 are reported once, when the future is collected", async () => {
    await failAndForget("lost", () => {});
    expect(reported).toEqual([]);
    expect(await collectUntil(() => reported.length > 0)).toBe(true);
    await collectUntil(() => reported.length > 1);
    expect(reported).toEqual(["lost"]);
  });

  it.each([
    ["result()", (future: Future<number>) => future.result()],
    ["exception()", (future: Future<number>) => future.exception()],
    ["then()", (future: Future<number>) => future.then(null, () => {})],
    ["catch()", (future: Future<number>) => future.catch(() => {})],
    ["finally()", (future: Future<number>) => future.finally(() => {}).catch(() => {})],
    ["await", async (future: Future<number>) => await future],
    ["Promise.all", (future: Future<number>) => Promise.all([future])],
    ["gather", (future: Future<number>) => gather([future])],
  ])("F11 are looked at by %s, before or after they happen", async (_, look) => {
    await failAndForget("seen late", look);
    await failAndForget("seen early", look, true);
    await failAndForget("marker", () => {});
    expect(await collectUntil(() => reported.includes("marker"))).toBe(true);
    expect(reported).toEqual(["marker"]);
  });

  it("F11 are looked at by resultNow()", async () => {
    await failAndForget("seen", (future) => {
      expect(() => future.resultNow()).toThrow();
    });
    await failAndForget("marker", () => {});
    expect(await collectUntil(() => reported.includes("marker"))).toBe(true);
    expect(reported).toEqual(["marker"]);
  });

  it("F11 are not looked at by asking for the state, by a callback or by wait()", async () => {
    await failAndForget("unseen", async (future) => {
      future.addDoneCallback(() => {});
      await wait([future]);
      return [future.state, future.failed(), future.done(), String(future)];
    });
    expect(await collectUntil(() => reported.length > 0)).toBe(true);
    expect(reported).toEqual(["unseen"]);
  });

  it("F11 are no results and no cancellations", async () => {
    (() => {
      setResult(new Future<number>(), 1);
      setCancelled(new Future<number>());
    })();
    await failAndForget("marker", () => {});
    expect(await collectUntil(() => reported.includes("marker"))).toBe(true);
    expect(reported).toEqual(["marker"]);
  });

  it("F11 a wait that timed out before the failure counts as a look", async () => {
    await failAndForget("asked", (future) => future.result({ timeoutMs: 0 }), true);
    await failAndForget("marker", () => {});
    expect(await collectUntil(() => reported.includes("marker"))).toBe(true);
    expect(reported).toEqual(["marker"]);
  });

  it("F11 falsy errors count", async () => {
    await failAndForget(undefined, () => {});
    expect(await collectUntil(() => reported.length > 0)).toBe(true);
    expect(reported).toEqual([undefined]);
  });

  it("F11 are reported at the exit of a process that never collected them, which stays at exit code 0", () => {
    const core = fileURLToPath(new URL("../dist/index.js", import.meta.url));
    const program = `
      import { Future, setException, setUnobservedErrorHandler } from ${JSON.stringify(core)};
      setUnobservedErrorHandler((error, where) => console.log(where + ": " + error.message));
      globalThis.kept = [new Future(), new Future()];
      for (const future of kept) setException(future, new Error("lost"));
      kept[1].catch(() => {});`;
    const printed = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    expect(printed).toBe("a task failed and nobody looked at its error: lost\n");
  });
});

describe("the handler", () => {
  it("is replaced, returned and restored", async () => {
    const mine: UnobservedErrorHandler = () => {};
    const previous = setUnobservedErrorHandler(mine);
    expect(setUnobservedErrorHandler(null)).toBe(mine);
    const fallback = setUnobservedErrorHandler(previous);
    expect(fallback).not.toBe(mine);
    reportError("direct", "somewhere");
    expect(reported).toEqual(["direct"]);
    await turn();
  });
});

describe("what a future keeps alive", () => {
  it("F12 nothing, once it is dropped: value, error and callbacks are collected", async () => {
    const refs = await (async () => {
      const value = { big: true };
      const error = new Error("x");
      const callback = (): void => void value;
      const [good, bad] = [new Future<object>(), new Future<object>()];
      good.addDoneCallback(callback);
      setResult(good, value);
      setException(bad, error);
      await bad.exception();
      return [value, error, callback, good, bad].map((object) => new WeakRef<object>(object));
    })();
    expect(await collectUntil(() => refs.every((ref) => ref.deref() === undefined))).toBe(true);
  });

  it("F12 not its callbacks once it is done", async () => {
    const future = new Future<number>();
    const refs = (() => {
      const [callback, listener] = [() => {}, () => {}];
      future.addDoneCallback(callback).onProgress(listener);
      return [new WeakRef(callback), new WeakRef(listener)];
    })();
    setResult(future, 1);
    expect(await collectUntil(() => refs.every((ref) => ref.deref() === undefined))).toBe(true);
    expect(future.resultNow()).toBe(1);
  });
});
