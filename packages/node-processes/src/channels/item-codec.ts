// Values as the bytes that travel through queues and pipes. The process that keeps a channel never looks into them: they are
// read where the item is taken. What structured clone loses of errors is kept (core's encodeError), and portable objects such
// as queues arrive as what they are.

import { DataCloneError, type Recipient } from "@everycore/core";
import { locateUncloneable, preparePayload, reviveWithImports } from "@everycore/pool";
import { encodeFrame, FrameReader } from "../frames.js";
import { holdsError, replaceErrors, restoreErrors } from "./errors-in-values.js";
import type { Body } from "./store.js";

/** What the reader has to do; the two are independent of each other. */
const flags = { portables: 1, errors: 2 } as const;

/**
 * The bytes of a value. Large buffers in it are not copied: do not change them before the item is where it belongs.
 *
 * @throws DataCloneError with the path, such as `item.onDone`, of what cannot be sent.
 */
export function encodeItem(value: unknown, channel: string): Body {
  const recipient: Recipient = { name: channel, sharedMemory: false, onEnd: () => {} };
  const limits = { sharedMemory: false, transfer: false, label: channel, recipient };
  const payload = preparePayload(value, "item", "copy", limits);
  const errors = holdsError(payload.value);
  const sent = errors ? replaceErrors(payload.value) : payload.value;
  const flag = (payload.portables ? flags.portables : 0) | (errors ? flags.errors : 0);
  try {
    return encodeFrame([flag, sent]).map(ownBuffer);
  } catch (cause) {
    throw locateUncloneable(value, "item", cause);
  }
}

/** The value of bytes that {@link encodeItem} made. */
export async function decodeItem(body: Body): Promise<unknown> {
  const [flag, value] = readBody(body);
  const plain = flag & flags.errors ? restoreErrors(value) : value;
  return flag & flags.portables ? reviveWithImports(plain, "item", (url) => import(url)) : plain;
}

function readBody(body: Body): [number, unknown] {
  let frame: unknown;
  const reader = new FrameReader((read) => {
    frame = read;
  });
  for (const part of body) reader.push(part);
  if (Array.isArray(frame) && frame.length === 2 && typeof frame[0] === "number") return frame as [number, unknown];
  throw new DataCloneError("item", "cannot be read", { hint: "it was damaged, or is of another version" });
}

/** The same bytes in buffers that nobody else changes: for an item that stays in this process. */
export function snapshot(body: Body): Body {
  return body.map((part, index) => (index === 0 ? part : part.slice()));
}

/** A view of a pool would take the whole pool along when it is sent. */
function ownBuffer(part: Uint8Array): Uint8Array {
  if (part.byteLength === part.buffer.byteLength) return part;
  return new Uint8Array(part);
}
