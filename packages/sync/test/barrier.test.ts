import { BrokenBarrierError } from "@everycore/core";
import { Barrier, SharedArray, SharedValue } from "@everycore/sync";
import { describe, expect, it } from "vitest";
import { withCrowd } from "./crowd.js";

describe("a barrier", () => {
  for (const form of ["sync", "async", "mixed"]) {
    it(`keeps four threads in step for ten rounds, each with its own index (${form})`, async () => {
      const barrier = new Barrier(4);
      const arrivals = new SharedArray("int32", 10);
      await withCrowd(4, async (members) => {
        const all = await Promise.all(
          members.map((member) =>
            member.run<{ indices: number[]; seen: number[] }>("meet", barrier, arrivals, 10, form),
          ),
        );
        for (let round = 0; round < 10; round++) {
          expect(all.map(({ indices }) => indices[round]).sort()).toEqual([0, 1, 2, 3]);
          expect(all.map(({ seen }) => seen[round])).toEqual([4, 4, 4, 4]);
        }
      });
    });
  }

  it("runs its action once per round, in the thread that knows it, before anybody goes on", async () => {
    let runs = 0;
    const counter = new SharedValue("int32");
    const barrier = new Barrier(4, {
      action: () => {
        runs++;
        counter.add(1);
      },
    });
    await withCrowd(3, async (members) => {
      const others = members.map((member) => member.run<number[]>("meetWithAction", barrier, counter, 10));
      for (let round = 0; round < 20; round++) await barrier.wait({ timeoutMs: 10_000 });
      for (const seen of await Promise.all(others)) expect(seen).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
      expect(runs).toBe(20);
    });
  });

  it("says when nobody who meets knows the action", async () => {
    const barrier = new Barrier(1, { action: () => {} });
    await withCrowd(1, async ([member]) => {
      expect(await member?.run("waitAtBarrier", barrier, "sync")).toContain("which no party knows");
      expect(barrier.broken).toBe(true);
    });
  });

  it("is broken when the action throws", async () => {
    const barrier = new Barrier(2, {
      action: () => {
        throw new Error("no");
      },
    });
    const outcomes = await Promise.allSettled([barrier.wait(), barrier.wait()]);
    const reasons = outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason as Error);
    expect(reasons.filter(({ message }) => message === "no")).toHaveLength(1);
    expect(reasons.filter((reason) => reason instanceof BrokenBarrierError)).toHaveLength(1);
  });

  for (const end of ["abort", "reset"] as const) {
    it(`lets all go with an error at ${end}, and meets again after reset`, async () => {
      const barrier = new Barrier(4, { name: "start" });
      await withCrowd(3, async (members) => {
        const forms = ["sync", "async", "sync"];
        const waits = members.map((member, index) => member.run("waitAtBarrier", barrier, forms[index]));
        while (barrier.waiting < 3) await new Promise((resolve) => setTimeout(resolve, 1));
        barrier[end]();
        expect(await Promise.all(waits)).toEqual(["broken", "broken", "broken"]);
        expect(barrier.broken).toBe(end === "abort");
        if (end === "abort") expect(() => barrier.waitSync()).toThrow(BrokenBarrierError);
        barrier.reset();
        const again = members.map((member, index) => member.run<number>("waitAtBarrier", barrier, forms[index]));
        const indices = [await barrier.wait(), ...(await Promise.all(again))];
        expect(indices.sort()).toEqual([0, 1, 2, 3]);
      });
    });
  }

  it("is broken for all by one timeout, in both forms, and by a signal", async () => {
    const barrier = new Barrier(3, { timeoutMs: 20 });
    const [first, second] = await Promise.allSettled([barrier.wait(), barrier.wait({ timeoutMs: 10_000 })]);
    expect((first as PromiseRejectedResult).reason.message).toContain("not all 3 parties arrived within 20 ms");
    for (const outcome of [first, second]) {
      expect((outcome as PromiseRejectedResult).reason).toBeInstanceOf(BrokenBarrierError);
    }
    expect(barrier.broken).toBe(true);
    barrier.reset();
    expect(() => barrier.waitSync()).toThrow("A Barrier is broken: not all 3 parties arrived within 20 ms.");
    barrier.reset();
    const controller = new AbortController();
    const aborted = barrier.wait({ signal: controller.signal });
    const other = barrier.wait();
    controller.abort("enough");
    await expect(aborted).rejects.toBe("enough");
    await expect(other).rejects.toThrow(BrokenBarrierError);
  });

  it("goes through many rounds with more threads than parties", async () => {
    const barrier = new Barrier(2, { timeoutMs: 500 });
    await withCrowd(4, async (members) => {
      const counts = await Promise.all(
        members.map((member) => member.run<[number, number]>("meetAnyone", barrier, 3000)),
      );
      const [zeros, ones] = [0, 1].map((index) => counts.reduce((sum, count) => sum + (count[index] as number), 0));
      expect(zeros).toBe(ones);
      expect(zeros).toBeGreaterThan(3000);
    });
  });

  it("refuses what is no number of parties", () => {
    for (const parties of [0, 1.5, 4096, "2"]) expect(() => new Barrier(parties as number)).toThrow(/parties/);
  });
});
