// The user's half of a connection (protocol.ts): a seat at a channel that another process keeps. Connects with the first
// request. The connection is for life: when it ends, the channel is closed for this process, and every wait is told so.

import { connect, type Socket } from "node:net";
import { ChannelClosedError, decodeError, isWireError, onAbort, startTimer, type WaitOptions } from "@everycore/core";
import { encodeFrame, FrameReader } from "../frames.js";
import { type Address, removeIfDead } from "./address.js";
import { channelVersion, type Reply, type Request, readReply } from "./protocol.js";
import type { Seat, Taken } from "./seat.js";
import { writeFrame } from "./session.js";
import type { Body } from "./store.js";

interface Wait {
  readonly resolve: (reply: Reply & readonly ["answer" | "item", ...unknown[]]) => void;
  readonly reject: (error: unknown) => void;
}

/** A seat at a channel of another process. */
export class RemoteSeat implements Seat {
  readonly #address: Address;
  readonly #label: string;
  readonly #onClose: () => void;
  readonly #waits = new Map<number, Wait>();
  #next = 0;
  #socket: Socket | undefined;
  #closed: (() => Error) | undefined;

  /** `label` is the channel's name in messages; `onClose` is called once, when the seat is of no use any more. */
  constructor(address: Address, label: string, onClose: () => void) {
    this.#address = address;
    this.#label = label;
    this.#onClose = onClose;
  }

  async put(body: Body, options: WaitOptions): Promise<boolean> {
    const reply = await this.#request((id) => ["put", id, body, options.timeoutMs !== 0], options);
    return reply[2] === true;
  }

  async take(options: WaitOptions): Promise<Taken | undefined> {
    const reply = await this.#request((id) => ["take", id, options.timeoutMs !== 0], options);
    return reply[0] === "item" ? { number: reply[2], body: reply[3] } : undefined;
  }

  async poll(options: WaitOptions): Promise<boolean> {
    const reply = await this.#request((id) => ["poll", id, options.timeoutMs !== 0], options);
    return reply[2] === true;
  }

  async join(options: WaitOptions): Promise<boolean> {
    const reply = await this.#request((id) => ["join", id, options.timeoutMs !== 0], options);
    return reply[2] === true;
  }

  async size(): Promise<number> {
    return (await this.#request((id) => ["size", id], {}))[2] as number;
  }

  async shutDown(immediate: boolean): Promise<void> {
    await this.#request((id) => ["shutDown", id, immediate], {});
  }

  done(number: number): void {
    if (this.#closed) throw this.#closed();
    this.#send(["done", number]);
  }

  leave(): void {
    this.#close(() => new ChannelClosedError(`${this.#label} was closed in this process.`));
    this.#socket?.end();
  }

  /** Connects now, not with the first request. */
  attach(): void {
    if (!this.#closed) this.#connect().unref();
  }

  /** Sends a request and waits for its answer, which comes also after a deadline or a signal: the keeper has the last word. */
  #request(
    request: (id: number) => Request,
    { signal, timeoutMs }: WaitOptions,
  ): Promise<Reply & readonly ["answer" | "item", ...unknown[]]> {
    if (this.#closed) return Promise.reject(this.#closed());
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const stops: Array<() => void> = [];
      const over = (): void => {
        for (const stop of stops) stop();
      };
      const aborted = (): boolean => signal?.aborted ?? false;
      this.#await(id, {
        resolve: (reply) => {
          over();
          // An answer that is no success, after an abort: it was given up.
          if (aborted() && reply[0] === "answer" && !reply[2]) reject(signal?.reason);
          else resolve(reply);
        },
        reject: (error) => {
          over();
          reject(error);
        },
      });
      this.#send(request(id));
      const giveUp = (): void => this.#send(["giveUp", id]);
      if (timeoutMs) stops.push(startTimer(timeoutMs, giveUp));
      if (signal) stops.push(onAbort(signal, giveUp));
    });
  }

  #await(id: number, wait: Wait): void {
    this.#waits.set(id, wait);
    this.#connect().ref();
  }

  #settle(id: number): Wait | undefined {
    const wait = this.#waits.get(id);
    this.#waits.delete(id);
    if (this.#waits.size === 0) this.#socket?.unref();
    return wait;
  }

  #send(request: Request): void {
    if (!this.#closed) writeFrame(this.#connect(), request);
  }

  #connect(): Socket {
    if (this.#socket) return this.#socket;
    const { path, token, channel, end } = this.#address;
    const socket = connect(path);
    this.#socket = socket;
    const reader = new FrameReader((frame) => this.#receive(readReply(frame)), {
      from: `the keeper of ${this.#label}`,
    });
    socket.on("data", (chunk) => this.#read(reader, chunk));
    socket.on("error", () => {});
    socket.on("close", () => this.#lost());
    socket.write(Buffer.from(token, "hex"));
    for (const chunk of encodeFrame(["hello", channelVersion, channel, end] satisfies Request)) socket.write(chunk);
    return socket;
  }

  #read(reader: FrameReader, chunk: Uint8Array): void {
    try {
      reader.push(chunk);
    } catch (error) {
      this.#close(
        () => new ChannelClosedError(`${this.#label} is closed: its keeper sends nonsense.`, { cause: error }),
      );
      this.#socket?.destroy();
    }
  }

  #receive(reply: Reply): void {
    if (reply[0] === "answer" || reply[0] === "item") this.#settle(reply[1])?.resolve(reply);
    else if (reply[0] === "failed") this.#settle(reply[1])?.reject(this.#errorOf(reply[2]));
    else if (reply[0] === "closed") this.#close(() => this.#errorOf(reply[1]));
  }

  /** Of a new error each time, so that no two waits share one. */
  #errorOf(wire: unknown): Error {
    const error = isWireError(wire) ? decodeError(wire) : undefined;
    return error instanceof Error ? error : new ChannelClosedError(`${this.#label} is closed.`);
  }

  /** The connection has ended, and nobody had said that the channel is closed. */
  #lost(): void {
    if (this.#closed) return;
    const message =
      `${this.#label} is closed: the process that kept it has ended, or has closed it. ` +
      `What was in it is gone; keep the creating process alive for as long as others use it.`;
    this.#close(() => new ChannelClosedError(message));
    removeIfDead(this.#address.path);
  }

  #close(error: () => Error): void {
    if (this.#closed) return;
    this.#closed = error;
    const waits = [...this.#waits.keys()];
    for (const id of waits) this.#settle(id)?.reject(error());
    this.#onClose();
  }
}
