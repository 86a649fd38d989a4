import { encodeError } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { InputFeeder, isAsyncIterable } from "../src/host/input-feeder.js";
import type { HostMessage, WorkerMessage } from "../src/wire/protocol.js";
import { InputReader } from "../src/worker/input-reader.js";
import { outcomeOf, turn, until } from "./support.js";

/** A feeder and a reader, joined in memory, and what they said to each other. */
function joined(iterable: AsyncIterable<unknown>) {
  const log: Array<HostMessage | WorkerMessage> = [];
  const feeder = new InputFeeder(7, iterable, (message) => {
    log.push(message);
    setImmediate(() => reader.receive(message.values, message.end));
  });
  const reader = new InputReader(7, (message) => {
    log.push(message);
    setImmediate(() => (message.type === "pull" ? feeder.pull(message.count) : feeder.stop()));
  });
  return { feeder, reader, log };
}

async function* count(to: number, end: () => void = () => {}): AsyncGenerator<number> {
  try {
    for (let value = 0; value < to; value++) yield value;
  } finally {
    end();
  }
}

async function all(iterable: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = [];
  for await (const item of iterable) list.push(item);
  return list;
}

describe("an async iterable as an argument", () => {
  it.each([0, 1, 15, 16, 17, 100])("S6 delivers its %i values in order, and its end", async (length) => {
    const { reader } = joined(count(length));
    expect(await all(reader)).toEqual(Array.from({ length }, (_, index) => index));
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it("S6 is not read before the task asks, nor further than it asks", async () => {
    let produced = 0;
    const { reader } = joined(
      (async function* () {
        for (;;) yield produced++;
      })(),
    );
    for (let round = 0; round < 5; round++) await turn();
    expect(produced).toBe(0);
    await reader.next();
    for (let round = 0; round < 50; round++) await turn();
    expect(produced).toBe(16);
  });

  it("S6 an error arrives at its position, and then it is over", async () => {
    const { reader } = joined(
      (async function* () {
        yield 1;
        throw new RangeError("two");
      })(),
    );
    expect(await reader.next()).toEqual({ done: false, value: 1 });
    await expect(reader.next()).rejects.toThrow("two");
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it("S6 leaving the loop runs the iterable's finally", async () => {
    let ended = 0;
    const { reader, log } = joined(count(1000, () => ended++));
    for await (const value of reader) if (value === 3) break;
    await until(() => ended === 1, "the finally");
    expect(log.filter(({ type }) => type === "drop")).toHaveLength(1);
    await reader.return();
    expect(log.filter(({ type }) => type === "drop")).toHaveLength(1);
  });

  it("S6 answers several next() in order", async () => {
    const { reader } = joined(count(2));
    const steps = await Promise.all([reader.next(), reader.next(), reader.next()]);
    expect(steps.map(({ value, done }) => value ?? done)).toEqual([0, 1, true]);
  });

  it("S6 return() wakes a next() that waits, and nothing comes after it", async () => {
    const { reader } = joined({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) });
    const step = outcomeOf(reader.next());
    await turn();
    await reader.return();
    expect(await step).toEqual({ value: { done: true, value: undefined } });
    reader.receive([1, 2], undefined);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });
});

describe("InputFeeder", () => {
  it("takes an iterable whose iterator has no return()", () => {
    const feeder = new InputFeeder(
      0,
      { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) },
      () => {},
    );
    feeder.stop();
    feeder.stop();
  });

  it("sends nothing after stop(), and survives a return() that throws", async () => {
    const sent: HostMessage[] = [];
    let release = (): void => {};
    const feeder = new InputFeeder(
      0,
      {
        [Symbol.asyncIterator]: () => ({
          next: () =>
            new Promise((resolve) => {
              release = () => resolve({ done: false, value: 1 });
            }),
          return: () => {
            throw new Error("return failed");
          },
        }),
      },
      (message) => sent.push(message),
    );
    feeder.pull(5);
    await turn();
    feeder.stop();
    release();
    await turn();
    expect(sent).toEqual([]);
  });

  it("passes a next() that throws on as an error on the wire", async () => {
    const sent: HostMessage[] = [];
    const broken = {
      [Symbol.asyncIterator]: () => ({
        next: (): never => {
          throw new Error("sync");
        },
      }),
    };
    new InputFeeder(3, broken, (message) => sent.push(message)).pull(1);
    await turn();
    expect(sent).toEqual([
      { type: "input", input: 3, values: [], end: { error: expect.objectContaining({ message: "sync" }) } },
    ]);
  });

  it("feeds what isAsyncIterable() says", () => {
    expect(isAsyncIterable(count(1))).toBe(true);
    expect(isAsyncIterable(new ReadableStream())).toBe(true);
    for (const other of [null, undefined, 5, "x", [], {}, async () => {}]) expect(isAsyncIterable(other)).toBe(false);
  });
});

describe("InputReader", () => {
  it("asks again only when everything that it asked for has come", async () => {
    const asked: number[] = [];
    const reader = new InputReader(0, (message) => {
      if (message.type === "pull") asked.push(message.count);
    });
    const step = reader.next();
    await turn();
    expect(asked).toEqual([16]);
    reader.receive([0, 1, 2], undefined);
    await step;
    await reader.next();
    await reader.next();
    const waiting = reader.next();
    await turn();
    expect(asked).toEqual([16]);
    reader.receive([3], { error: encodeError(new Error("end")) });
    expect((await waiting).value).toBe(3);
    await expect(reader.next()).rejects.toThrow("end");
  });
});
