import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { transformSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { byMessage, PoolSlots, slotBytes, slotCount, unfinished, WorkerSlots } from "../src/wire/slots.js";

function table(): { pool: PoolSlots; worker: WorkerSlots } {
  const memory = new SharedArrayBuffer(slotBytes);
  return { pool: new PoolSlots(memory), worker: new WorkerSlots(memory) };
}

describe("slots", () => {
  it("rule 1: send() gives each slot once, and −1 when all are taken", () => {
    const { pool } = table();
    const taken = Array.from({ length: slotCount }, () => pool.send());
    expect(new Set(taken).size).toBe(slotCount);
    expect(pool.send()).toBe(-1);
    pool.free(7);
    expect(pool.send()).toBe(7);
    expect(pool.send()).toBe(-1);
  });

  it("rule 2: only what was sent can be started, once", () => {
    const { pool, worker } = table();
    expect(worker.start(0)).toBe(false);
    const slot = pool.send();
    expect(pool.hasStarted(slot)).toBe(false);
    expect(worker.start(slot)).toBe(true);
    expect(worker.start(slot)).toBe(false);
    expect(pool.hasStarted(slot)).toBe(true);
    expect(pool.isRunning(slot)).toBe(true);
  });

  it("rule 3: only what has not started can be revoked, and then it cannot start", () => {
    const { pool, worker } = table();
    const [revoked, started] = [pool.send(), pool.send()];
    expect(pool.revoke(revoked)).toBe(true);
    expect(pool.revoke(revoked)).toBe(false);
    expect(worker.start(revoked)).toBe(false);
    worker.start(started);
    expect(pool.revoke(started)).toBe(false);
    worker.done(started, 1, 1);
    expect(pool.revoke(started)).toBe(false);
    pool.free(started);
    expect(pool.revoke(started)).toBe(false);
  });

  it("rule 4: only what runs can be asked to stop", () => {
    const { pool, worker } = table();
    const slot = pool.send();
    pool.abort(slot);
    expect(worker.isAborting(slot)).toBe(false);
    worker.start(slot);
    expect(worker.isAborting(slot)).toBe(false);
    pool.abort(slot);
    expect(worker.isAborting(slot)).toBe(true);
    expect(pool.isRunning(slot)).toBe(true);
    worker.done(slot, 1, 1);
    pool.abort(slot);
    expect(worker.isAborting(slot)).toBe(false);
    expect(pool.take(slot)).toEqual({ value: 1, runMs: 1 });
  });

  it.each([
    [0],
    [-0],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [Number.MIN_VALUE],
    [0.1],
    [2 ** 53],
    [undefined],
    [null],
    [true],
    [false],
  ])("rule 5: %s fits into a slot, bit for bit", (value) => {
    const { pool, worker } = table();
    const slot = pool.send();
    expect(pool.take(slot)).toBe(unfinished);
    worker.start(slot);
    expect(pool.take(slot)).toBe(unfinished);
    expect(worker.done(slot, value, 0.25)).toBe(true);
    const result = pool.take(slot) as { value: unknown; runMs: number };
    expect(Object.is(result.value, value)).toBe(true);
    expect(result.runMs).toBe(0.25);
    expect(pool.hasStarted(slot)).toBe(true);
    expect(pool.isRunning(slot)).toBe(false);
  });

  it.each([["text"], [1n], [{}], [[]], [() => 1], [Symbol("s")]])(
    "rule 5: %s does not fit, and comes by message",
    (value) => {
      const { pool, worker } = table();
      const slot = pool.send();
      worker.start(slot);
      expect(worker.done(slot, value, 1)).toBe(false);
      expect(pool.take(slot)).toBe(unfinished);
      worker.doneByMessage(slot);
      expect(pool.take(slot)).toBe(byMessage);
    },
  );

  it("rule 6: a freed slot starts from the beginning", () => {
    const { pool, worker } = table();
    const slot = pool.send();
    worker.start(slot);
    worker.done(slot, 5, 1);
    pool.free(slot);
    expect(pool.take(slot)).toBe(unfinished);
    expect(pool.send()).toBe(slot);
    expect(worker.start(slot)).toBe(true);
  });

  it("rule 7: the bell rings once for each time that the pool waits", () => {
    const { pool, worker } = table();
    expect(worker.mustRing()).toBe(false);
    pool.wait();
    expect(worker.mustRing()).toBe(true);
    expect(worker.mustRing()).toBe(false);
    pool.wait();
    pool.wait();
    expect(worker.mustRing()).toBe(true);
    expect(worker.mustRing()).toBe(false);
  });

  it("keeps results apart, also in the last slot", () => {
    const { pool, worker } = table();
    const all = Array.from({ length: slotCount }, () => pool.send());
    for (const slot of all) worker.start(slot);
    for (const slot of all) worker.done(slot, slot * 1.5, slot);
    for (const slot of all) expect(pool.take(slot)).toEqual({ value: slot * 1.5, runMs: slot });
  });

  it("F10 host and worker never both win a slot, in 100,000 races", async () => {
    const batches = 400;
    const source = readFileSync(new URL("../src/wire/slots.ts", import.meta.url), "utf8");
    const { code } = transformSync(source, { loader: "ts", format: "esm", target: "es2022" });
    const memory = new SharedArrayBuffer(slotBytes);
    const control = new SharedArrayBuffer(8);
    const wins = new SharedArrayBuffer(slotCount);
    const moduleUrl = `data:text/javascript,${encodeURIComponent(code)}`;
    const worker = new Worker(new URL("./fixtures/slot-racer.mjs", import.meta.url), {
      workerData: { moduleUrl, memory, control, wins, batches, slotCount },
    });
    await once(worker, "online");
    const pool = new PoolSlots(memory);
    const shared = new Int32Array(control);
    const won = new Uint8Array(wins);
    const tally = { host: 0, worker: 0 };
    for (let batch = 0; batch < batches; batch++) {
      won.fill(0);
      for (let count = 0; count < slotCount; count++) expect(pool.send()).toBeGreaterThanOrEqual(0);
      Atomics.store(shared, 0, batch + 1);
      Atomics.notify(shared, 0);
      const revoked = new Uint8Array(slotCount);
      for (let slot = slotCount - 1; slot >= 0; slot--) if (pool.revoke(slot)) revoked[slot] = 1;
      while (Atomics.load(shared, 1) <= batch) Atomics.wait(shared, 1, batch, 1000);
      for (let slot = 0; slot < slotCount; slot++) {
        if ((revoked[slot] as number) + (won[slot] as number) !== 1) throw new Error(`batch ${batch}, slot ${slot}`);
        if (revoked[slot]) tally.host++;
        else {
          tally.worker++;
          expect(pool.take(slot)).toEqual({ value: batch * slotCount + slot, runMs: 1 });
        }
        pool.free(slot);
      }
    }
    await once(worker, "exit");
    expect(tally.host + tally.worker).toBe(batches * slotCount);
    console.log(`slots: the host won ${tally.host}, the worker ${tally.worker}`);
  });
});
