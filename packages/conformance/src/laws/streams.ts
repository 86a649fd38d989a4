// S5, S6: streams out of a task and into one.

import { type Executor, TimeoutError, WorkerLostError } from "@everycore/core";
import { equals, holds, rejection, rejects, same } from "../assertions.js";
import { delay, until, within } from "../conditions.js";
import type { LawTest } from "../law.js";

async function take<T>(stream: AsyncIterable<T>, length: number): Promise<T[]> {
  const values: T[] = [];
  for await (const value of stream) if (values.push(value) === length) break;
  return values;
}

/** Whether everything that was submitted is over. */
function isQuiet(executor: Executor): boolean {
  const { pending, running } = executor.stats();
  return pending + running === 0;
}

/** Numbers that tell how many were taken, and whether they were closed. */
function createSource(to: number): { taken: number; closed: boolean } & AsyncIterable<number> {
  return {
    taken: 0,
    closed: false,
    async *[Symbol.asyncIterator]() {
      try {
        while (this.taken < to) yield this.taken++;
      } finally {
        this.closed = true;
      }
    },
  };
}

/** See the specification. */
export const streamLaws: readonly LawTest[] = [
  {
    law: "S5",
    title: "a stream delivers every value in order",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      for (const length of [0, 1, 15, 16, 17, 1000]) {
        const values = await take(executor.stream(t.tasks.count, length), Number.POSITIVE_INFINITY);
        equals(values, [...Array(length).keys()], `a stream of ${length} values delivers them in order`);
      }
      for (const streamBuffer of [1, 2, 1000]) {
        const stream = executor.with({ streamBuffer }).stream(t.tasks.count, 100);
        equals(
          await take(stream, Number.POSITIVE_INFINITY),
          [...Array(100).keys()],
          `also with streamBuffer ${streamBuffer}`,
        );
      }
      const parallel = [1, 2, 3].map(() => take(executor.stream(t.tasks.count, 50), 50));
      for (const values of await Promise.all(parallel)) equals(values, [...Array(50).keys()], "streams do not mix");
    },
  },
  {
    law: "S5",
    title: "a slow consumer holds the producer",
    async run(t) {
      const streamBuffer = 4;
      const executor = await t.executor({ maxWorkers: 1 });
      const stream = executor.with({ streamBuffer }).stream(t.tasks.timestamps);
      await stream.next();
      await delay(120);
      const resumed = Date.now();
      const made: number[] = [];
      for (let index = 0; index < 3 * streamBuffer; index++) made.push((await stream.next()).value as number);
      const ahead = made.filter((time) => time < resumed - 20).length;
      holds(
        ahead <= 2 * streamBuffer,
        `the producer of a stream waits for its consumer (it was ${ahead} values ahead, streamBuffer is ${streamBuffer})`,
      );
      await stream.return();
    },
  },
  {
    law: "S5",
    title: "break runs the generator's finally and frees the worker",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      equals(
        await take(executor.stream(t.tasks.countForever, "left"), 5),
        [0, 1, 2, 3, 4],
        "the values until the break",
      );
      const labels = await within(6000, executor.submit(t.tasks.finished), "a stream that was left frees its worker");
      holds(labels.includes("left"), "leaving a stream runs the generator's finally");
      same(isQuiet(executor), true, "the stream's task is over");
    },
  },
  {
    law: "S5",
    title: "a stream that is never read never starts, and one that is disposed of ends",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const unread = executor.stream(t.tasks.countForever, "unread");
      same(executor.stats().submitted, 0, "a stream starts at its first next()");
      same((await unread.return()).done, true, "a stream that never started can be left");
      same((await unread.next()).done, true, "and has ended");
      const read = executor.stream(t.tasks.countForever, "disposed of");
      same((await read.next()).value, 0, "a stream yields");
      await within(6000, read[Symbol.asyncDispose](), "disposing of a stream ends it");
      holds((await executor.submit(t.tasks.finished)).includes("disposed of"), "and runs the finally");
    },
  },
  {
    law: "S5",
    title: "an error ends the stream at its position",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const stream = executor.stream(t.tasks.countAndFail, 20);
      const values: number[] = [];
      const error = await rejection(
        (async () => {
          for await (const value of stream) values.push(value);
        })(),
        "a stream whose generator throws ends with the error",
      );
      equals(values, [...Array(20).keys()], "every value before the error is delivered");
      holds(error instanceof RangeError && error.message === "stopped at 20", `then the error (got ${error})`);
      same((await stream.next()).done, true, "then the stream has ended");
      const wrong = executor.stream(t.tasks.identity as unknown as () => Iterable<number>);
      await rejects(wrong.next(), TypeError, /iterable/, "a task that returns no iterable is a TypeError");
    },
  },
  {
    law: "S5",
    title: "an aborted stream ends, and runs the generator's finally",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, abortGraceMs: 60_000 });
      const stream = executor.with({ timeoutMs: 40, streamBuffer: 2 }).stream(t.tasks.countForever, "timed out");
      const error = await rejection(
        (async () => {
          for await (const _ of stream) await delay(5);
        })(),
        "a stream with a timeoutMs ends",
      );
      holds(error instanceof TimeoutError, `with TimeoutError (got ${error})`);
      holds((await executor.submit(t.tasks.finished)).includes("timed out"), "the generator's finally ran");
    },
  },
  {
    law: "S5",
    title: "a stream whose worker ends delivers what came before, then WorkerLostError",
    requires: ["isolated"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const stream = executor.stream(t.tasks.countAndExit, 5);
      const values: number[] = [];
      const reading = (async () => {
        for await (const value of stream) values.push(value);
      })();
      const error = await within(8000, rejection(reading, "a stream whose worker ends fails"), "the stream ends");
      holds(error instanceof WorkerLostError, `with WorkerLostError (got ${error})`);
      equals(values, [0, 1, 2, 3, 4], "what the worker had yielded is delivered");
      same(await executor.submit(t.tasks.add, 1, 2), 3, "the pool goes on");
    },
  },
  {
    law: "S6",
    title: "an async iterable may be an argument",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const source = createSource(200);
      same(await executor.submit(t.tasks.sumUp, source), 19_900, "a task reads an async iterable to its end");
      same(source.closed, true, "the iterable was closed");
      const sums = await Promise.all([1, 2, 3].map(() => executor.submit(t.tasks.sumUp, createSource(10))));
      equals(sums, [45, 45, 45], "several tasks, each with its own iterable");
    },
  },
  {
    law: "S6",
    title: "a task that stops reading closes the iterable, and pulls no more than a window",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const source = createSource(Number.POSITIVE_INFINITY);
      equals(await executor.submit(t.tasks.firstOf, source, 3), [0, 1, 2], "a task may stop reading");
      await until(() => source.closed, "an iterable that is no longer read is closed");
      holds(source.taken < 200, `an infinite iterable is read as far as needed (${source.taken} values were)`);
    },
  },
  {
    law: "S6",
    title: "an error of the iterable reaches the task, a cancelled task never reads it",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      async function* failing(): AsyncGenerator<number> {
        yield 1;
        throw new RangeError("the source is dry");
      }
      await rejects(
        executor.submit(t.tasks.sumUp, failing()),
        RangeError,
        /the source is dry/,
        "the iterable's error reaches the task",
      );
      const { gate } = await t.occupy(executor);
      const source = createSource(5);
      executor.submit(t.tasks.sumUp, source).cancel();
      gate.open();
      await executor.submit(t.tasks.nothing);
      same(source.taken, 0, "a cancelled task never reads its iterable");
    },
  },
  {
    law: "S6",
    title: "an iterable whose reader ends with its worker is closed",
    requires: ["isolated"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const source = createSource(Number.POSITIVE_INFINITY);
      const reading = executor.submit(t.tasks.readAndExit, source);
      await rejects(reading, WorkerLostError, /./, "the reader is lost");
      await until(() => source.closed, "an iterable whose reader was lost is closed");
    },
  },
  {
    law: "S6",
    title: "a task that waits for its iterable for ever can be ended",
    requires: ["terminate"],
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1, abortGraceMs: 20 });
      async function* silent(): AsyncGenerator<number> {
        yield 1;
        await new Promise(() => {});
      }
      const stuck = executor.submit(t.tasks.sumUp, silent());
      await until(() => stuck.running(), "a task waits for its iterable");
      stuck.abort();
      await rejection(stuck, "a task that waits for its iterable can be aborted");
      same(await executor.submit(t.tasks.add, 1, 2), 3, "the pool goes on");
    },
  },
];
