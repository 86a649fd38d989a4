import { describe, expect, it } from "vitest";
import { LifoQueue, PriorityQueue, Queue } from "../../src/index.js";
import { QueueThread, until } from "./threads.js";

type Item = readonly [producer: number, number: number];

describe("a queue between threads", () => {
  it("Y7 loses and doubles nothing between four producers and five consumers, and keeps the order of each producer", async () => {
    const count = 25_000;
    const queue = new Queue<Item>({ maxSize: 64, name: "jobs" });
    const consumers = [true, true, false, false].map((isSync) => new QueueThread(queue, "consume", { isSync }));
    const producers = [true, true, false, false].map(
      (isSync, producer) => new QueueThread(queue, "produce", { producer, count, isSync }),
    );
    const mine: Item[] = [];
    const main = (async () => {
      for await (const item of queue) {
        mine.push(item);
        expect(queue.size).toBeLessThanOrEqual(64);
      }
    })();
    await Promise.all(producers.map(({ result }) => result));
    await queue.join();
    queue.shutDown();
    const lists: Item[][] = [mine, ...(await Promise.all(consumers.map(({ result }) => result)))];
    await main;
    expectEachOnce(lists.flat(), 4, count);
    for (const list of lists) expectOrder(list);
    expect(String(queue)).toBe('Queue "jobs" (0 of 64 items, shut down)');
  }, 60_000);

  it.each([
    ["LifoQueue", LifoQueue],
    ["PriorityQueue", PriorityQueue],
  ] as const)("Y7 loses and doubles nothing as a %s", async (_, Type) => {
    const count = 5000;
    const queue = new Type<{ producer: number; number: number; padding: Uint8Array }>({ maxBytes: 10_000 });
    const consumers = [true, false].map((isSync) => new QueueThread(queue, "consume", { isSync }));
    const producers = [true, false].map(
      (isSync, producer) => new QueueThread(queue, "produce", { producer, count, isSync, bytes: 300 }),
    );
    await Promise.all(producers.map(({ result }) => result));
    await queue.join();
    queue.shutDown();
    const lists = await Promise.all(consumers.map(({ result }) => result));
    const items = lists.flat().map(({ producer, number }) => [producer, number] as const);
    expectEachOnce(items, 2, count);
  });

  it("holds back producers, however fast they are", async () => {
    const queue = new Queue<{ padding: Uint8Array }>({ maxBytes: 10_000 });
    const producer = new QueueThread(queue, "produce", { producer: 0, count: 200, isSync: true, bytes: 2000 });
    await until(() => queue.size === 4);
    for (let taken = 0; taken < 200; taken++) {
      expect(queue.size).toBeLessThanOrEqual(4);
      expect((await queue.get()).padding.length).toBe(2000);
    }
    await producer.result;
    expect(queue.isEmpty).toBe(true);
  });

  it("Y8 wakes blocked threads by async operations, and async ones by blocked threads", async () => {
    const queue = new Queue<string>({ maxSize: 1, name: "a" });
    const getter = new QueueThread(queue, "echo");
    await queue.put("from main");
    expect(await getter.result).toEqual(['Queue "a" (1 of 1 items)', "from main"]);
    const putter = new QueueThread(queue, "produce", { producer: 7, count: 2, isSync: true });
    expect([await queue.get(), await queue.get()]).toEqual([
      [7, 0],
      [7, 1],
    ]);
    await putter.result;
  });
});

describe("shutDown", () => {
  it("Y7 wakes getters, putters and those that join, in all threads and forms", async () => {
    const empty = new Queue<string>();
    const full = new Queue<string>({ maxSize: 1 });
    full.putSync("only");
    const threads = ["get", "getSync"].map((operation) => new QueueThread(empty, "fail", { operation }));
    const putters = ["put", "putSync"].map((operation) => new QueueThread(full, "fail", { operation, args: ["more"] }));
    const here = [empty.get(), full.put("more")].map((wait) => wait.catch(({ code }) => code));
    await Promise.all([...threads, ...putters].map(({ ready }) => ready));
    empty.shutDown();
    full.shutDown();
    for (const { result } of [...threads, ...putters]) expect((await result).code).toBe("EVERYCORE_QUEUE_SHUTDOWN");
    expect(await Promise.all(here)).toEqual(["EVERYCORE_QUEUE_SHUTDOWN", "EVERYCORE_QUEUE_SHUTDOWN"]);
    expect(full.getSync()).toBe("only");
    expect(() => full.getSync()).toThrow(/was shut down/);
  });

  it("ends joins when it drops what is left", async () => {
    const queue = new Queue<number>();
    for (const number of [1, 2, 3]) queue.putSync(number);
    const thread = new QueueThread(queue, "fail", { operation: "joinSync" });
    await thread.ready;
    queue.shutDown({ immediate: true });
    expect(await thread.result).toBe("nothing");
    await queue.join();
  });
});

describe("a thread that ends", () => {
  it("while it waits keeps no wake-up from the others", async () => {
    for (let good = 0; good < 5; ) {
      const queue = new Queue<string>();
      const doomed = ["get", "getSync"].map((operation) => new QueueThread(queue, "wait", { operation }));
      const survivor = new QueueThread(queue, "fail", { operation: "getSync", args: [{ timeoutMs: 20_000 }] });
      await Promise.all([...doomed, survivor].map(({ ready }) => ready));
      const ends = doomed.map(({ worker }) => worker.terminate());
      if (good % 2 === 0) await Promise.all(ends);
      const result = await putThree(queue).then(() => survivor.result, codeOf);
      await Promise.all(ends);
      // Ready is a little before it waits: then its end may be in the middle of an operation, which is the next test.
      if (result === "EVERYCORE_LOCK_ABANDONED" || result.code === "EVERYCORE_LOCK_ABANDONED") continue;
      expect(result).toBe("nothing");
      good++;
    }
  });

  it("Y9 in the middle of an operation is reported to those who wait, and reset() makes the queue usable again", async () => {
    const queue = new Queue<string>({ name: "jobs" });
    const waits = [queue.get(), queue.get()].map((wait) => wait.catch((error) => error));
    const blocked = new QueueThread(queue, "fail", { operation: "getSync" });
    await blocked.ready;
    await new QueueThread(queue, "die").exit();
    const lost = /^Queue "jobs" is abandoned: die, which held it, exited with code 3\..*reset\(\)/;
    for (const error of await Promise.all(waits)) expect(error.message).toMatch(lost);
    expect(await blocked.result).toMatchObject({ code: "EVERYCORE_LOCK_ABANDONED" });
    expect(() => queue.tryPut("x")).toThrow(lost);
    expect(String(queue)).toContain("abandoned");
    queue.reset();
    await queue.put("again");
    expect(await queue.get()).toBe("again");
  });

  it("Y9 in the middle of an operation keeps nobody who started it from learning that", async () => {
    const queue = new Queue<string>({ name: "jobs" });
    const flags = new Int32Array(new SharedArrayBuffer(8));
    const thread = new QueueThread(queue, "die", { flags });
    await thread.ready;
    // From here to its death without a turn of the event loop, which alone can tell that the thread has ended.
    Atomics.store(flags, 0, 1);
    Atomics.notify(flags, 0);
    while (Atomics.load(flags, 1) === 0);
    const busy = /^Queue "jobs" was busy for \d+ ms: die is in the middle of an operation, or has ended there/;
    expect(() => queue.getSync({ timeoutMs: 20 })).toThrow(busy);
    await expect(queue.put("x")).rejects.toThrow(/is abandoned: die/);
  });
});

async function putThree(queue: Queue<string>): Promise<void> {
  for (let item = 0; item < 3; item++) await queue.put("item");
}

function codeOf(error: { code: string }): string {
  return error.code;
}

function expectEachOnce(items: readonly Item[], producers: number, count: number): void {
  const seen = new Uint8Array(producers * count);
  for (const [producer, number] of items) seen[producer * count + number]! += 1;
  expect(items.length).toBe(producers * count);
  expect(seen.every((times) => times === 1)).toBe(true);
}

function expectOrder(items: readonly Item[]): void {
  const last = new Map<number, number>();
  for (const [producer, number] of items) {
    if (number <= (last.get(producer) ?? -1))
      throw new Error(`${number} of ${producer} came after ${last.get(producer)}.`);
    last.set(producer, number);
  }
}
