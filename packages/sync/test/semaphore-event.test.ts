import { spawn } from "node:child_process";
import { once } from "node:events";
import { BoundedSemaphore, Event, Semaphore, SharedValue } from "@everycore/sync";
import { describe, expect, it } from "vitest";
import { withCrowd } from "./crowd.js";

describe("a semaphore", () => {
  for (const form of ["sync", "async", "mixed"]) {
    it(`lets in as many as it has permits (${form})`, async () => {
      const semaphore = new Semaphore(2);
      const [inUse, most] = [new SharedValue("int32"), new SharedValue("int32")];
      await withCrowd(4, (members) =>
        Promise.all(members.map((member) => member.run("usePermits", semaphore, inUse, most, 1000, form))),
      );
      expect([1, 2]).toContain(most.value);
      expect(semaphore.value).toBe(2);
    });
  }

  it("releases several permits at once", async () => {
    const semaphore = new Semaphore(0, { name: "slots" });
    const all = Promise.all([1, 2, 3].map(() => semaphore.acquire()));
    expect(semaphore.tryAcquire()).toBeUndefined();
    semaphore.release(3);
    await all;
    expect(() => semaphore.acquireSync({ timeoutMs: 5 })).toThrow(
      'Semaphore "slots" had no permit within 5 ms: all are in use.',
    );
    await expect(semaphore.acquire({ signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
    expect(() => semaphore.release(0)).toThrow(RangeError);
    expect(() => semaphore.release(2 ** 31)).toThrow(RangeError);
    expect(() => new Semaphore(-1)).toThrow(RangeError);
  });

  it("with a bound is not released beyond it, also in another thread", async () => {
    const semaphore = new BoundedSemaphore(2, { name: "slots" });
    const message =
      'What BoundedSemaphore "slots" has must be at most the 2 permits that it was made with: it was released too often, and would have, not 3.';
    expect(() => semaphore.release()).toThrow(message);
    await withCrowd(1, async ([member]) => {
      expect(await member?.run("releaseError", semaphore)).toEqual({ name: "RangeError", message });
    });
    semaphore.acquireSync().release();
    expect(String(semaphore)).toBe('BoundedSemaphore "slots" (2 of 2 free)');
  });
});

describe("an event", () => {
  it("wakes all that wait when it is set and cleared at once", async () => {
    const event = new Event();
    const waiting = new SharedValue("int32");
    await withCrowd(4, async (members) => {
      for (let round = 1; round <= 20; round++) {
        const waits = members.map((member, index) =>
          member.run("waitForEvent", event, waiting, index % 2 ? "sync" : "async"),
        );
        const here = [event.wait(), event.wait()];
        while (waiting.value < 4 * round) await new Promise((resolve) => setTimeout(resolve, 1));
        await new Promise((resolve) => setTimeout(resolve, 5));
        event.set();
        event.clear();
        expect(await Promise.all([...waits, ...here])).toEqual([true, true, true, true, true, true]);
        expect(event.isSet).toBe(false);
      }
    });
  });

  it("times out with false, and returns at once when it is set", async () => {
    const event = new Event({ name: "go" });
    expect(event.waitSync({ timeoutMs: 5 })).toBe(false);
    expect(await event.wait({ timeoutMs: 5 })).toBe(false);
    const controller = new AbortController();
    const wait = event.wait({ signal: controller.signal });
    controller.abort("enough");
    await expect(wait).rejects.toBe("enough");
    event.set();
    event.set();
    expect([event.waitSync(), await event.wait(), event.isSet]).toEqual([true, true, true]);
    expect(String(event)).toBe('Event "go" (set)');
  });

  it("keeps the process alive while an async function waits, and no longer", async () => {
    const url = new URL("../dist/index.js", import.meta.url);
    const program = `
      const { Event } = await import(${JSON.stringify(url.href)});
      const { Worker } = await import("node:worker_threads");
      const event = new Event();
      const data = event.toPortable({ name: "helper", sharedMemory: true, onEnd() {} }).data;
      const worker = new Worker(\`
        const { workerData } = process.getBuiltinModule("node:worker_threads");
        const ints = new Int32Array(workerData);
        setTimeout(() => { Atomics.store(ints, 4, 3); Atomics.notify(ints, 4); }, 100);
      \`, { eval: true, workerData: data.region.memory });
      worker.unref();
      await event.wait();
      console.log("woken");
      const late = await new Event().wait({ timeoutMs: 20 });
      console.log(late);
    `;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program]);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    const [code] = await once(child, "close");
    expect({ code, output }).toEqual({ code: 0, output: "woken\nfalse\n" });
  });
});
