import { InvalidStateError, LockAbandonedError, TimeoutError } from "@everycore/core";
import { Barrier, Event, Lock, RLock, SharedArray } from "@everycore/sync";
import { describe, expect, it } from "vitest";
import { withCrowd } from "./crowd.js";

describe("a lock between threads", () => {
  for (const form of ["sync", "async", "mixed"]) {
    it(`excludes four threads that add 10,000 times each (${form})`, async () => {
      const lock = new Lock({ name: "sum" });
      const sum = new SharedArray("float64", 1);
      await withCrowd(4, (members) =>
        Promise.all(members.map((member) => member.run("increment", lock, sum, 10_000, form))),
      );
      expect(sum.at(0)).toBe(40_000);
      expect(lock.locked).toBe(false);
    });
  }

  it("excludes blocked threads and crowds of async functions from each other, also in the thread that made it", async () => {
    const lock = new Lock();
    const sum = new SharedArray("float64", 1);
    const here = async (): Promise<void> => {
      for (let n = 0; n < 200; n++) {
        using _guard = await lock.acquire();
        const before = sum.view[0] as number;
        await Promise.resolve();
        sum.view[0] = before + 1;
      }
    };
    await withCrowd(3, ([first, second, third]) =>
      Promise.all([
        first?.run("increment", lock, sum, 2000, "sync"),
        second?.run("incrementInCrowd", lock, sum, 50, 20),
        third?.run("incrementInCrowd", lock, sum, 50, 20),
        here(),
        here(),
      ]),
    );
    expect(sum.at(0)).toBe(2000 + 1000 + 1000 + 400);
  });

  it("lets everybody have it while others take it in tight loops", async () => {
    const lock = new Lock();
    const stop = new Event();
    const counts = new SharedArray("int32", 3);
    await withCrowd(3, async (members) => {
      const hammering = members.map((member, index) => member.run("hammer", lock, stop, counts, index));
      for (let n = 0; n < 20 || counts.view.includes(0); n++) (await lock.acquire({ timeoutMs: 10_000 })).release();
      stop.set();
      await Promise.all(hammering);
    });
  });

  it("names the thread that holds it", async () => {
    const lock = new Lock();
    await withCrowd(1, async ([member]) => {
      expect(await member?.run("identify", lock)).toBe("helper-0");
      const guard = await lock.acquire();
      expect(lock.holder).toBe("main");
      guard.release();
      expect(lock.holder).toBeUndefined();
    });
  });

  for (const form of ["sync", "async"]) {
    it(`of two that are taken in opposite order, both acquires fail and name the holder (${form})`, async () => {
      const [a, b] = [new Lock({ name: "a" }), new Lock({ name: "b" })];
      const barrier = new Barrier(2);
      await withCrowd(2, async ([first, second]) => {
        const messages = await Promise.all([
          first?.run("embrace", a, b, barrier, form, 50),
          second?.run("embrace", b, a, barrier, form, 50),
        ]);
        expect(messages).toEqual([
          'Lock "b" was not acquired within 50 ms: helper-1 holds it.',
          'Lock "a" was not acquired within 50 ms: helper-0 holds it.',
        ]);
      });
    });
  }

  it("can be released by another thread", async () => {
    const lock = new Lock();
    const waited = lock.acquireSync() && lock.acquire();
    await withCrowd(1, async ([member]) => expect(await member?.run("releaseError", lock)).toBeUndefined());
    (await waited).release();
    expect(lock.locked).toBe(false);
  });
});

describe("a lock whose holder ends", () => {
  for (const job of ["holdForEver", "holdAndExit"]) {
    it(`is abandoned: all who wait and who come hear of it, until it is reset (${job})`, async () => {
      const lock = new Lock({ name: "accounts" });
      const [held, waits] = [new Event(), new Event()];
      await withCrowd(2, async ([holder, waiter]) => {
        const gone = holder?.run(job, lock, held, 3);
        gone?.catch(() => {});
        expect(await held.wait({ timeoutMs: 10_000 })).toBe(true);
        const blocked = waiter?.run("acquireSyncError", lock, waits);
        const here = lock.acquire().catch((error: unknown) => error);
        await waits.wait();
        if (job === "holdForEver") await holder?.end();
        const code = job === "holdForEver" ? 1 : 3;
        const message = `Lock "accounts" is abandoned: helper-0, which held it, exited with code ${code}. What it protects may be half changed: repair it, then call reset().`;
        const error = await here;
        expect(error).toBeInstanceOf(LockAbandonedError);
        expect((error as Error).message).toBe(message);
        expect(await blocked).toMatchObject({ name: "LockAbandonedError", message });
        expect(() => lock.acquireSync()).toThrow(LockAbandonedError);
        expect(() => lock.tryAcquire()).toThrow(LockAbandonedError);
        expect(() => lock.release()).toThrow(LockAbandonedError);
        expect(String(lock)).toBe('Lock "accounts" (abandoned by helper-0)');
        lock.reset();
        lock.acquireSync().release();
        expect(await waiter?.run("identify", lock)).toBe("helper-1");
      });
    });
  }

  it("is not abandoned when a thread ends that does not hold it", async () => {
    const lock = new Lock();
    await withCrowd(1, async ([member]) => {
      await member?.run("identify", lock);
      const guard = lock.acquireSync();
      await member?.end();
      guard.release();
      (await lock.acquire()).release();
    });
  });

  it("passes its wake-up on when a thread ends that had been woken", async () => {
    const lock = new Lock();
    await withCrowd(3, async (members) => {
      const guard = lock.acquireSync();
      const outcomes = members.map((member) => member.run("identify", lock).catch(() => {}));
      await new Promise((resolve) => setTimeout(resolve, 50));
      guard.release();
      await members[0]?.end();
      await Promise.all(outcomes.slice(1));
    });
  });
});

describe("a lock in one thread", () => {
  it("is acquired without a turn of the event loop when it is free", async () => {
    const lock = new Lock();
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    for (let n = 0; n < 100; n++) (await lock.acquire()).release();
    expect(turned).toBe(false);
  });

  it("serves async functions in order", async () => {
    const lock = new Lock();
    const order: number[] = [];
    const guard = await lock.acquire();
    const all = Array.from({ length: 10 }, async (_, index) => {
      using _guard = await lock.acquire();
      order.push(index);
    });
    guard.release();
    await Promise.all(all);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("is released by its guard when the block throws, and only once", async () => {
    const lock = new Lock();
    await expect(
      (async () => {
        using _guard = await lock.acquire();
        throw new Error("no");
      })(),
    ).rejects.toThrow("no");
    expect(lock.locked).toBe(false);
    const guard = lock.acquireSync();
    guard.release();
    guard.release();
    const other = lock.acquireSync();
    guard.release();
    expect(lock.locked).toBe(true);
    other.release();
  });

  it("cannot be released when it is not held", () => {
    expect(() => new Lock().release()).toThrow(InvalidStateError);
    expect(() => new Lock({ name: "a" }).release()).toThrow('Lock "a" is not held: it cannot be released.');
  });

  it("gives up at the deadline, in both forms, and at the signal", async () => {
    const lock = new Lock();
    const guard = lock.acquireSync();
    expect(() => lock.acquireSync({ timeoutMs: 0 })).toThrow(TimeoutError);
    expect(() => lock.acquireSync({ timeoutMs: 20 })).toThrow("A Lock was not acquired within 20 ms: main holds it.");
    await expect(lock.acquire({ timeoutMs: 0 })).rejects.toThrow(TimeoutError);
    await expect(lock.acquire({ timeoutMs: 20 })).rejects.toThrow(TimeoutError);
    const controller = new AbortController();
    const all = [1, 2, 3].map(() => lock.acquire({ signal: controller.signal }));
    controller.abort("enough");
    for (const each of all) await expect(each).rejects.toBe("enough");
    await expect(lock.acquire({ signal: controller.signal })).rejects.toBe("enough");
    guard.release();
    (await lock.acquire()).release();
    expect(lock.tryAcquire()).toBeDefined();
    expect(lock.tryAcquire()).toBeUndefined();
  });

  it("shows its name and state", async () => {
    const { inspect } = await import("node:util");
    const lock = new Lock({ name: "accounts" });
    expect(String(lock)).toBe('Lock "accounts" (free)');
    lock.acquireSync();
    expect(inspect(lock)).toBe('Lock "accounts" (held by main)');
    expect(String(new RLock())).toBe("RLock (free)");
  });

  it("refuses what is no option", () => {
    expect(() => new Lock({ nam: "a" } as never)).toThrow('options has no option "nam"');
    expect(() => new Lock({ name: 1 } as never)).toThrow("name must be a string");
    expect(() => new Lock().acquireSync({ timeoutMs: -1 })).toThrow(RangeError);
    expect(() => new Lock().acquireSync({ signal: new AbortController().signal } as never)).toThrow("no option");
  });
});

describe("a re-entrant lock", () => {
  it("is free after as many releases, and belongs to one thread", async () => {
    const lock = new RLock({ name: "tree" });
    await withCrowd(1, async ([member]) => {
      expect(await member?.run("nest", lock, 4)).toEqual([false, false, false, true]);
      const guards = [await lock.acquire(), lock.acquireSync(), lock.tryAcquire()];
      expect(await member?.run("releaseError", lock)).toEqual({
        name: "InvalidStateError",
        message: 'RLock "tree" is held by main: only the thread that holds it can release it.',
      });
      for (const guard of guards) guard?.release();
      expect(() => lock.release()).toThrow('RLock "tree" is not held');
    });
  });

  it("excludes four threads", async () => {
    const lock = new RLock();
    const sum = new SharedArray("float64", 1);
    await withCrowd(4, (members) =>
      Promise.all(members.map((member) => member.run("increment", lock, sum, 5000, "sync"))),
    );
    expect(sum.at(0)).toBe(20_000);
  });

  it("lets in all async functions of the thread that gets it", async () => {
    const lock = new RLock();
    const [held, release] = [new Event(), new Event()];
    await withCrowd(1, async ([member]) => {
      const holding = member?.run("holdUntil", lock, held, release);
      await held.wait();
      const [first, second] = [lock.acquire(), lock.acquire()];
      release.set();
      const guards = [await first, await second];
      await holding;
      for (const guard of guards) guard.release();
      expect(lock.locked).toBe(false);
    });
  });
});

describe("random use of a lock", () => {
  for (const seed of [1, 2, 3, Math.floor(Math.random() * 1e9)]) {
    it(`never lets two in, and never hangs (seed ${seed})`, async () => {
      const lock = new Lock();
      const pair = new SharedArray("float64", 3);
      await withCrowd(4, async (members) => {
        const results = await Promise.all(
          members.map((member, index) =>
            member.run<{ torn: number; changes: number }>("disturb", lock, pair, seed + index, 3000),
          ),
        );
        expect(results.map(({ torn }) => torn)).toEqual([0, 0, 0, 0]);
        expect(pair.at(0)).toBe(results.reduce((sum, { changes }) => sum + changes, 0));
        expect(lock.locked).toBe(false);
      });
    });
  }
});
