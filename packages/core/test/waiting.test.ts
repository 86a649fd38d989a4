import { describe, expect, it } from "vitest";
import { onAbort, startTimer, TimeoutError, type WaitOptions, waitFor } from "../src/index.js";
import { listenerCount, outcomeOf, turn } from "./support.js";

describe("waitFor", () => {
  it("stops waiting exactly once, whatever ends the wait", async () => {
    type Start = (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void;
    const controller = new AbortController();
    const ends: Array<[name: string, options: WaitOptions, start: Start]> = [
      ["at once", {}, (resolve) => resolve(1)],
      ["an error at once", { timeoutMs: 50 }, (_, reject) => reject(1)],
      ["later", { timeoutMs: 5000 }, (resolve) => void setImmediate(() => resolve(1))],
      ["the timeout", { timeoutMs: 2 }, () => {}],
      ["no time at all", { timeoutMs: 0 }, () => {}],
      ["the signal", { signal: controller.signal }, () => void setImmediate(() => controller.abort())],
    ];
    for (const [name, options, start] of ends) {
      let stops = 0;
      await outcomeOf(
        waitFor(options, (resolve, reject) => {
          start(resolve, reject);
          return () => {
            stops++;
          };
        }),
      );
      await turn();
      expect(stops, name).toBe(1);
    }
  });

  it("does not start when the signal has fired", async () => {
    let started = false;
    const wait = waitFor({ signal: AbortSignal.abort("gone") }, () => {
      started = true;
      return () => {};
    });
    expect(await outcomeOf(wait)).toEqual({ thrown: "gone" });
    expect(started).toBe(false);
  });

  it("keeps the first outcome", async () => {
    const wait = waitFor<number>({}, (resolve, reject) => {
      resolve(1);
      resolve(2);
      reject(3);
      return () => {};
    });
    expect(await wait).toBe(1);
  });

  it("rejects with a TimeoutError by default, or does what it is told", async () => {
    await expect(waitFor({ timeoutMs: 1 }, () => () => {})).rejects.toThrow(TimeoutError);
    const told = waitFor<string>(
      { timeoutMs: 1 },
      () => () => {},
      (resolve) => resolve("partial"),
    );
    expect(await told).toBe("partial");
  });

  it("leaves no listener on the signal", async () => {
    const { signal } = new AbortController();
    for (let round = 0; round < 20; round++) {
      await waitFor<void>({ signal, timeoutMs: 1000 }, (resolve) => {
        setImmediate(resolve);
        return () => {};
      });
    }
    expect(listenerCount(signal)).toBe(0);
  });
});

describe("onAbort and startTimer", () => {
  it("calls at once when the signal has fired, once when it fires, never after removal", () => {
    const calls: string[] = [];
    onAbort(AbortSignal.abort(), () => calls.push("fired"))();
    const controller = new AbortController();
    onAbort(controller.signal, () => calls.push("fires"));
    const stop = onAbort(controller.signal, () => calls.push("never"));
    stop();
    controller.abort();
    expect(calls).toEqual(["fired", "fires"]);
    expect(listenerCount(controller.signal)).toBe(0);
  });

  it("starts no timer beyond what timers can hold", async () => {
    let fired = false;
    const stop = startTimer(2 ** 31, () => {
      fired = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(fired).toBe(false);
    stop();
    startTimer(2 ** 31 - 1, () => {})();
  });
});
