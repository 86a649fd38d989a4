import { once } from "node:events";
import { existsSync, statSync, utimesSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { type ChannelClosedError, setUnobservedErrorHandler } from "@everycore/core";
import { Pipe, ProcessQueue } from "@everycore/node-processes";
import { afterEach, describe, expect, test } from "vitest";
import type { Address } from "../../src/channels/address.js";
import { encodeFrame } from "../../src/frames.js";
import { arrive, endAll, kill, leftBehind, remains, start, User } from "./users.js";

afterEach(async () => {
  await endAll();
  expect(await remains()).toEqual([]);
});

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe("ProcessQueue in the process that created it", () => {
  test("gives items in order, and waits for one that is put later", async () => {
    await using queue = new ProcessQueue<number>();
    const early = queue.get();
    await queue.put(1);
    await queue.put(2);
    expect([await early, await queue.get()]).toEqual([1, 2]);
    expect(await queue.tryGet()).toBeUndefined();
    await expect(queue.get({ timeoutMs: 1 })).rejects.toMatchObject({ code: "EVERYCORE_QUEUE_EMPTY" });
  });

  test("put waits while maxSize items wait", async () => {
    await using queue = new ProcessQueue<number>({ maxSize: 2, name: "jobs" });
    await Promise.all([queue.put(1), queue.put(2)]);
    expect(await queue.tryPut(3)).toBe(false);
    await expect(queue.put(3, { timeoutMs: 1 })).rejects.toThrow('ProcessQueue "jobs" has held 2 items for 1 ms.');
    const third = queue.put(3);
    expect(await queue.size()).toBe(2);
    expect(await queue.get()).toBe(1);
    await third;
    expect(await queue.size()).toBe(2);
  });

  test("a wait ends with its signal's reason, and takes nothing along", async () => {
    await using queue = new ProcessQueue<number>();
    const abort = new AbortController();
    const waits = queue.get({ signal: abort.signal });
    abort.abort(new Error("enough"));
    await expect(waits).rejects.toThrow("enough");
    await queue.put(1);
    expect(await queue.get()).toBe(1);
  });

  test("join waits until taskDone was called for each item", async () => {
    await using queue = new ProcessQueue<string>();
    for (const item of ["a", "b"]) await queue.put(item);
    const [a, b] = [await queue.get(), await queue.get()];
    queue.taskDone(b);
    await expect(queue.join({ timeoutMs: 1 })).rejects.toThrow("taskDone() has to be called for each item");
    expect(() => queue.taskDone(b)).toThrow("with an item that was taken in this process");
    queue.taskDone(a);
    await queue.join();
    expect(() => queue.taskDone()).toThrow("more often than an item was taken");
  });

  test("without tracking an item is done when it was taken", async () => {
    await using queue = new ProcessQueue<string>({ tracked: false });
    await queue.put("a");
    await queue.get();
    await queue.join();
    expect(() => queue.taskDone()).toThrow("tracked: false");
  });

  test("a loop ends after shutDown, when everything was taken, and each item is done", async () => {
    await using queue = new ProcessQueue<number>();
    for (const item of numbers(3)) await queue.put(item);
    await queue.shutDown();
    await expect(queue.put(4)).rejects.toMatchObject({ code: "EVERYCORE_QUEUE_SHUTDOWN" });
    const taken: number[] = [];
    for await (const item of queue) taken.push(item);
    expect(taken).toEqual([0, 1, 2]);
    await queue.join();
    await expect(queue.get()).rejects.toMatchObject({ code: "EVERYCORE_QUEUE_SHUTDOWN" });
  });

  test("shutDown frees those who wait, and drops what waits if it is immediate", async () => {
    await using full = new ProcessQueue<number>({ maxSize: 1 });
    await full.put(1);
    const putting = full.put(2);
    await full.shutDown({ immediate: true });
    await expect(putting).rejects.toMatchObject({ code: "EVERYCORE_QUEUE_SHUTDOWN" });
    await expect(full.get()).rejects.toMatchObject({ code: "EVERYCORE_QUEUE_SHUTDOWN" });
    await full.join();
    await using empty = new ProcessQueue<number>();
    const getting = empty.get();
    await empty.shutDown();
    await expect(getting).rejects.toMatchObject({ code: "EVERYCORE_QUEUE_SHUTDOWN" });
  });

  test("everything that waits fails when the queue is closed", async () => {
    const queue = new ProcessQueue<number>({ name: "jobs" });
    const waits = [queue.get(), queue.get({ timeoutMs: 60_000 })];
    await queue.close();
    await queue.close();
    for (const wait of waits) await expect(wait).rejects.toMatchObject({ code: "EVERYCORE_CHANNEL_CLOSED" });
    await expect(queue.put(1)).rejects.toThrow('ProcessQueue "jobs" was closed by the process that created it.');
    expect(() => queue.toPortable()).toThrow('Cannot send ProcessQueue "jobs": it was closed here.');
  });

  test("values are copies, errors keep class and properties, and what cannot be sent is named", async () => {
    await using queue = new ProcessQueue<any>();
    const bytes = new Uint8Array(100_000).fill(1);
    const cause = new TypeError("inner");
    const value = {
      bytes,
      list: [Object.assign(new RangeError("outer", { cause }), { code: "E1" })],
      self: null as any,
    };
    value.self = value;
    await queue.put(value);
    bytes.fill(2);
    const taken = await queue.get();
    expect(taken.bytes[99_999]).toBe(1);
    expect(taken.self).toBe(taken);
    expect(taken.list[0]).toBeInstanceOf(RangeError);
    expect(taken.list[0]).toMatchObject({
      message: "outer",
      code: "E1",
      cause: { name: "TypeError", message: "inner" },
    });
    await expect(queue.put({ jobs: [{ run: () => 1 }] })).rejects.toMatchObject({
      code: "EVERYCORE_DATA_CLONE",
      path: "item.jobs[0].run",
    });
    await expect(queue.put(new SharedArrayBuffer(8))).rejects.toMatchObject({ code: "EVERYCORE_UNSUPPORTED" });
  });

  test("a forgotten taskDone is warned of, once", async () => {
    await using queue = new ProcessQueue<number>({ name: "jobs" });
    const warnings: Error[] = [];
    const listen = (warning: Error): number => warnings.push(warning);
    process.on("warning", listen);
    for (const item of numbers(1010)) {
      await queue.put(item);
      await queue.get();
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toContain('items of ProcessQueue "jobs" were taken and not done');
  });

  test("options that cannot be are refused", () => {
    expect(() => new ProcessQueue({ maxSize: 0 })).toThrow(RangeError);
    expect(() => new ProcessQueue({ maxsize: 1 } as never)).toThrow('no option "maxsize"');
    expect(() => new ProcessQueue({ tracked: 1 } as never)).toThrow(TypeError);
  });
});

describe("ProcessQueue between processes", () => {
  test("three producers and three consumers pass on 6,000 items, each once", { timeout: 60_000 }, async () => {
    await using queue = new ProcessQueue<number>({ maxSize: 100 });
    const users = numbers(6).map(() => new User());
    await Promise.all(users.map((user) => user.give(queue)));
    const consumed = users.slice(3).map((user) => user.ask<number[]>("consume", 0));
    await Promise.all(users.slice(0, 3).map((user, index) => user.ask("produce", 0, index * 2000, 2000)));
    await queue.shutDown();
    const taken = await Promise.all(consumed);
    expect(taken.flat().sort((a, b) => a - b)).toEqual(numbers(6000));
    for (const list of taken) expect(list.length).toBeGreaterThan(0);
    await queue.join();
  });

  test("what a killed consumer had taken and not done goes to others, first and in order", async () => {
    await using queue = new ProcessQueue<number>();
    const user = new User();
    await user.give(queue);
    for (const item of numbers(10)) await queue.put(item);
    for (const item of numbers(3)) expect(await user.ask("call", 0, "get")).toBe(item);
    await user.ask("call", 0, "taskDone", 1);
    await kill(user.child);
    while ((await queue.size()) < 9) await new Promise((resolve) => setTimeout(resolve, 1));
    const rest: number[] = [];
    while (rest.length < 9) rest.push(await queue.get());
    expect(rest).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("what a killed consumer gives back does not go to a wait of its own", async () => {
    await using queue = new ProcessQueue<number>();
    const user = new User();
    await user.give(queue);
    await queue.put(1);
    await user.ask("call", 0, "get");
    user.ask("call", 0, "get").catch(() => {});
    await user.ask("call", 0, "size");
    await kill(user.child);
    expect(await queue.get()).toBe(1);
  });

  test("a consumer that is killed in its work loses nothing, also when the queue was shut down before", async () => {
    await using queue = new ProcessQueue<number>({ maxSize: 10 });
    const [victim, other] = [new User(), new User()];
    await Promise.all([victim.give(queue), other.give(queue)]);
    victim.ask("consumeUntil", 0, 20).catch(() => {});
    for (const item of numbers(21)) await queue.put(item);
    await victim.hasTaken(21);
    for (const item of numbers(79)) queue.put(21 + item).catch(() => {});
    const rest = other.ask<number[]>("consume", 0);
    await waitUntilEmpty(queue);
    await queue.shutDown();
    await kill(victim.child);
    const taken = await rest;
    expect(taken.sort((a, b) => a - b)).toEqual(numbers(100).slice(20));
    await queue.join();
  });

  test("a process that ends by itself gives back what it had not done, and close() does", async () => {
    await using queue = new ProcessQueue<number>();
    const [leaving, closing] = [new User(), new User()];
    await Promise.all([leaving.give(queue), closing.give(queue)]);
    for (const item of numbers(2)) await queue.put(item);
    await leaving.ask("call", 0, "get");
    await closing.ask("call", 0, "get");
    const exited = once(leaving.child, "exit");
    await leaving.ask("disconnect");
    expect(await exited).toEqual([0, null]);
    expect(await queue.get()).toBe(0);
    await closing.ask("call", 0, "close");
    expect(await queue.get()).toBe(1);
    await expect(closing.ask("call", 0, "get")).rejects.toMatchObject({ code: "EVERYCORE_CHANNEL_CLOSED" });
  });

  test("a producer waits while the queue is full", async () => {
    await using queue = new ProcessQueue<number>({ maxSize: 5 });
    const user = new User();
    await user.give(queue);
    const produced = user.ask("produce", 0, 0, 20);
    const taken: number[] = [];
    while (taken.length < 20) {
      taken.push(await queue.get());
      expect(await queue.size()).toBeLessThanOrEqual(5);
    }
    expect(await produced).toBe(20);
    expect(taken).toEqual(numbers(20));
    for (const item of numbers(5)) await queue.put(item);
    expect(await user.ask("call", 0, "tryPut", 9)).toBe(false);
    const late = user.ask("call", 0, "put", 9, { timeoutMs: 20 });
    await expect(late).rejects.toMatchObject({ code: "EVERYCORE_QUEUE_FULL" });
    expect(await queue.size()).toBe(5);
  });

  test("deadlines, size, join and shutDown work from afar", async () => {
    await using queue = new ProcessQueue<number>();
    const user = new User();
    await user.give(queue);
    expect(await user.ask("call", 0, "tryGet")).toBeUndefined();
    await expect(user.ask("call", 0, "get", { timeoutMs: 20 })).rejects.toMatchObject({
      code: "EVERYCORE_QUEUE_EMPTY",
    });
    await queue.put(1);
    expect(await user.ask("call", 0, "size")).toBe(1);
    await expect(user.ask("call", 0, "join", { timeoutMs: 20 })).rejects.toMatchObject({ code: "EVERYCORE_TIMEOUT" });
    const joined = user.ask("call", 0, "join");
    await queue.get();
    queue.taskDone();
    await joined;
    await user.ask("call", 0, "shutDown");
    await expect(queue.put(2)).rejects.toMatchObject({ code: "EVERYCORE_QUEUE_SHUTDOWN" });
    await expect(user.ask("call", 0, "get")).rejects.toMatchObject({ code: "EVERYCORE_QUEUE_SHUTDOWN" });
  });

  test("64 MB pass there and back", async () => {
    await using queue = new ProcessQueue<Uint8Array>();
    const user = new User();
    await user.give(queue);
    await queue.put(new Uint8Array(64 << 20).fill(3));
    expect(await user.ask("bytes", 0, "get")).toEqual(["Uint8Array", 64 << 20, 3, 3]);
    await user.ask("sendBytes", 0, "put", 64 << 20);
    const back = await queue.get();
    expect([back.length, back[0], back.at(-1)]).toEqual([64 << 20, 7, 7]);
  });

  test("a producer that dies in the middle of a large item leaves nothing of it", async () => {
    await using queue = new ProcessQueue<unknown>();
    const [victim, other] = [new User(), new User()];
    await Promise.all([victim.give(queue), other.give(queue)]);
    await victim.ask("call", 0, "size");
    await victim.ask("sendPart", 0, "put", 256 << 20);
    await kill(victim.child);
    await other.ask("call", 0, "put", "whole");
    expect(await queue.get()).toBe("whole");
    expect(await queue.size()).toBe(0);
  });

  test("the same queue that arrives twice is one object, and at home the one it was", async () => {
    await using queue = new ProcessQueue<unknown>({ name: "jobs", maxSize: 3 });
    const user = new User();
    await user.give(queue);
    await user.give(queue);
    expect(await user.ask("same", 0, 1)).toBe(true);
    expect(arrive(await user.ask("form", 0))).toBe(queue);
    expect(await user.ask("call", 0, "toString")).toBe('ProcessQueue "jobs"');
  });

  test("queues and pipes are items too", async () => {
    await using queue = new ProcessQueue<unknown>();
    await using inner = new ProcessQueue<string>();
    const [here, there] = Pipe<string>();
    await queue.put({ inner, there });
    const taken = (await queue.get()) as any;
    expect(taken.inner).toBe(inner);
    expect(taken.there).toBe(there);
    await here.close();
    await there.close();
  });

  test("an object that is collected gives up its connection, unless it has items", async () => {
    await using queue = new ProcessQueue<number>();
    const user = new User();
    await user.give(queue);
    await queue.put(1);
    expect(await user.ask("call", 0, "get")).toBe(1);
    await user.ask("forget", 0);
    await user.ask("same", 5, 6);
    await user.ask("forget", 0);
    await user.give(queue);
    await user.ask("call", 1, "taskDone");
    await queue.join();
  });
});

describe("the end of the process that keeps a queue", () => {
  test.for(["SIGKILL", "SIGTERM"] as const)("everybody who waits is told after %s", async (signal) => {
    const keeper = start("keeper");
    const [forms] = (await once(keeper, "message")) as [any];
    const queue = arrive<ProcessQueue<number>>(forms.queue);
    await queue.put(1);
    await queue.put(2);
    const waits = [queue.put(3), queue.join(), queue.put(4, { timeoutMs: 60_000 })];
    const failures = Promise.allSettled(waits);
    expect(await queue.size()).toBe(2);
    keeper.kill(signal);
    for (const outcome of await failures) {
      const { code, message } = (outcome as PromiseRejectedResult).reason as ChannelClosedError;
      expect(code).toBe("EVERYCORE_CHANNEL_CLOSED");
      expect(message).toContain('ProcessQueue "kept" is closed: the process that kept it has ended');
    }
    await expect(queue.get()).rejects.toMatchObject({ code: "EVERYCORE_CHANNEL_CLOSED" });
    expect(() => queue.taskDone()).toThrow();
    await foldersGone();
  });

  test("one who comes later is told as well", async () => {
    const keeper = start("keeper");
    const [forms] = (await once(keeper, "message")) as [any];
    await kill(keeper);
    const queue = arrive<ProcessQueue<number>>(forms.queue);
    await expect(queue.get()).rejects.toMatchObject({ code: "EVERYCORE_CHANNEL_CLOSED" });
    await foldersGone();
  });

  test("a queue that is closed says so, and those that others have are closed", async () => {
    const keeper = start("keeper");
    const [forms] = (await once(keeper, "message")) as [any];
    const queue = arrive<ProcessQueue<number>>(forms.queue);
    const told = expect(queue.get()).rejects.toThrow("was closed by the process that created it");
    expect(await queue.size()).toBe(0);
    keeper.send("close");
    await told;
    const exited = once(keeper, "exit");
    keeper.send("leave");
    expect(await exited).toEqual([0, null]);
  });

  test("channels do not keep a process alive, unless somebody waits there", async () => {
    const [idle, waiting] = [start("keeper"), start("keeper")];
    const [[forms]] = (await Promise.all([once(waiting, "message"), once(idle, "message")])) as [[any], unknown];
    const ends = [once(idle, "exit"), once(waiting, "exit")];
    waiting.send("wait");
    waiting.send("leave");
    idle.send("leave");
    expect(await ends[0]).toEqual([0, null]);
    const queue = arrive<ProcessQueue<number>>(forms.queue);
    expect(waiting.exitCode).toBeNull();
    await queue.put(1);
    expect(await ends[1]).toEqual([0, null]);
    await queue.close();
  });
});

describe("the broker of a process", () => {
  const welcomes = [Buffer.alloc(32), Buffer.alloc(31)];
  test.for(welcomes)("strangers without the token are not let in", async (hello) => {
    await using queue = new ProcessQueue<number>();
    const { address } = queue.toPortable().data as { address: Address };
    const socket = connect(address.path);
    socket.end(Buffer.concat([hello, encodeFrame(["hello", 1, address.channel, ""])[0] as Buffer]));
    await once(socket.resume(), "close");
    expect(socket.bytesRead).toBe(0);
    await queue.put(1);
    expect(await queue.get()).toBe(1);
  });

  test.for([
    ["no frame", false, [Buffer.alloc(64)]],
    ["an unknown word", true, encodeFrame(["constructor", 1])],
    ["a request before hello", false, encodeFrame(["take", 0, true])],
    ["another version", false, encodeFrame(["hello", 999, "", ""])],
    ["a number that is none", true, encodeFrame(["take", -1, true])],
    ["a second request of one number", true, [...encodeFrame(["take", 0, true]), ...encodeFrame(["take", 0, true])]],
    ["a body that is none", true, encodeFrame(["put", 0, ["text"], true])],
  ] as const)("nonsense ends the connection that it came from, and no other: %s", async ([, greets, chunks]) => {
    const previous = setUnobservedErrorHandler((error) => reported.push(error));
    const reported: unknown[] = [];
    await using queue = new ProcessQueue<number>();
    const user = new User();
    await user.give(queue);
    const waits = user.ask("call", 0, "get");
    const { address } = queue.toPortable().data as { address: Address };
    const socket = connect(address.path);
    socket.write(Buffer.from(address.token, "hex"));
    const hello = greets ? encodeFrame(["hello", 1, address.channel, ""]) : [];
    for (const chunk of [...hello, ...chunks]) socket.write(chunk);
    await once(socket.on("error", () => {}).resume(), "close");
    setUnobservedErrorHandler(previous);
    expect(reported).toMatchObject([{ code: "EVERYCORE_PROTOCOL" }]);
    await queue.put(1);
    expect(await waits).toBe(1);
  });

  test("a channel that is closed or was never there is refused", async () => {
    await using other = new ProcessQueue<number>();
    const form = other.toPortable();
    const data = form.data as { address: Address };
    const user = new User();
    await user.ask("arrive", { ...form, data: { ...data, address: { ...data.address, channel: "none" } } });
    await expect(user.ask("call", 0, "get")).rejects.toThrow("was closed by the process that created it");
  });

  test("the folder is for this user only, and gone when the last channel is closed", async () => {
    const [first, second] = [new ProcessQueue(), new ProcessQueue()];
    const paths = [first, second].map((queue) => (queue.toPortable().data as { address: Address }).address.path);
    expect(paths[0]).toBe(paths[1]);
    expect(statSync(dirname(paths[0] as string)).mode & 0o777).toBe(0o700);
    await first.close();
    expect(leftBehind()).toHaveLength(1);
    await second.close();
    expect(leftBehind()).toEqual([]);
  });

  test("what a killed process left behind is removed by the next one that starts a broker", async () => {
    const keeper = start("keeper");
    const [forms] = (await once(keeper, "message")) as [any];
    await kill(keeper);
    const folder = dirname(forms.queue.data.address.path);
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(folder, longAgo, longAgo);
    await using queue = new ProcessQueue<number>();
    queue.toPortable();
    while (existsSync(folder)) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(leftBehind()).toHaveLength(1);
  });
});

async function waitUntilEmpty(queue: ProcessQueue<number>): Promise<void> {
  while ((await queue.size()) > 0) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function foldersGone(): Promise<void> {
  while (leftBehind().length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
}
