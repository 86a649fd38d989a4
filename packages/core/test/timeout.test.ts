import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { InvalidStateError, TimeoutError, type TimeoutScope, timeout } from "../src/index.js";
import { outcomeOf, thrownBy, turn } from "./support.js";

describe("timeout", () => {
  it("G2 gives the body's value in time, synchronous or not", async () => {
    expect(await timeout(1000, () => 5)).toBe(5);
    expect(
      await timeout(1000, async () => {
        await turn();
        return "async";
      }),
    ).toBe("async");
    expect(await timeout(Number.POSITIVE_INFINITY, () => 1)).toBe(1);
    expect(await timeout(2 ** 40, async () => sleep(5, "no overflow"))).toBe("no overflow");
  });

  it("G2 rejects at the deadline, fires its signal with the same error, and says so", async () => {
    let scope: TimeoutScope | undefined;
    const outcome = await outcomeOf(
      timeout(5, async (own) => {
        scope = own;
        expect(own.expired).toBe(false);
        await sleep(60_000, undefined, { signal: own.signal });
      }),
    );
    const { thrown } = outcome as { thrown: TimeoutError };
    expect(thrown).toBeInstanceOf(TimeoutError);
    expect(thrown.message).toBe("The body took longer than 5 ms.");
    expect(scope?.expired).toBe(true);
    expect(scope?.signal.reason).toBe(thrown);
  });

  it("G2 rejects even if the body does not listen, and swallows what it does afterwards", async () => {
    let release = (_error: Error): void => {};
    const stuck = new Promise<never>((_, reject) => {
      release = reject;
    });
    await expect(timeout(1, () => stuck)).rejects.toThrow(TimeoutError);
    release(new Error("too late"));
    await turn();
  });

  it("G2 zero is a deadline that work without waiting keeps", async () => {
    expect(await timeout(0, () => "at once")).toBe("at once");
    await expect(timeout(0, ({ signal }) => sleep(60_000, 1, { signal }))).rejects.toThrow(TimeoutError);
  });

  it("G2 lets foreign errors through, also TimeoutErrors of others", async () => {
    const foreign = new TimeoutError("not mine");
    const outcome = await outcomeOf(
      timeout(1000, () => {
        throw foreign;
      }),
    );
    expect(outcome).toEqual({ thrown: foreign });
    expect(await outcomeOf(timeout(1000, () => Promise.reject(undefined)))).toEqual({ thrown: undefined });
  });

  it("G2 nests: the inner one ends first, the outer one lives on", async () => {
    const result = await timeout(5000, async (outer) => {
      await expect(timeout(2, ({ signal }) => sleep(60_000, 0, { signal }))).rejects.toThrow(TimeoutError);
      expect(outer.expired).toBe(false);
      return "outer";
    });
    expect(result).toBe("outer");
  });

  it("G2 nests: the outer one ends the inner one's work through its signal", async () => {
    const outcome = await outcomeOf(timeout(3, ({ signal }) => timeout(5000, () => sleep(60_000, 0, { signal }))));
    expect((outcome as { thrown: Error }).thrown.message).toBe("The body took longer than 3 ms.");
  });

  it("G2 is rescheduled, later, sooner, and away", async () => {
    const later = await timeout(3, async ({ reschedule }) => {
      reschedule(5000);
      await sleep(8);
      return "later";
    });
    expect(later).toBe("later");
    const sooner = timeout(60_000, ({ signal, reschedule }) => {
      reschedule(2);
      return sleep(60_000, 0, { signal });
    });
    await expect(sooner).rejects.toThrow(/longer than 2 ms/);
    const away = await timeout(3, async ({ reschedule }) => {
      reschedule(Number.POSITIVE_INFINITY);
      await sleep(8);
      return "away";
    });
    expect(away).toBe("away");
  });

  it("G2 cannot be moved when it is over", async () => {
    let scope: TimeoutScope | undefined;
    await timeout(1000, (own) => {
      scope = own;
    });
    await turn();
    expect(thrownBy(() => scope?.reschedule(5))).toBeInstanceOf(InvalidStateError);
    expect(scope?.expired).toBe(false);
    await outcomeOf(
      timeout(1, (own) => {
        scope = own;
        return new Promise(() => {});
      }),
    );
    expect(thrownBy(() => scope?.reschedule(5))).toBeInstanceOf(InvalidStateError);
  });

  it("checks its arguments at the call", () => {
    expect(() => timeout("5" as never, () => 1)).toThrow(/ms must be a number of milliseconds/);
    expect(() => timeout(-1, () => 1)).toThrow(RangeError);
    expect(() => timeout(5, null as never)).toThrow(/body must be a function/);
  });

  it("passes a wrong reschedule on as the body's error", async () => {
    await expect(timeout(1000, ({ reschedule }) => reschedule(-1))).rejects.toThrow(RangeError);
  });

  it("keeps no timer after its end", async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const before = timers();
    await timeout(60_000, () => 1);
    await outcomeOf(timeout(60_000, () => Promise.reject(1)));
    await turn();
    expect(timers()).toBe(before);
  });
});
