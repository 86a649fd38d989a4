import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  AbortError,
  CancelledError,
  Future,
  type FutureOwner,
  InvalidStateError,
  isFuture,
  setCancelled,
  setException,
  setResult,
  setRunning,
} from "../src/index.js";
import { thrownBy } from "./support.js";

type Reached = "pending" | "running" | "cancelled" | "finished" | "failed";

/** A future in one of its states. */
function futureIn(state: Reached, owner?: FutureOwner): Future<number> {
  const future = new Future<number>(owner);
  if (state === "running" || state === "finished" || state === "failed") setRunning(future);
  if (state === "cancelled") setCancelled(future);
  if (state === "finished") setResult(future, 42);
  if (state === "failed") {
    setException(future, new RangeError("bad"));
    future.catch(() => {});
  }
  return future;
}

/** An owner that refuses everything, and records what it was asked. */
class Refuser implements FutureOwner {
  readonly asked: string[] = [];
  cancel(): boolean {
    this.asked.push("cancel");
    return false;
  }
  abort(_future: Future<unknown>, reason: unknown): void {
    this.asked.push(`abort ${String(reason)}`);
  }
}

describe("states of a future", () => {
  it.each([
    ["pending", false, false, false, false],
    ["running", true, false, false, false],
    ["cancelled", false, true, true, false],
    ["finished", false, false, true, false],
    ["failed", false, false, true, true],
  ] as const)("F3 %s answers running() cancelled() done() failed()", (state, running, cancelled, done, failed) => {
    const future = futureIn(state);
    expect([future.running(), future.cancelled(), future.done(), future.failed()]).toEqual([
      running,
      cancelled,
      done,
      failed,
    ]);
    expect(future.state).toBe(state === "failed" ? "finished" : state);
  });

  it.each([
    ["pending", true],
    ["cancelled", true],
    ["finished", false],
    ["failed", false],
  ] as const)("F3 cancel() of a %s future without an owner is %s", (state, expected) => {
    expect(futureIn(state).cancel()).toBe(expected);
  });

  it("leaves the decision about cancel() to the owner", () => {
    const owner = new Refuser();
    const future = futureIn("running", owner);
    expect(future.cancel()).toBe(false);
    expect(owner.asked).toEqual(["cancel"]);
    setResult(future, 1);
    expect(future.cancel()).toBe(false);
    expect(owner.asked).toEqual(["cancel"]);
  });

  it("cancels on abort() when there is no owner, and asks the owner otherwise", () => {
    const orphan = new Future<number>();
    expect(orphan.abort("why")).toBe(true);
    expect(orphan.cancelled()).toBe(true);
    expect(orphan.abort()).toBe(false);

    const owner = new Refuser();
    const owned = new Future<number>(owner);
    expect(owned.abort("why")).toBe(true);
    expect(owner.asked).toEqual(["abort why"]);
    expect(owned.state).toBe("pending");
  });

  it("asks the owner whether a pending future has started", () => {
    let started = false;
    const future = new Future({ cancel: () => false, abort() {}, hasStarted: () => started });
    expect(future.state).toBe("pending");
    started = true;
    expect(future.running()).toBe(true);
    expect(future.state).toBe("running");
  });

  it("does not run the body of a cancelled future", () => {
    const future = futureIn("cancelled");
    expect(setRunning(future)).toBe(false);
    expect(future.state).toBe("cancelled");
  });

  it.each(["running", "finished", "failed"] as const)("refuses to start a %s future again", (state) => {
    expect(() => setRunning(futureIn(state))).toThrow(InvalidStateError);
  });

  it("goes from pending to finished when a task is refused", () => {
    const future = new Future<number>();
    setException(future, new Error("refused"));
    expect(future.state).toBe("finished");
    expect(thrownBy(() => future.resultNow())).toMatchObject({ message: "refused" });
  });

  it("goes from running to cancelled after an abort", async () => {
    const future = futureIn("running");
    const error = new AbortError("enough");
    setCancelled(future, error);
    await expect(future).rejects.toBe(error);
    expect(future.cancelled()).toBe(true);
    expect(future.failed()).toBe(false);
  });
});

describe("settlement", () => {
  it.each(["cancelled", "finished", "failed"] as const)("F7 a %s future refuses every second settlement", (state) => {
    const future = futureIn(state);
    const stored = future.state;
    for (const settle of [
      () => setResult(future, 1),
      () => setException(future, new Error()),
      () => setCancelled(future),
    ]) {
      const error = thrownBy(settle);
      expect(error).toBeInstanceOf(InvalidStateError);
      expect((error as Error).message).toContain(stored);
    }
    expect(future.state).toBe(stored);
    if (state === "finished") expect(future.resultNow()).toBe(42);
  });

  it("stores any value, also undefined, null and a falsy error", async () => {
    for (const value of [undefined, null, 0, "", false, Number.NaN]) {
      const good = new Future<unknown>();
      setResult(good, value);
      expect(good.resultNow()).toBe(value);
      expect(await good.exception()).toBeNull();

      const bad = new Future<unknown>();
      setException(bad, value);
      expect(bad.failed()).toBe(true);
      expect(thrownBy(() => bad.resultNow())).toBe(value);
      expect(await bad.exception()).toBe(value);
    }
  });

  it("does not unwrap a result that is a promise until it is awaited", () => {
    const inner = Promise.resolve(1);
    const future = new Future<unknown>();
    setResult(future, inner);
    expect(future.resultNow()).toBe(inner);
  });

  it("resultNow() of what is not done says the state", () => {
    expect(() => futureIn("pending").resultNow()).toThrow(/pending/);
    expect(() => futureIn("running").resultNow()).toThrow(InvalidStateError);
    expect(() => futureIn("cancelled").resultNow()).toThrow(CancelledError);
  });
});

describe("a future shown", () => {
  it.each([
    ["pending", "Future(pending)"],
    ["running", "Future(running)"],
    ["cancelled", "Future(cancelled)"],
    ["finished", "Future(finished: number)"],
    ["failed", "Future(finished: threw RangeError)"],
  ] as const)("F8 %s is %s", (state, text) => {
    const future = futureIn(state);
    expect(String(future)).toBe(text);
    expect(inspect(future)).toBe(text);
    expect(inspect({ future }, { depth: 0 })).toContain(text);
    expect(Object.prototype.toString.call(future)).toBe("[object Future]");
  });

  it.each([
    [null, "null"],
    [undefined, "undefined"],
    [[1], "Array"],
    [new Map(), "Map"],
    [Object.create(null), "object"],
    [() => 1, "function"],
    [1n, "bigint"],
  ])("F8 names the type of a value (%s)", (value, name) => {
    const future = new Future<unknown>();
    setResult(future, value);
    expect(String(future)).toBe(`Future(finished: ${name})`);
  });

  it("is recognised by its brand", () => {
    expect(isFuture(new Future())).toBe(true);
    expect(isFuture({ [Symbol.for("everycore.future")]: true })).toBe(true);
    for (const other of [null, undefined, 1, "x", {}, Promise.resolve(), () => {}]) expect(isFuture(other)).toBe(false);
  });
});
