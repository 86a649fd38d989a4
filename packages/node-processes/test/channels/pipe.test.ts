import { once } from "node:events";
import { type Connection, Pipe, type ProcessQueue } from "@everycore/node-processes";
import { afterEach, describe, expect, test } from "vitest";
import { arrive, endAll, kill, leftBehind, recipient, remains, start, User } from "./users.js";

afterEach(async () => {
  await endAll();
  expect(await remains()).toEqual([]);
});

const endOfFile = { code: "EVERYCORE_END_OF_FILE", name: "EndOfFileError" };
const closed = { code: "EVERYCORE_CHANNEL_CLOSED", name: "ChannelClosedError" };

describe("Pipe in one process", () => {
  test("carries values in both directions, in order", async () => {
    const [a, b] = Pipe<string, number>();
    await a.send("x");
    await a.send("y");
    await b.send(1);
    expect([await b.recv(), await b.recv(), await a.recv()]).toEqual(["x", "y", 1]);
    await Promise.all([a.close(), b.close()]);
  });

  test("one-way, the first end receives and the second sends", async () => {
    const [receiver, sender] = Pipe<never, string>({ duplex: false, name: "log" });
    expect([receiver.readable, receiver.writable, sender.readable, sender.writable]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    await sender.send("x");
    expect(await receiver.recv()).toBe("x");
    await expect(receiver.send(1 as never)).rejects.toThrow('Cannot send: Connection "log" is one-way.');
    await expect(sender.recv()).rejects.toMatchObject({ code: "EVERYCORE_INVALID_STATE" });
    await sender.close();
    await receiver.close();
  });

  test("what was sent can be received after the other end was closed, and then comes the end", async () => {
    const [a, b] = Pipe<number>();
    const waits = a.recv();
    await b.send(1);
    await b.send(2);
    await b.close();
    expect(await waits).toBe(1);
    await expect(a.send(3)).rejects.toMatchObject(closed);
    expect(await a.poll()).toBe(true);
    expect(await a.recv()).toBe(2);
    await expect(a.recv()).rejects.toMatchObject(endOfFile);
    await expect(b.recv()).rejects.toThrow("Cannot recv: Connection was closed here.");
    expect(await a.poll()).toBe(true);
    await a.close();
    await a.close();
  });

  test("a loop receives until the other end is closed", async () => {
    const [a, b] = Pipe<number>();
    for (const value of [1, 2, 3]) await a.send(value);
    await a.close();
    const received: number[] = [];
    for await (const value of b) received.push(value);
    expect(received).toEqual([1, 2, 3]);
    await b.close();
  });

  test("poll looks or waits; recv and send end at their deadlines", async () => {
    const [a, b] = Pipe<Uint8Array>();
    expect(await a.poll()).toBe(false);
    expect(await a.poll({ timeoutMs: 1 })).toBe(false);
    const arrival = a.poll({ timeoutMs: 60_000 });
    await b.send(new Uint8Array(2 << 20));
    expect(await arrival).toBe(true);
    await expect(b.send(new Uint8Array(1), { timeoutMs: 1 })).rejects.toMatchObject({ code: "EVERYCORE_TIMEOUT" });
    expect((await a.recv()).length).toBe(2 << 20);
    await expect(a.recv({ timeoutMs: 1 })).rejects.toThrow("Nothing arrived from Connection within 1 ms.");
    await Promise.all([a.close(), b.close()]);
  });

  test("options that cannot be are refused", () => {
    expect(() => Pipe({ duplex: 1 } as never)).toThrow(TypeError);
    expect(() => Pipe({ twoWay: true } as never)).toThrow('no option "twoWay"');
  });
});

describe("Pipe between processes", () => {
  test("an end that was sent lives in the other process", async () => {
    const [here, there] = Pipe<unknown>({ name: "talk" });
    const user = new User();
    await user.give(there);
    expect(there.closed).toBe(true);
    await expect(there.send(1)).rejects.toThrow('Connection "talk" was sent away, and an end lives in one process.');
    await there.close();
    const error = Object.assign(new RangeError("far"), { code: "E7" });
    await here.send(error);
    await user.ask("echo", 0);
    const back = (await here.recv()) as Error;
    expect(back).toBeInstanceOf(Error);
    expect(back).toMatchObject({ message: "far", code: "E7" });
    await here.close();
    await expect(user.ask("call", 0, "recv")).rejects.toMatchObject(endOfFile);
    await expect(user.ask("call", 0, "send", 1)).rejects.toMatchObject(closed);
    await user.ask("call", 0, "close");
    await gone();
  });

  test.for(["kill", "exit", "disconnect"] as const)("the end of a process is the end of its end (%s)", async (how) => {
    const [here, there] = Pipe<unknown>();
    const user = new User();
    await user.give(there);
    await user.ask("call", 0, "send", "last words");
    const exited = once(user.child, "exit");
    if (how === "kill") await kill(user.child);
    else user.ask(how, 0).catch(() => {});
    await exited;
    expect(await here.recv()).toBe("last words");
    await expect(here.recv()).rejects.toMatchObject(endOfFile);
    await expect(here.send(1)).rejects.toMatchObject(closed);
    await here.close();
    await gone();
  });

  test("an end that never arrived is closed when its recipient has ended", async () => {
    const [here, there] = Pipe<unknown>();
    const to = recipient();
    there.toPortable(to);
    const ended = expect(here.recv()).rejects.toMatchObject(endOfFile);
    to.end("exited with code 3");
    await ended;
    await here.close();
  });

  test("both ends in other processes talk to each other", async () => {
    const [a, b] = Pipe<number>();
    const users = [new User(), new User()] as const;
    await users[0].give(a);
    await users[1].give(b);
    await users[0].ask("call", 0, "send", 42);
    expect(await users[1].ask("call", 0, "recv")).toBe(42);
    await kill(users[0].child);
    await expect(users[1].ask("call", 0, "recv")).rejects.toMatchObject(endOfFile);
    await users[1].ask("call", 0, "close");
    await gone();
  });

  test("an end cannot live in two processes", async () => {
    const [here, there] = Pipe<number>();
    const users = [new User(), new User()] as const;
    const form = there.toPortable(recipient());
    await users[0].ask("arrive", form);
    await users[0].ask("call", 0, "poll");
    await users[1].ask("arrive", form);
    await expect(users[1].ask("call", 0, "poll")).rejects.toThrow("An end lives in one process");
    await expect(users[0].ask("form", 0)).rejects.toMatchObject({ code: "EVERYCORE_UNSUPPORTED" });
    await users[0].ask("call", 0, "close");
    await here.close();
  });

  test("64 MB pass there and back, and a sender waits for the receiver", async () => {
    const [here, there] = Pipe<Uint8Array>();
    const user = new User();
    await user.give(there);
    await here.send(new Uint8Array(64 << 20).fill(3));
    await expect(here.send(new Uint8Array(1), { timeoutMs: 1 })).rejects.toMatchObject({ code: "EVERYCORE_TIMEOUT" });
    expect(await user.ask("bytes", 0, "recv")).toEqual(["Uint8Array", 64 << 20, 3, 3]);
    const sent = user.ask("sendBytes", 0, "send", 64 << 20);
    expect((await here.recv()).at(-1)).toBe(7);
    await sent;
    await here.close();
    await user.ask("call", 0, "close");
    await gone();
  });

  test("an end that nobody has any more is closed", async () => {
    const [here, there] = Pipe<number>();
    const user = new User();
    await user.give(there);
    const ended = expect(here.recv()).rejects.toMatchObject(endOfFile);
    await user.ask("forget", 0);
    await user.ask("forget", 0);
    await ended;
    await here.close();
  });

  test("the end of the process that created it closes both ends", async () => {
    const keeper = start("keeper");
    const [forms] = (await once(keeper, "message")) as [any];
    const connection = arrive<Connection<number>>(forms.connection);
    const queue = arrive<ProcessQueue<number>>(forms.queue);
    const ended = expect(connection.recv()).rejects.toMatchObject(closed);
    await connection.send(1);
    expect(await queue.size()).toBe(0);
    await kill(keeper);
    await ended;
    await gone();
  });
});

async function gone(): Promise<void> {
  while (leftBehind().length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
}
