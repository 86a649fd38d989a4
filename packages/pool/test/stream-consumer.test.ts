import { Future, setException, setResult } from "@everycore/core";
import { describe, expect, it } from "vitest";
import type { StreamSink } from "../src/host/job.js";
import { StreamConsumer } from "../src/host/stream-consumer.js";
import { outcomeOf, turn } from "./support.js";

/** A stream whose task is driven by hand. */
function handStream(buffer: number) {
  const log: string[] = [];
  let sink: StreamSink | undefined;
  let cancellable = true;
  const task = new Future<unknown>({
    cancel: () => cancellable,
    abort() {},
  });
  const consumer = new StreamConsumer<number>(buffer, {
    start: (own) => {
      log.push("start");
      sink = own;
      cancellable = false;
      return task;
    },
    credit: (_, count) => log.push(`credit ${count}`),
    close: () => {
      log.push("close");
      setImmediate(() => task.done() || setResult(task, undefined));
    },
  });
  return { consumer, task, log, push: (...values: number[]) => sink?.push(values) };
}

describe("StreamConsumer", () => {
  it("starts at the first next(), not before", async () => {
    const { consumer, log, push, task } = handStream(4);
    expect(consumer[Symbol.asyncIterator]()).toBe(consumer);
    await turn();
    expect(log).toEqual([]);
    const step = consumer.next();
    await turn();
    expect(log).toEqual(["start"]);
    push(1);
    expect(await step).toEqual({ done: false, value: 1 });
    setResult(task, undefined);
    expect(await consumer.next()).toEqual({ done: true, value: undefined });
  });

  it("gives credit when half of the buffer was taken", async () => {
    const { consumer, log, push } = handStream(4);
    const first = consumer.next();
    await turn();
    push(1, 2, 3, 4);
    await first;
    expect(log).toEqual(["start"]);
    await consumer.next();
    expect(log).toEqual(["start", "credit 2"]);
    await consumer.next();
    await consumer.next();
    expect(log).toEqual(["start", "credit 2", "credit 2"]);
  });

  it.each([1, 2, 3, 5])("never lets credit run out with a buffer of %i", async (buffer) => {
    const { consumer, log, push } = handStream(buffer);
    let given = buffer;
    for (let taken = 0; taken < 20; taken++) {
      const step = consumer.next();
      await turn();
      expect(given).toBeGreaterThan(0);
      push(taken);
      given--;
      expect((await step).value).toBe(taken);
      for (const entry of log.splice(0)) if (entry.startsWith("credit")) given += Number(entry.slice(7));
    }
  });

  it("answers several next() in order", async () => {
    const { consumer, push, task } = handStream(4);
    const steps = Promise.all([consumer.next(), consumer.next(), consumer.next()]);
    await turn();
    push(1);
    push(2);
    setResult(task, undefined);
    expect((await steps).map(({ value, done }) => value ?? done)).toEqual([1, 2, true]);
  });

  it("S5 an error comes after the values before it, once", async () => {
    const { consumer, push, task } = handStream(4);
    const first = consumer.next();
    await turn();
    push(1, 2);
    setException(task, new RangeError("at three"));
    expect((await first).value).toBe(1);
    expect((await consumer.next()).value).toBe(2);
    await expect(consumer.next()).rejects.toThrow("at three");
    expect(await consumer.next()).toEqual({ done: true, value: undefined });
  });

  it("S5 return() closes the task, waits for it, and wakes a waiting next()", async () => {
    const { consumer, log, task } = handStream(4);
    const step = consumer.next();
    await turn();
    const end = consumer.return();
    expect(await step).toEqual({ done: true, value: undefined });
    expect(await end).toEqual({ done: true, value: undefined });
    expect(log).toEqual(["start", "close"]);
    expect(task.done()).toBe(true);
    expect(await consumer.return()).toEqual({ done: true, value: undefined });
  });

  it("S5 return() before the start starts nothing", async () => {
    const { consumer, log } = handStream(4);
    await consumer[Symbol.asyncDispose]();
    expect(await consumer.next()).toEqual({ done: true, value: undefined });
    expect(log).toEqual([]);
  });

  it("S5 return() passes an error of the task's clean-up on", async () => {
    const { consumer, task } = handStream(4);
    void consumer.next();
    await turn();
    const end = outcomeOf(consumer.return());
    setException(task, "clean-up failed");
    expect(await end).toEqual({ thrown: "clean-up failed" });
  });

  it("drops what arrives after the end", async () => {
    const { consumer, push } = handStream(4);
    void consumer.next();
    await turn();
    await consumer.return();
    push(1);
    expect(await consumer.next()).toEqual({ done: true, value: undefined });
  });

  it("a start that throws rejects that next()", async () => {
    const consumer = new StreamConsumer<number>(4, {
      start: () => {
        throw new Error("shut down");
      },
      credit() {},
      close() {},
    });
    await expect(consumer.next()).rejects.toThrow("shut down");
    await expect(consumer.next()).rejects.toThrow("shut down");
  });
});
