// The ledger's rules, on both of its sides: in one process step by step, and with a real second process.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fstatSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { byMessage, unfinished } from "@everycore/pool";
import { afterEach, describe, expect, test } from "vitest";
import { recordBytes, ticketCount } from "../src/ledger.js";
import { openLedgerFile, PoolLedger } from "../src/ledger-pool.js";
import { WorkerLedger } from "../src/ledger-worker.js";

const opened: PoolLedger[] = [];
const children: ChildProcess[] = [];

afterEach(() => {
  for (const ledger of opened.splice(0)) ledger.close();
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function createPool(limitBytes?: number): PoolLedger {
  const pool = new PoolLedger(openLedgerFile() as number, limitBytes);
  opened.push(pool);
  return pool;
}

function table(limitBytes?: number): { pool: PoolLedger; worker: WorkerLedger } {
  const pool = createPool(limitBytes);
  return { pool, worker: new WorkerLedger(pool.fd) };
}

/** Runs a ticket to its end. */
function finish({ pool, worker }: ReturnType<typeof table>, value: unknown): number {
  const ticket = pool.send();
  expect(worker.start(ticket)).toBe(true);
  expect(worker.done(ticket, value, 2)).toBe(true);
  worker.flush();
  pool.refresh();
  return ticket;
}

function startFixture(name: string, pool: PoolLedger): ChildProcess {
  const path = fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", path], { stdio: ["pipe", "pipe", "inherit", pool.fd] });
  children.push(child);
  return child;
}

describe("a ledger", () => {
  test("rule 1: gives at most 256 tickets, and others once those are answered", () => {
    const { pool } = table();
    const tickets = Array.from({ length: ticketCount }, () => pool.send());
    expect(new Set(tickets).size).toBe(ticketCount);
    expect(pool.send()).toBe(-1);
    pool.free(tickets[0] as number);
    expect(pool.send()).toBe(ticketCount);
    expect(pool.send()).toBe(-1);
  });

  test("rule 1: what was said of an earlier ticket in the same place means nothing", () => {
    const { pool, worker } = table();
    for (let ticket = 0; ticket < ticketCount; ticket++) pool.send();
    expect(pool.revoke(7)).toBe(true);
    expect(worker.start(7)).toBe(false);
    pool.free(7);
    for (let ticket = 0; ticket < 7; ticket++) pool.free(ticket);
    for (let ticket = 0; ticket < 8; ticket++) expect(pool.send()).toBe(ticketCount + ticket);
    expect(pool.take(7)).toBe(unfinished);
    expect(worker.start(ticketCount + 7)).toBe(true);
    expect(pool.hasStarted(ticketCount + 7)).toBe(true);
    expect(pool.hasStarted(7)).toBe(false);
  });

  test("rule 2: start and revoke exclude each other, the first one holds", () => {
    const { pool, worker } = table();
    const [first, second] = [pool.send(), pool.send()];
    expect(worker.start(first)).toBe(true);
    expect(pool.revoke(first)).toBe(false);
    expect(pool.isRunning(first)).toBe(true);
    expect(pool.revoke(second)).toBe(true);
    expect(pool.revoke(second)).toBe(false);
    expect(worker.start(second)).toBe(false);
    expect(pool.hasStarted(second)).toBe(false);
  });

  test.each([[1.5], [-0], [Number.NaN], [undefined], [null], [true], [false]])("rule 3: %s lies in it", (value) => {
    const both = table();
    const ticket = finish(both, value);
    expect(both.pool.take(ticket)).toEqual({ value, runMs: 2 });
    expect(both.pool.revoke(ticket)).toBe(false);
  });

  test.each([["text"], [1n], [{}]])("rule 3: %s comes by message", (value) => {
    const { pool, worker } = table();
    const ticket = pool.send();
    worker.start(ticket);
    expect(worker.done(ticket, value, 1)).toBe(false);
    worker.doneByMessage(ticket);
    worker.flush();
    pool.refresh();
    expect(pool.take(ticket)).toBe(byMessage);
  });

  test("rule 3: the end of a task is written with the next start", () => {
    const { pool, worker } = table();
    const [first, second] = [pool.send(), pool.send()];
    worker.start(first);
    worker.done(first, 1, 1);
    pool.refresh();
    expect(pool.take(first)).toBe(unfinished);
    worker.start(second);
    pool.refresh();
    expect(pool.take(first)).toEqual({ value: 1, runMs: 1 });
  });

  test("rule 4: the bell rings once for each time that the pool waits", () => {
    const both = table();
    const { pool, worker } = both;
    finish(both, 1);
    expect(worker.mustRing()).toBe(false);
    pool.wait();
    pool.wait();
    finish(both, 2);
    expect(worker.mustRing()).toBe(true);
    expect(worker.mustRing()).toBe(false);
    finish(both, 3);
    expect(worker.mustRing()).toBe(false);
    pool.wait();
    finish(both, 4);
    expect(worker.mustRing()).toBe(true);
  });

  test("an abort reaches the task that runs, and no other", async () => {
    const { pool, worker } = table();
    const [first, second] = [pool.send(), pool.send()];
    worker.start(first);
    expect(worker.isAborting(first)).toBe(false);
    pool.hasStarted(first);
    pool.abort(first);
    await expect.poll(() => worker.isAborting(first)).toBe(true);
    worker.doneByMessage(first);
    worker.start(second);
    expect(worker.isAborting(second)).toBe(false);
  });

  test("rule 5: the file begins anew when it is large and nothing is under way, and the bell still rings", () => {
    const limitBytes = 100 * recordBytes;
    const both = table(limitBytes);
    const { pool, worker } = both;
    let largest = 0;
    let rings = 0;
    for (let round = 0; round < 1000; round++) {
      pool.wait();
      const ticket = finish(both, round);
      expect(pool.take(ticket)).toEqual({ value: round, runMs: 2 });
      pool.free(ticket);
      if (worker.mustRing()) rings++;
      largest = Math.max(largest, fstatSync(pool.fd).size);
    }
    expect(rings).toBe(1000);
    expect(largest).toBeLessThan(limitBytes + 10 * recordBytes);
  });

  test("rule 5: while something is under way there is no other ticket above the limit", () => {
    const both = table(10 * recordBytes);
    const { pool } = both;
    const running = pool.send();
    for (let count = 0; count < 6; count++) pool.free(finish(both, count));
    expect(pool.send()).toBe(-1);
    expect(both.worker.start(running)).toBe(true);
    both.worker.done(running, 1, 1);
    both.worker.flush();
    pool.refresh();
    expect(pool.take(running)).toEqual({ value: 1, runMs: 1 });
    pool.free(running);
    expect(pool.send()).toBeGreaterThan(running);
    expect(fstatSync(pool.fd).size).toBe(0);
  });

  test("F10 two processes never both win a ticket, nor both lose it, in 20,480 races with truncations", async () => {
    const batches = 80;
    const pool = createPool(64 * 1024);
    const child = startFixture("ledger-racer.ts", pool);
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe("ready");
    const won = { pool: 0, worker: 0 };
    let truncations = 0;
    let size = 0;
    for (let batch = 0; batch < batches; batch++) {
      const tickets = Array.from({ length: ticketCount }, () => pool.send());
      const now = fstatSync(pool.fd).size;
      if (now < size) truncations++;
      size = now;
      child.stdin?.write(`${tickets[0]} ${ticketCount}\n`);
      // Backwards, so that the two meet; they do so most often when the worker is already on its way.
      if (batch % 2 === 0) while (!pool.hasStarted(tickets[0] as number));
      const revoked = [...tickets].reverse().filter((ticket) => pool.revoke(ticket));
      const got = (await lines.next()).value as string;
      pool.refresh();
      size = fstatSync(pool.fd).size;
      tickets.forEach((ticket, index) => {
        const mine = revoked.includes(ticket);
        expect(mine, `ticket ${ticket}`).toBe(got[index] === "0");
        if (mine) won.pool++;
        else {
          won.worker++;
          expect(pool.take(ticket)).toEqual({ value: ticket * 1.5, runMs: 1 });
        }
        pool.free(ticket);
      });
    }
    expect(won.pool + won.worker).toBe(batches * ticketCount);
    expect(Math.min(won.pool, won.worker)).toBeGreaterThan(0);
    expect(truncations).toBeGreaterThan(5);
  });

  test("what a process had finished is there after kill -9, and what it had begun is not given out again", async () => {
    const pool = createPool();
    const tickets = Array.from({ length: 20 }, () => pool.send());
    const child = startFixture("ledger-victim.ts", pool);
    await once(child.stdout as NodeJS.ReadableStream, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    pool.refresh();
    const taken = tickets.map((ticket) => pool.take(ticket));
    expect(taken.slice(0, 10)).toEqual(tickets.slice(0, 10).map((value) => ({ value, runMs: 1 })));
    expect(taken.slice(10).every((result) => result === unfinished)).toBe(true);
    expect(tickets.map((ticket) => pool.revoke(ticket))).toEqual(tickets.map((ticket) => ticket > 10));
  });
});
