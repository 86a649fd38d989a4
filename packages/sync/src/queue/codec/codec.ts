// The codec as queues use it: one encoder for all of them in a thread.

import { Encoder } from "./encoder.js";

export { decode } from "./decoder.js";

let spare: Encoder | undefined = new Encoder();

/** The bytes of a value, valid until the next call. A getter of the value may put into a queue itself. */
export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  const encoder = spare ?? new Encoder();
  spare = undefined;
  try {
    return encoder.encode(value);
  } finally {
    spare = encoder;
  }
}
