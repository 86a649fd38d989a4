// What is said between a process that uses a channel and the one that keeps it, over a socket of the channel's own.
//
// The first 32 bytes are the token, raw, so that nothing of a stranger is ever parsed. Then frames (../frames.ts), each an
// array that begins with its word. A request has a number, and is answered exactly once:
//
//   user → keeper    hello version channel end          once, first
//                    put n body wait · take n wait · poll n wait · join n wait · size n · shutDown n immediate
//                    giveUp n                           the deadline has passed: answer now, with what is true now
//                    done item                          ends the lease of an item; has no answer
//   keeper → user    welcome                            once, first
//                    answer n value · item n number body · failed n error
//                    closed error                       the channel is; nothing follows
//
// The keeper has the last word: a request that is given up is over when its answer is here, which may still be an item.

import { ProtocolError } from "@everycore/core";
import type { Body } from "./store.js";

/** Raised when a word changes its meaning. */
export const channelVersion = 1;

/** Bytes of the token. */
export const tokenBytes = 32;

/** What a user says. */
export type Request =
  | readonly [word: "hello", version: number, channel: string, end: string]
  | readonly [word: "put", id: number, body: Body, wait: boolean]
  | readonly [word: "take" | "poll" | "join", id: number, wait: boolean]
  | readonly [word: "size", id: number]
  | readonly [word: "shutDown", id: number, immediate: boolean]
  | readonly [word: "giveUp", id: number]
  | readonly [word: "done", item: number];

/** What the keeper says. */
export type Reply =
  | readonly [word: "welcome"]
  | readonly [word: "answer", id: number, value: unknown]
  | readonly [word: "item", id: number, item: number, body: Body]
  | readonly [word: "failed", id: number, error: unknown]
  | readonly [word: "closed", error: unknown];

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const flag: Check = (value) => typeof value === "boolean";
const body: Check = (value) => Array.isArray(value) && value.every((part) => part instanceof Uint8Array);
const anything: Check = () => true;

const requests: Readonly<Record<Request[0], readonly Check[]>> = {
  hello: [count, text, text],
  put: [count, body, flag],
  take: [count, flag],
  poll: [count, flag],
  join: [count, flag],
  size: [count],
  shutDown: [count, flag],
  giveUp: [count],
  done: [count],
};

const replies: Readonly<Record<Reply[0], readonly Check[]>> = {
  welcome: [],
  answer: [count, anything],
  item: [count, count, body],
  failed: [count, anything],
  closed: [anything],
};

/** The frame as a request. @throws ProtocolError if it is none. */
export function readRequest(frame: unknown): Request {
  return read(frame, requests) as Request;
}

/** The frame as a reply. @throws ProtocolError if it is none. */
export function readReply(frame: unknown): Reply {
  return read(frame, replies) as Reply;
}

function read(frame: unknown, words: Readonly<Record<string, readonly Check[]>>): unknown {
  const [word, ...rest] = Array.isArray(frame) ? frame : [];
  const checks = typeof word === "string" && Object.hasOwn(words, word) ? words[word] : undefined;
  if (checks?.length === rest.length && checks.every((check, index) => check(rest[index]))) return frame;
  throw new ProtocolError(`Refused a message of a channel that is none of ours (${String(word).slice(0, 40)}).`);
}
