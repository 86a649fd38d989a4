// Keeps the channels of this process (or thread) for others: one server, started when the first channel is sent away and ended
// when the last one is closed. Its socket lies in a folder that only this user can enter, and who connects has to know the token.
// It keeps the process alive only while somebody here waits for an item.

import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { ChannelClosedError, reportError } from "@everycore/core";
import { type Address, newSocketPath, removeDeadFolders, removeSocketFolder } from "./address.js";
import { tokenBytes } from "./protocol.js";
import type { Seat } from "./seat.js";
import { Session } from "./session.js";

/** What a broker keeps. */
export interface Channel {
  readonly id: string;
  /** A seat for another process. Throws if that end is taken. */
  sit(end: string): Seat;
  /** The object that stands for the channel in this process. */
  local(end: string): object;
}

/** How long a stranger may take to send the token. */
const tokenMs = 5000;

class Broker {
  readonly path: string = newSocketPath(randomBytes(16).toString("hex"));
  readonly token: Buffer = randomBytes(tokenBytes);
  readonly channels: Map<string, Channel> = new Map();
  readonly #sessions = new Map<Session, string>();
  readonly #server: Server;
  readonly #removeFolder = (): void => removeSocketFolder(this.path);

  constructor() {
    this.#server = createServer((socket) => this.#admit(socket));
    this.#server.on("error", (error) => reportError(error, `queues and pipes cannot be shared at ${this.path}`));
    // exclusive: in a cluster the primary would listen, and later than now.
    this.#server.listen({ path: this.path, exclusive: true });
    this.hold(holds > 0);
    process.once("exit", this.#removeFolder);
    removeDeadFolders();
  }

  hold(held: boolean): void {
    if (held) this.#server.ref();
    else this.#server.unref();
  }

  /** Says to everybody at the channel that it is closed. */
  dismiss(channel: Channel, error: () => Error): void {
    this.channels.delete(channel.id);
    for (const [session, id] of this.#sessions) if (id === channel.id) session.close(error());
  }

  end(): void {
    this.#server.close();
    process.off("exit", this.#removeFolder);
    this.#removeFolder();
  }

  /** Listens to a stranger until the token is complete. */
  #admit(socket: Socket): void {
    socket.unref();
    socket.on("error", () => {});
    const timer = setTimeout(() => socket.destroy(), tokenMs).unref();
    const told: Buffer = Buffer.alloc(tokenBytes);
    let filled = 0;
    const listen = (chunk: Buffer): void => {
      const taken = chunk.copy(told, filled, 0, tokenBytes - filled);
      filled += taken;
      if (filled < tokenBytes) return;
      clearTimeout(timer);
      socket.off("data", listen);
      if (!timingSafeEqual(told, this.token)) return void socket.destroy();
      this.#welcome(socket).push(chunk.subarray(taken));
    };
    socket.on("data", listen);
    socket.on("close", () => clearTimeout(timer));
  }

  #welcome(socket: Socket): Session {
    const session: Session = new Session(socket, (channel, end) => this.#seat(channel, end, session));
    socket.on("data", (chunk) => session.push(chunk));
    socket.on("close", () => this.#sessions.delete(session));
    return session;
  }

  #seat(id: string, end: string, session: Session): Seat {
    const channel = this.channels.get(id);
    if (!channel) throw new ChannelClosedError("The queue or pipe was closed by the process that created it.");
    const seat = channel.sit(end);
    this.#sessions.set(session, id);
    return seat;
  }
}

let broker: Broker | undefined;
let holds = 0;

/** Keeps the channel for others from now on; where they find it. */
export function keep(channel: Channel, end = ""): Address {
  broker ??= new Broker();
  broker.channels.set(channel.id, channel);
  return { path: broker.path, token: broker.token.toString("hex"), channel: channel.id, end };
}

/** The opposite: whoever is there is told, and the last one turns off the light. */
export function dismiss(channel: Channel, error: () => Error): void {
  if (!broker?.channels.has(channel.id)) return;
  broker.dismiss(channel, error);
  if (broker.channels.size > 0) return;
  broker.end();
  broker = undefined;
}

/** The object in this process that an address leads to, if it is kept here. */
export function keptHere(address: Address): object | undefined {
  return broker?.path === address.path ? broker.channels.get(address.channel)?.local(address.end) : undefined;
}

/** Keeps the process alive, if others could end the wait that this is for; returns the end of it. */
export function hold(): () => void {
  if (holds++ === 0) broker?.hold(true);
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    if (--holds === 0) broker?.hold(false);
  };
}
