import { InvalidStateError, LockAbandonedError } from "@everycore/core";
import { Condition, Event, Lock, SharedValue } from "@everycore/sync";
import { describe, expect, it } from "vitest";
import { withCrowd } from "./crowd.js";

/** Resolves when so many wait: who holds the lock knows that they have parked or are about to. */
async function allWait(condition: Condition, waiting: SharedValue<"int32">, count: number): Promise<void> {
  for (;;) {
    using _guard = await condition.acquire();
    if (waiting.value === count) return;
  }
}

describe("a condition between threads", () => {
  it("wakes exactly as many as it is told, the oldest first, in both forms", async () => {
    const condition = new Condition(new Lock());
    const [waiting, woken] = [new SharedValue("int32"), new SharedValue("int32")];
    await withCrowd(4, async (members) => {
      const waits = members.map((member, index) =>
        member.run("waitOnce", condition, waiting, woken, index % 2 ? "sync" : "async"),
      );
      await allWait(condition, waiting, 4);
      for (const [count, total] of [
        [1, 1],
        [2, 3],
        [0, 3],
      ] as const) {
        condition.acquireSync();
        condition.notify(count);
        condition.release();
        while (woken.value < total) await new Promise((resolve) => setTimeout(resolve, 1));
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(woken.value).toBe(total);
      }
      const guard = condition.acquireSync();
      condition.notifyAll();
      guard.release();
      expect(await Promise.all(waits)).toEqual([true, true, true, true]);
    });
  });

  it("loses no notification to waits that time out, nor to threads that have ended", async () => {
    const condition = new Condition();
    const [waiting, woken] = [new SharedValue("int32"), new SharedValue("int32")];
    await withCrowd(3, async ([first, second, third]) => {
      const gone = first?.run("waitOnce", condition, waiting, woken, "sync").catch(() => {});
      await allWait(condition, waiting, 1);
      await first?.end();
      await gone;
      expect(await second?.run("waitOnce", condition, waiting, woken, "async", 10)).toBe(false);
      const last = third?.run("waitOnce", condition, waiting, woken, "sync");
      await allWait(condition, waiting, 3);
      const guard = await condition.acquire();
      condition.notify();
      guard.release();
      expect(await last).toBe(true);
    });
  });

  it("hands each item to one consumer, with waitFor in both forms", async () => {
    const condition = new Condition();
    const [items, taken] = [new SharedValue("int32"), new SharedValue("int32")];
    await withCrowd(4, async (members) => {
      const total = 400;
      const consumers = members.map((member, index) =>
        member.run<number>("consume", condition, items, taken, total, index % 2 ? "sync" : "async"),
      );
      for (let n = 0; n < total; n++) {
        const guard = await condition.acquire();
        items.value += 1;
        condition.notify();
        guard.release();
      }
      const shares = await Promise.all(consumers);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total);
    });
  });

  for (const form of ["sync", "async"]) {
    it(`tells those that wait when a thread ends that holds its lock (${form})`, async () => {
      const condition = new Condition(new Lock({ name: "state" }));
      const held = new Event();
      const [waiting, woken] = [new SharedValue("int32"), new SharedValue("int32")];
      await withCrowd(2, async ([holder, waiter]) => {
        const other = waiter?.run("waitOnce", condition, waiting, woken, form).catch((error: unknown) => error);
        await allWait(condition, waiting, 1);
        const here = condition
          .acquire()
          .then(() => condition.wait())
          .catch((error: unknown) => error);
        holder?.run("holdForEver", condition.lock, held).catch(() => {});
        await held.wait();
        await holder?.end();
        expect(await here).toBeInstanceOf(LockAbandonedError);
        expect(await other).toBeInstanceOf(LockAbandonedError);
        condition.lock.reset();
        condition.acquireSync().release();
      });
    });
  }
});

describe("a condition in one thread", () => {
  it("refuses wait and notify without the lock", async () => {
    const condition = new Condition(undefined, { name: "ready" });
    const message = 'Condition "ready" cannot wait: this thread must hold its lock, but nobody does.';
    await expect(condition.wait()).rejects.toThrow(message);
    expect(() => condition.waitSync()).toThrow(message);
    expect(() => condition.waitForSync(() => true)).toThrow(InvalidStateError);
    await expect(condition.waitFor(() => true)).rejects.toThrow(InvalidStateError);
    expect(() => condition.notify()).toThrow(InvalidStateError);
    expect(() => condition.notifyAll()).toThrow(InvalidStateError);
  });

  it("holds the lock again after a wait that ended early, and gives a re-entrant lock up altogether", async () => {
    const condition = new Condition();
    const guards = [condition.acquireSync(), condition.acquireSync()];
    expect(condition.waitSync({ timeoutMs: 5 })).toBe(false);
    expect(await condition.wait({ timeoutMs: 5 })).toBe(false);
    const controller = new AbortController();
    const wait = condition.wait({ signal: controller.signal });
    controller.abort("enough");
    await expect(wait).rejects.toBe("enough");
    expect(condition.lock.locked).toBe(true);
    for (const guard of guards) guard.release();
    expect(condition.lock.locked).toBe(false);
    expect(String(condition)).toBe("Condition (0 waiting, lock free)");
  });

  it("has room for 1024 waits, and says so", async () => {
    const condition = new Condition(new Lock());
    const waits: Array<Promise<unknown>> = [];
    const one = async (): Promise<boolean> => {
      using _guard = await condition.acquire();
      return await condition.wait();
    };
    for (let n = 0; n < 1024; n++) waits.push(one());
    await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(one()).rejects.toThrow("The number of waits for A Condition must be at most 1024");
    const guard = await condition.acquire();
    condition.notifyAll();
    guard.release();
    expect(new Set(await Promise.all(waits))).toEqual(new Set([true]));
  });
});
