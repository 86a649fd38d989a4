import { Future, setException, setResult } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { StreamConsumer } from "../src/host/stream-consumer.js";
import { StreamProducer } from "../src/worker/stream-producer.js";
import { turn, until } from "./support.js";

/** A consumer and a producer, joined in memory. */
function joined(buffer: number, returned: unknown, failAt = Number.POSITIVE_INFINITY) {
  const controller = new AbortController();
  const task = new Future<unknown>({ cancel: () => false, abort() {} });
  task.catch(() => {});
  let sent = 0;
  let producer: StreamProducer | undefined;
  const consumer = new StreamConsumer<number>(buffer, {
    start: (sink) => {
      const send = (values: readonly unknown[]): void => {
        if (sent === failAt) throw new Error("cannot be sent");
        sent++;
        setImmediate(() => sink.push(values));
      };
      producer = new StreamProducer(sink.buffer, send, controller.signal);
      producer.run(returned).then(
        () => setImmediate(() => setResult(task, undefined)),
        (error) => setImmediate(() => setException(task, error)),
      );
      return task;
    },
    credit: (_, count) => setImmediate(() => producer?.credit(count)),
    close: () => setImmediate(() => producer?.close()),
  });
  return { consumer, controller, sent: () => sent };
}

describe("producer and consumer together", () => {
  it.each([1, 2, 16])("S5 deliver in order, never more than %i ahead", async (buffer) => {
    let produced = 0;
    const { consumer } = joined(
      buffer,
      (function* () {
        for (; produced < 50; ) yield produced++;
      })(),
    );
    const seen: number[] = [];
    for await (const value of consumer) {
      seen.push(value);
      for (let round = 0; round < 4; round++) await turn();
      expect(produced - seen.length).toBeLessThanOrEqual(buffer + 1);
    }
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  it("S5 take promises of iterables, arrays, and async generators", async () => {
    for (const source of [
      Promise.resolve([1, 2]),
      [1, 2],
      new Set([1, 2]),
      (async function* () {
        yield 1;
        yield 2;
      })(),
    ]) {
      const seen: number[] = [];
      for await (const value of joined(4, source).consumer) seen.push(value);
      expect(seen).toEqual([1, 2]);
    }
  });

  it("S5 break runs the generator's finally, and waits for it", async () => {
    let ended = false;
    const source = (async function* () {
      try {
        for (let value = 0; ; value++) yield value;
      } finally {
        await turn();
        ended = true;
      }
    })();
    for await (const value of joined(2, source).consumer) if (value === 3) break;
    expect(ended).toBe(true);
  });

  it("S5 a generator's error ends it at its position", async () => {
    const { consumer } = joined(
      2,
      (function* () {
        yield 1;
        throw new RangeError("two");
      })(),
    );
    expect((await consumer.next()).value).toBe(1);
    await expect(consumer.next()).rejects.toThrow("two");
  });

  it("S5 a value that cannot be sent ends the stream, and runs the generator's finally", async () => {
    let ended = false;
    const source = (function* () {
      try {
        yield 1;
        yield 2;
      } finally {
        ended = true;
      }
    })();
    const { consumer } = joined(4, source, 1);
    expect((await consumer.next()).value).toBe(1);
    await expect(consumer.next()).rejects.toThrow("cannot be sent");
    expect(ended).toBe(true);
  });

  it("an abort ends a producer that waits for credit, and runs its finally", async () => {
    let ended = false;
    const source = (function* () {
      try {
        for (let value = 0; ; value++) yield value;
      } finally {
        ended = true;
      }
    })();
    const { consumer, controller, sent } = joined(2, source);
    await consumer.next();
    await until(() => sent() >= 2);
    controller.abort(new Error("stop"));
    await until(() => ended, "the finally");
    expect(await consumer.next().then(({ value }) => value)).toBe(1);
  });

  it("what is no iterable is refused", async () => {
    for (const source of [5, null, undefined, {}]) {
      await expect(joined(2, source).consumer.next()).rejects.toThrow(/result of a streaming task must be an iterable/);
    }
  });
});
