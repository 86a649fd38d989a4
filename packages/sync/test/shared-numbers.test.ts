import { UnsupportedError } from "@everycore/core";
import { Lock, SharedArray, SharedValue } from "@everycore/sync";
import { describe, expect, it } from "vitest";
import { withCrowd } from "./crowd.js";
import { revive } from "./fixtures/portables.mjs";

describe("a shared value", () => {
  for (const [type, step, total] of [
    ["int32", 3, 120_000],
    ["float64", 0.5, 20_000],
    ["float32", 0.25, 10_000],
    ["bigint64", 2n, 80_000n],
    ["uint8", 1, 40_000 % 256],
  ] as const) {
    it(`of ${type} adds atomically from four threads`, async () => {
      const value = new SharedValue<typeof type>(type);
      await withCrowd(4, (members) => Promise.all(members.map((member) => member.run("addUp", value, step, 10_000))));
      expect(value.value).toBe(total);
    });
  }

  it("has the operations of Atomics, which return the value before", () => {
    const value = new SharedValue("int32", 6, { name: "flags" });
    expect([value.add(1), value.sub(2), value.and(4), value.or(3), value.xor(1), value.exchange(9)]).toEqual([
      6, 7, 5, 4, 7, 6,
    ]);
    expect([value.compareExchange(1, 2), value.value, value.compareExchange(9, 2), value.value]).toEqual([9, 9, 9, 2]);
    expect(String(value)).toBe('SharedValue "flags" (int32 2)');
  });

  it("compares floats by their bits", () => {
    const value = new SharedValue("float64", Number.NaN);
    expect(value.compareExchange(Number.NaN, -0)).toBeNaN();
    value.compareExchange(0, 1);
    expect(value.value).toBe(-0);
    expect(value.add(1.5)).toBe(-0);
    expect(value.sub(0.25)).toBe(1.5);
    expect(value.exchange(7)).toBe(1.25);
    expect(() => value.and(1)).toThrow(UnsupportedError);
  });

  it("refuses what is no number of its type", () => {
    expect(() => new SharedValue("int64" as never)).toThrow("type must be one of");
    expect(() => new SharedValue("int32", 1n as never)).toThrow("value must be a number, not a bigint (1).");
    expect(() => new SharedValue("bigint64").add(1 as never)).toThrow("value must be a bigint");
  });

  it("has a lock of its own", async () => {
    const value = new SharedValue("float64");
    await withCrowd(1, async ([member]) => {
      expect(await member?.run("identify", value.getLock())).toBe("helper-0");
    });
    expect(value.getLock()).toBe(value.getLock());
  });
});

describe("a shared array", () => {
  it("is one memory in all threads", async () => {
    const array = new SharedArray("float64", 5);
    await withCrowd(1, async ([member]) => {
      expect(await member?.run("fill", array, 1.5)).toEqual([1.5, 2.5, 3.5, 4.5, 5.5]);
      expect([...array]).toEqual([1.5, 2.5, 3.5, 4.5, 5.5]);
      expect(array.view).toBeInstanceOf(Float64Array);
    });
  });

  it("reads, writes and copies", () => {
    const array = new SharedArray("int16", [1, 2, 3]);
    array.set([8, 9], 1);
    expect([array.length, array.at(0), array.at(-1), array.at(3)]).toEqual([3, 1, 9, undefined]);
    const copy = array.slice(1);
    copy[0] = 0;
    expect([...copy, ...array]).toEqual([0, 9, 1, 8, 9]);
    expect(() => array.set([1, 2], 2)).toThrow(RangeError);
    expect(() => new SharedArray("int8", -1)).toThrow(RangeError);
    expect(() => new SharedArray("int8", "12" as never)).toThrow(TypeError);
    expect([...new SharedArray("biguint64", [1n])]).toEqual([1n]);
    expect(array.lock).toBeInstanceOf(Lock);
  });
});

describe("a primitive on its way", () => {
  const recipient = (sharedMemory: boolean) => ({ name: "process pool-0", sharedMemory, onEnd: () => {} });

  it("is refused where memory is not shared, and the way out is named", () => {
    expect(() => new Lock({ name: "a" }).toPortable(recipient(false))).toThrow(
      'process pool-0 does not support sharing Lock "a". It shares no memory with the sender: use threads, or send values through a ProcessQueue or a Pipe of @everycore/node-processes.',
    );
    expect(() => new SharedArray("int8", 1).toPortable(recipient(false))).toThrow("sharing a SharedArray");
  });

  it("keeps its identity as a holder when it comes back", () => {
    const lock = new Lock();
    const { type, data } = lock.toPortable(recipient(true));
    const back = revive({ portable: type, data: structuredClone(data) }) as Lock;
    const guard = back.acquireSync();
    expect([lock.holder, back.holder, lock.locked]).toEqual(["main", "main", true]);
    guard.release();
  });

  it("does not keep what was sent alive while the recipient lives", async () => {
    const to = recipient(true);
    let count = 0;
    const registry = new FinalizationRegistry(() => count++);
    for (let n = 0; n < 100; n++) {
      const array = new SharedArray("int8", 1000);
      array.toPortable(to);
      registry.register(array.view, n);
    }
    for (let n = 0; n < 50 && count < 90; n++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      globalThis.gc?.();
    }
    expect(count).toBeGreaterThanOrEqual(90);
  });
});
