// E2–E5: map.

import { type Executor, TimeoutError } from "@everycore/core";
import { equals, holds, rejection, rejects, same, throws } from "../assertions.js";
import { until } from "../conditions.js";
import type { LawTest } from "../law.js";

/** Numbers 0, 1, 2, …, for ever or up to a limit, that tell how many were taken and whether they were closed. */
function createNumbers(
  limit: number = Number.POSITIVE_INFINITY,
): { taken: number; closed: boolean } & Iterable<number> {
  return {
    taken: 0,
    closed: false,
    *[Symbol.iterator]() {
      try {
        while (this.taken < limit) yield this.taken++;
      } finally {
        this.closed = true;
      }
    },
  };
}

async function* asynchronously(to: number): AsyncGenerator<number> {
  for (let value = 0; value < to; value++) {
    if (value % 3 === 0) await new Promise<void>((resolve) => setTimeout(resolve, 0));
    yield value;
  }
}

/** Takes values until the end or an error. */
async function drain<T>(results: AsyncIterable<T>): Promise<{ values: T[]; error: unknown }> {
  const values: T[] = [];
  try {
    for await (const value of results) values.push(value);
  } catch (error) {
    return { values, error };
  }
  return { values, error: undefined };
}

const upTo = (n: number): number[] => [...Array(n).keys()];

/** See the specification. */
export const mapLaws: readonly LawTest[] = [
  {
    law: "E2",
    title: "map zips its inputs and stops at the shortest",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      equals(await executor.map(t.tasks.add, [1, 2, 3], [10, 20, 30]).toArray(), [11, 22, 33], "map zips two inputs");
      equals(
        await executor.map(t.tasks.add, new Set([1, 2]), [10, 20, 30]).toArray(),
        [11, 22],
        "map stops at the shortest",
      );
      equals(await executor.map(t.tasks.identity, []).toArray(), [], "map over nothing yields nothing");
      const inputs = [[1], [2], [3], [4]] as const;
      equals(await executor.map(t.tasks.list, ...inputs).toArray(), [[1, 2, 3, 4]], "map zips four inputs");
    },
  },
  {
    law: "E2",
    title: "results and order are the same for any chunkSize and bufferSize",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const n = 23;
      for (const chunkSize of [undefined, 1, 2, 5, 23, 100]) {
        for (const bufferSize of [undefined, 1, 2, 23, 46]) {
          const results = await executor.map(t.tasks.identity, upTo(n), { chunkSize, bufferSize }).toArray();
          equals(results, upTo(n), `map with chunkSize ${chunkSize} and bufferSize ${bufferSize} keeps order`);
        }
      }
    },
  },
  {
    law: "E2",
    title: "map keeps order when later tasks end first",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const delays = [30, 0, 20, 1, 10, 0];
      const results = await executor.map(t.tasks.sleep, delays, upTo(6)).toArray();
      equals(results, upTo(6), "map yields in the order of the inputs, whatever ends first");
    },
  },
  ...[1, 3, 4].map(
    (chunkSize): LawTest => ({
      law: "E3",
      title: `an error surfaces at its position, earlier results are delivered, with chunkSize ${chunkSize}`,
      async run(t) {
        const executor = await t.executor({ maxWorkers: 2 });
        const { values, error } = await drain(executor.map(t.tasks.failAt, upTo(12), Array(12).fill(5), { chunkSize }));
        equals(values, [0, 1, 2, 3, 4], "results before an error are delivered");
        holds(error instanceof RangeError && error.message === "no 5", `the task's error surfaces (got ${error})`);
      },
    }),
  ),
  ...["break", "throw", "error"].map(
    (how): LawTest => ({
      law: "E3",
      title: `leaving the loop by ${how} cancels what has not started`,
      async run(t) {
        const executor = await t.executor({ maxWorkers: 1 });
        const gate = t.gate();
        const numbers = createNumbers(200);
        const at = how === "error" ? 3 : -1;
        const results = executor.map(t.tasks.failAt, numbers, Array(200).fill(at));
        const held = executor.with({ priority: 1000 }).submit(t.tasks.hold, gate.token);
        await until(() => held.running() || executor.stats().done > 3, "the worker is held");
        const leaving = (async () => {
          for await (const value of results) {
            if (value < 3) continue;
            if (how === "break") break;
            throw new Error("thrown in the loop");
          }
        })().catch(() => {});
        gate.open();
        await leaving;
        await until(() => executor.stats().pending + executor.stats().running === 0, "nothing is left of the map");
        const { cancelled, submitted } = executor.stats();
        same(submitted, 201, "the map had submitted everything");
        holds(
          cancelled > 20,
          `leaving the loop by ${how} cancels what has not started (only ${cancelled} of 200 were)`,
        );
        same((await results.next()).done, true, "a map that was left has ended");
      },
    }),
  ),
  {
    law: "E4",
    title: "a TimeoutError thrown by the task is not the map's timeout",
    async run(t) {
      const executor = await t.executor();
      const { error } = await drain(executor.map(t.tasks.throwKind, ["timeout"], { timeoutMs: 8000 }));
      same((error as Error).message, "the task's own timeout", "the task's own TimeoutError surfaces as it is");
    },
  },
  {
    law: "E4",
    title: "the map's deadline counts from the call and cancels what has not started",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const gate = t.gate();
      const begin = performance.now();
      const results = executor.map(t.tasks.hold, Array(30).fill(gate.token) as unknown[], upTo(30), { timeoutMs: 80 });
      const { values, error } = await drain(results);
      holds(error instanceof TimeoutError, `a map that takes too long ends with TimeoutError (got ${error})`);
      equals(values, [], "nothing was there in time");
      holds(performance.now() - begin < 5000, "the deadline is the whole map's, not each result's");
      holds(executor.stats().cancelled >= 28, "what has not started by the deadline is cancelled");
      gate.open();
      const late = executor.map(t.tasks.identity, [1], { timeoutMs: 20 });
      await new Promise<void>((resolve) => setTimeout(resolve, 60));
      const outcome = await drain(late);
      holds(outcome.error === undefined || outcome.error instanceof TimeoutError, "a late look is no other error");
    },
  },
  {
    law: "E5",
    title: "map without bufferSize has submitted everything before the first next",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 1 });
      const { gate } = await t.occupy(executor);
      const numbers = createNumbers(50);
      const results = executor.map(t.tasks.identity, numbers);
      equals([numbers.taken, executor.stats().submitted], [50, 51], "map has submitted everything at the call");
      gate.open();
      await until(() => executor.stats().done === 51, "a map runs although nobody asks for its results");
      equals(await results.toArray(), upTo(50), "the results are there");
    },
  },
  ...[1, 2, 7].map(
    (bufferSize): LawTest => ({
      law: "E5",
      title: `with bufferSize ${bufferSize} exactly so many are pulled before consumption`,
      async run(t) {
        const executor = await t.executor({ maxWorkers: 2 });
        const numbers = createNumbers();
        const results = executor.map(t.tasks.identity, numbers, { bufferSize });
        same(numbers.taken, bufferSize, `map with bufferSize ${bufferSize} pulls exactly so many`);
        await until(() => executor.stats().done === bufferSize, "what was pulled has run");
        same(numbers.taken, bufferSize, "map pulls no more before something is consumed");
        for (let expected = 0; expected < 5; expected++) {
          same((await results.next()).value, expected, "a buffered map keeps order");
          same(numbers.taken, bufferSize + expected + 1, "each result that is consumed lets one more in");
        }
        await results.return();
        same(numbers.closed, true, "leaving a map closes its input");
      },
    }),
  ),
  {
    law: "E5",
    title: "infinite and asynchronous inputs work",
    async run(t) {
      const executor = await t.executor({ maxWorkers: 2 });
      const squares: number[] = [];
      for await (const value of executor.map(t.tasks.add, createNumbers(), createNumbers(), { bufferSize: 4 })) {
        if (squares.push(value) === 10) break;
      }
      equals(
        squares,
        upTo(10).map((n) => n * 2),
        "an infinite input works with bufferSize",
      );
      equals(await executor.map(t.tasks.identity, asynchronously(20)).toArray(), upTo(20), "an async input works");
      const chunked = executor.map(t.tasks.add, asynchronously(20), createNumbers(), { chunkSize: 3 });
      equals(
        await chunked.toArray(),
        upTo(20).map((n) => n * 2),
        "an async and an infinite input zip, in chunks",
      );
    },
  },
  {
    law: "E5",
    title: "an error of the input surfaces after the results before it",
    async run(t) {
      const executor = await t.executor();
      const mistake = new Error("the input failed");
      async function* failing(): AsyncGenerator<number> {
        yield 0;
        yield 1;
        throw mistake;
      }
      const { values, error } = await drain(executor.map(t.tasks.identity, failing()));
      equals(values, [0, 1], "what came before the input's error is delivered");
      same(error, mistake, "the input's own error surfaces");
    },
  },
  {
    law: "E5",
    title: "wrong sizes are refused at the call",
    async run(t) {
      const executor: Executor = await t.executor();
      for (const name of ["chunkSize", "bufferSize"]) {
        for (const size of [0, -1, 1.5]) {
          const call = (): unknown => executor.map(t.tasks.identity, [1], { [name]: size });
          throws(call, RangeError, new RegExp(name), `${name}: ${size} is a RangeError`);
        }
        for (const size of ["2", null, {}]) {
          const call = (): unknown => executor.map(t.tasks.identity, [1], { [name]: size } as object);
          throws(call, TypeError, new RegExp(name), `${name}: ${JSON.stringify(size)} is a TypeError`);
        }
      }
      throws(
        () => executor.map(t.tasks.identity, 5 as unknown as number[]),
        TypeError,
        /./,
        "an input that is no iterable is a TypeError",
      );
      const error = await rejection(
        (async () => executor.map(t.tasks.identity, [1], { timeoutMs: -1 }).toArray())(),
        "a negative timeoutMs is refused",
      );
      holds(error instanceof RangeError, "timeoutMs: -1 is a RangeError");
      await rejects(Promise.reject(error), RangeError, /timeoutMs/, "the refusal names the option");
    },
  },
];
