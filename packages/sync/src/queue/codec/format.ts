// The bytes of a value in a queue. Values must lie in shared memory, where structured clone cannot put them, so they are
// written by a codec of our own: what structured clone carries, and no more. It is private: bytes are read by the same
// version that wrote them, in the same process.
//
//   first byte   meaning
//   00…7f        the whole numbers 0…127
//   80…bf        a string of 0…63 Latin-1 characters, which follow
//   c0…          a tag of this file, and what it says
//
// Rules
//   1. Lengths, counts and whole numbers are varints: seven bits a byte, the lowest first. Signed ones are zigzag.
//   2. Every object that can be met again takes the next number, before what is in it is written. `reference` names one.
//      A view of a whole buffer takes two: the view, then its buffer.
//   3. An object's keys come before its values. A list of keys is a shape; the first 32 of a message are remembered, and
//      the next object with the same keys only names its shape.
//   4. The reader trusts nothing: a count is never larger than what is left, each item takes at least a byte, and nothing
//      may be left over.

/** First byte of a short Latin-1 string of no characters. */
export const shortString = 0x80;
/** First tag. */
export const firstTag = 0xc0;
/** Longest string whose length is in its first byte. */
export const longestShortString: number = firstTag - shortString - 1;

/** What follows, by first byte. */
export const tags = {
  undefined: 0xc0,
  null: 0xc1,
  true: 0xc2,
  false: 0xc3,
  /** Signed varint. */
  integer: 0xc4,
  /** Eight bytes. */
  float: 0xc5,
  /** Sign, number of bytes, bytes from the lowest. */
  bigint: 0xc6,
  /** Number of characters, one byte each. */
  latin1: 0xc7,
  /** Number of code units, two bytes each. */
  utf16: 0xc8,
  /** Number of an object that came before. */
  reference: 0xc9,
  /** Milliseconds, as a float. */
  date: 0xca,
  /** Source, flags. */
  regExp: 0xcb,
  /** A Boolean, Number, String or BigInt object: the primitive. */
  boxed: 0xcc,
  /** Count, items. */
  array: 0xcd,
  /** An array with holes or named properties: length, count, keys and values. */
  sparseArray: 0xce,
  /** Count, keys, values. */
  object: 0xcf,
  /** Number of a shape, values. */
  shaped: 0xd0,
  /** Count, keys and values. */
  map: 0xd1,
  /** Count, items. */
  set: 0xd2,
  /** Length, bytes. */
  buffer: 0xd3,
  /** Kind, length, bytes: a view of a part of a buffer, which travels alone. */
  part: 0xd4,
  /** Kind, length, bytes: a view of a whole buffer, and the buffer. */
  view: 0xd5,
  /** Kind, number of a buffer that came before. */
  viewOf: 0xd6,
  /** Six fields of a `WireError` without what is in it; then count, keys, values, and flags of its properties. */
  error: 0xd7,
  /** Type, module, data. */
  portable: 0xd8,
} as const;

/** How many shapes of a message are remembered. */
export const shapeLimit = 32;

/** How deep values may be nested; structured clone gives up at about the same depth, by running out of stack. */
export const depthLimit = 1000;

/** Names of the kinds of view, by number. Only add at the end. */
export const viewKinds: readonly string[] = [
  "DataView",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
  "Float16Array",
];
