// The keeper's half of a connection (protocol.ts): reads requests, asks the seat, answers. When the connection ends, for
// whatever reason, the seat is left: what was leased goes back, and what was waited for is given up.

import type { Socket } from "node:net";
import { encodeError, ProtocolError, reportError } from "@everycore/core";
import { encodeFrame, FrameReader } from "../frames.js";
import { channelVersion, type Reply, type Request, readRequest } from "./protocol.js";
import { givenUp, type Seat, type Taken } from "./seat.js";

/** Finds the channel that a hello names. Throws if it is not there, or if its end is taken. */
export type FindSeat = (channel: string, end: string, session: Session) => Seat;

type Asking = Extract<Request, readonly ["put" | "take" | "poll" | "join" | "size" | "shutDown", ...unknown[]]>;

/** One connection to one channel, after its token was found right. */
export class Session {
  readonly #socket: Socket;
  readonly #find: FindSeat;
  readonly #reader: FrameReader;
  readonly #waits = new Map<number, AbortController>();
  #seat: Seat | undefined;
  #closing = false;
  #ended = false;

  constructor(socket: Socket, find: FindSeat) {
    this.#socket = socket;
    this.#find = find;
    this.#reader = new FrameReader((frame) => this.#receive(readRequest(frame)), {
      from: "a process that uses a channel",
    });
    socket.on("close", () => this.end());
  }

  /** The next bytes from the socket. Whatever is wrong with them ends this connection and no other. */
  push(chunk: Uint8Array): void {
    if (this.#ended) return;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      reportError(error, "a connection to a channel was ended");
      this.end();
      this.#socket.destroy();
    }
  }

  /** The channel is closed: says so, after whatever was to be said before. */
  close(error: Error): void {
    if (this.#ended || this.#closing) return;
    this.#closing = true;
    // Answers to requests that the closing has failed are on their way; they are said first.
    setImmediate(() => {
      this.#send(["closed", encodeError(error)]);
      this.#socket.end();
    });
  }

  /** The connection is over. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    // First the waits: what the seat gives back must not go to its own.
    for (const wait of this.#waits.values()) wait.abort(givenUp);
    this.#waits.clear();
    this.#seat?.leave();
  }

  #receive(request: Request): void {
    if (this.#ended || this.#closing) return;
    if (request[0] === "hello") return this.#hello(request[1], request[2], request[3]);
    if (!this.#seat) throw new ProtocolError(`Refused "${request[0]}" before hello.`);
    if (request[0] === "done") return this.#seat.done(request[1]);
    if (request[0] === "giveUp") return this.#waits.get(request[1])?.abort(givenUp);
    if (this.#waits.has(request[1])) throw new ProtocolError(`Refused a second request ${request[1]}.`);
    void this.#answer(this.#seat, request);
  }

  #hello(version: number, channel: string, end: string): void {
    if (version !== channelVersion || this.#seat) throw new ProtocolError(`Refused hello of version ${version}.`);
    try {
      this.#seat = this.#find(channel, end, this);
      this.#send(["welcome"]);
    } catch (error) {
      this.close(error as Error);
    }
  }

  async #answer(seat: Seat, request: Asking): Promise<void> {
    const id = request[1];
    const wait = new AbortController();
    this.#waits.set(id, wait);
    let reply: Reply;
    try {
      reply = replyOf(id, await ask(seat, request, wait.signal));
    } catch (error) {
      reply = error === givenUp ? ["answer", id, undefined] : ["failed", id, encodeError(error)];
    }
    this.#waits.delete(id);
    this.#send(reply);
  }

  #send(reply: Reply): void {
    if (!this.#ended && this.#socket.writable) writeFrame(this.#socket, reply);
  }
}

function ask(seat: Seat, request: Asking, signal: AbortSignal): Promise<unknown> {
  const patience = (wait: boolean) => (wait ? { signal } : { signal, timeoutMs: 0 });
  switch (request[0]) {
    case "put":
      return seat.put(request[2], patience(request[3]));
    case "take":
      return seat.take(patience(request[2]));
    case "poll":
      return seat.poll(patience(request[2]));
    case "join":
      return seat.join(patience(request[2]));
    case "size":
      return seat.size();
    case "shutDown":
      return seat.shutDown(request[2]);
  }
}

function replyOf(id: number, result: unknown): Reply {
  if (typeof result !== "object" || result === null) return ["answer", id, result];
  const { number, body } = result as Taken;
  return ["item", id, number, body];
}

/** Writes a frame in one go, its large buffers from where they are. */
export function writeFrame(socket: Socket, frame: Request | Reply): void {
  const chunks = encodeFrame(frame);
  if (chunks.length > 1) socket.cork();
  for (const chunk of chunks) socket.write(chunk);
  if (chunks.length > 1) socket.uncork();
}
