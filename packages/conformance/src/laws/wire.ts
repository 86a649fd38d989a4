// D7, D9–D11: the wire under load, with damaged and with hostile messages.

import { type Future, ProtocolError, WorkerLostError } from "@everycore/core";
import { equals, holds, rejection, same } from "../assertions.js";
import { until, within } from "../conditions.js";
import type { LawTest } from "../law.js";

const many = 100_000;

/** Messages that no pool must act on. */
const hostileMessages: readonly unknown[] = [
  null,
  42,
  "done",
  [],
  {},
  { type: "no such type" },
  { type: "__proto__" },
  { type: "constructor" },
  { type: "toString" },
  { type: "ready", version: 999 },
  { type: "done" },
  { type: "done", results: [1, 2, 3] },
  { type: "yield", id: "x", values: 5 },
  JSON.parse('{"type":"done","__proto__":{"results":[]}}'),
];

/** The others have their values, but for the one that the same worker may have been running by then. */
async function checkNeighbours(neighbours: ReadonlyArray<Future<number>>, what: string): Promise<void> {
  const results = await Promise.allSettled(neighbours);
  const lost = results.filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
  holds(lost.length <= 1, `${what} ends at most one worker (${lost.length} tasks were lost)`);
  holds(
    lost[0]?.reason instanceof WorkerLostError || lost.length === 0,
    `what it was running is lost (${lost[0]?.reason})`,
  );
  results.forEach((result, index) => {
    if (result.status === "fulfilled") same(result.value, index, `other tasks do not notice ${what}`);
  });
}

/** See the specification. */
export const wireLaws: readonly LawTest[] = [
  {
    law: "D7",
    title: "a worker that ends while a large message is under way breaks nothing else",
    requires: ["isolated"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const futures = Array.from({ length: 3 }, () => executor.submit(t.tasks.exitWhileReturning, 32 * 2 ** 20));
      const neighbours = Array.from({ length: 50 }, (_, index) => executor.submit(t.tasks.identity, index));
      for (const future of futures) {
        const error = await within(
          10_000,
          future.exception(),
          "a task whose worker ends in the middle of its answer is settled",
        );
        holds(
          error === null || error instanceof WorkerLostError,
          `with its whole value or WorkerLostError (got ${error})`,
        );
        if (error === null) same((await future).byteLength, 32 * 2 ** 20, "a value that arrives is whole");
      }
      equals(await Promise.all(neighbours), [...Array(50).keys()], "its neighbours have their values");
      same(await executor.submit(t.tasks.add, 1, 2), 3, "the pool goes on");
    },
  },
  {
    law: "D9",
    title: "100,000 queued tiny tasks all settle once",
    timeoutMs: 60_000,
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const calls = new Uint8Array(many);
      let wrong = 0;
      const settled: Array<Promise<void>> = [];
      for (let index = 0; index < many; index++) {
        const future = executor.submit(t.tasks.identity, index);
        future.addDoneCallback(() => {
          calls[index] = (calls[index] as number) + 1;
        });
        settled.push(future.then((value) => void (value === index || wrong++)));
      }
      await Promise.all(settled);
      same(wrong, 0, "each of 100,000 tasks has its own value");
      same(
        calls.every((count) => count === 1),
        true,
        "each of 100,000 tasks settles exactly once",
      );
      const { submitted, done, pending } = executor.stats();
      equals([submitted, done, pending], [many, many, 0], "all of them are counted");
    },
  },
  {
    law: "D9",
    title: "memory is bounded with 100,000 queued tasks, and given back",
    needs: ["gc", "heapBytes"],
    timeoutMs: 60_000,
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const [gc, heapBytes] = [t.need("gc"), t.need("heapBytes")];
      await executor.submit(t.tasks.nothing);
      await gc();
      const before = await heapBytes();
      const { gate, held } = await t.occupy(executor, 2);
      await (async () => {
        const futures = Array.from({ length: many }, (_, index) => executor.submit(t.tasks.identity, index));
        await gc();
        const perTask = ((await heapBytes()) - before) / many;
        holds(perTask < 5 * 1024, `a queued task takes less than 5 kB (it takes ${Math.round(perTask)} bytes)`);
        gate.open();
        await Promise.all([...futures, ...held]);
      })();
      let left = Number.POSITIVE_INFINITY;
      await until(async () => {
        await gc();
        left = (await heapBytes()) - before;
        return left < 10 * 2 ** 20;
      }, "the memory of 100,000 tasks is given back").catch((error) => {
        throw Object.assign(error as Error, { message: `${(error as Error).message} (${left} bytes are left)` });
      });
    },
  },
  {
    law: "D10",
    title: "an argument that cannot be received fails that task and nothing else",
    needs: ["garbled"],
    async run(t) {
      const garbled = t.need("garbled");
      const executor = await t.executor({ maxWorkers: 1, initializer: garbled.prepareWorker });
      const before = executor.submit(t.tasks.identity, "before");
      const future = executor.submit(t.tasks.identity, garbled.make());
      const after = executor.submit(t.tasks.identity, "after");
      const what = "a task whose argument cannot be received fails";
      const error = await within(8000, rejection(future, what), what);
      holds(error instanceof Error, `with an error (got ${error})`);
      const neighbours = within(6000, Promise.all([before, after]), "its neighbours run");
      equals(await neighbours, ["before", "after"], "its neighbours run, also those that travelled with it");
      same(await within(6000, executor.submit(t.tasks.add, 1, 2), "the pool goes on"), 3, "the pool goes on after it");
    },
  },
  {
    law: "D10",
    title: "a result that cannot be received fails that task and nothing else",
    needs: ["garbled"],
    async run(t) {
      const garbled = t.need("garbled");
      const executor = await t.executor({ maxWorkers: 1 });
      await executor.submit(t.tasks.nothing);
      const mend = garbled.prepareHere();
      t.defer(mend);
      const future = executor.submit(garbled.makeInWorker);
      const error = await within(
        6000,
        rejection(future, "a task whose result cannot be received fails"),
        "a task whose result cannot be received fails",
      );
      holds(error instanceof Error, `with an error (got ${error})`);
      mend();
      same(await within(6000, executor.submit(t.tasks.add, 1, 2), "the pool goes on"), 3, "the pool goes on after it");
    },
  },
  {
    law: "D11",
    title: "hostile messages are refused, reported, and end at most their worker",
    needs: ["postRaw"],
    timeoutMs: 40_000,
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      for (const message of hostileMessages) {
        const what = JSON.stringify(message);
        t.reported.length = 0;
        const hostile = executor.submit(t.need("postRaw"), message);
        const neighbours = Array.from({ length: 5 }, (_, index) => executor.submit(t.tasks.identity, index));
        const error = await within(6000, hostile.exception(), `the task that posts ${what} is settled`);
        holds(
          error === null || error instanceof WorkerLostError,
          `a message ${what} does no more than end its worker (got ${error})`,
        );
        await checkNeighbours(neighbours, `a message ${what}`);
        await until(
          () => t.reported.some((report) => report.error instanceof ProtocolError),
          `a message ${what} is refused and reported`,
        );
      }
      same(({} as { results?: unknown }).results, undefined, "no prototype was polluted");
    },
  },
];
