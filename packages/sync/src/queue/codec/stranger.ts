// Objects that are neither plain nor known to the codec: instances of classes, which travel as plain objects, and objects
// of the platform or the engine, which would arrive hollow.

import { Refusal } from "./place.js";

const hollow = new Set(
  (
    "AbortController AbortSignal FormData Generator AsyncGenerator Headers KeyObject MessagePort ReadableStream Request " +
    "Response TransformStream URL URLSearchParams WeakMap WeakRef WeakSet WritableStream"
  ).split(" "),
);

/** Throws unless `value` is an instance of a class whose own properties are all there is to send. */
export function refuseStranger(value: object): void {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return;
  if (typeof SharedArrayBuffer !== "undefined" && value instanceof SharedArrayBuffer) {
    throw new Refusal(value, "is a SharedArrayBuffer", {
      hint: "a queue carries bytes; give shared memory to the worker as an argument of its task",
    });
  }
  const name = nameOf(value);
  if (typeof (value as { then?: unknown }).then === "function") {
    throw new Refusal(value, `is a ${name}`, { hint: "await it, and send its value" });
  }
  if (hollow.has(name)) {
    throw new Refusal(value, `is ${article(name)} ${name}`, { hint: "it would arrive empty; send what is in it" });
  }
  if (Symbol.toStringTag in value || Object.keys(value).length === 0) refusePlatformObject(value, name);
}

/** Structured clone tells the platform's objects from instances of classes: it makes plain objects of the latter only. */
function refusePlatformObject(value: object, name: string): void {
  const what = `is ${article(name)} ${name}`;
  let clone: object;
  try {
    clone = structuredClone(value);
  } catch (cause) {
    if (Object.keys(value).length === 0) throw new Refusal(value, what, { cause });
    // Something in it cannot be cloned, which the encoder will meet and name.
    return;
  }
  if (Object.getPrototypeOf(clone) !== Object.prototype) throw new Refusal(value, what);
}

function nameOf(value: object): string {
  return value.constructor?.name || Object.prototype.toString.call(value).slice(8, -1);
}

function article(name: string): string {
  return /^[AEIO]/.test(name) ? "an" : "a";
}
