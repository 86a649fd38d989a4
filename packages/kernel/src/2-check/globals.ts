// The globals of the language, and what to say about those of JavaScript that are not in it.

import type { ElementType } from "../ir/ir.js";
import { constant } from "./fold.js";
import { type Place, refuse } from "./refusal.js";
import type { Entity, Home } from "./scope.js";

const arrayClasses: Readonly<Record<string, ElementType>> = {
  Float32Array: "float32",
  Float64Array: "float64",
  Int8Array: "int8",
  Uint8Array: "uint8",
  Int16Array: "int16",
  Uint16Array: "uint16",
  Int32Array: "int32",
  Uint32Array: "uint32",
};

const foreign: ReadonlySet<string> = new Set(
  (
    "Array Object String Symbol Date JSON Map Set WeakMap WeakSet Promise RegExp Error Function Reflect Proxy Intl Atomics " +
    "ArrayBuffer SharedArrayBuffer DataView Uint8ClampedArray BigInt BigInt64Array BigUint64Array Float16Array parseInt parseFloat " +
    "performance globalThis window self process Buffer setTimeout fetch crypto eval structuredClone queueMicrotask"
  ).split(" "),
);

/** What a global name stands for. @throws DiagnosticError for every other name. */
export function globalEntity(name: string, path: string, home: Home, place: Place): Entity {
  const element = arrayClasses[name];
  if (element) return { kind: "class", element };
  switch (name) {
    case "Math":
    case "Number":
      return { kind: "namespace", name };
    case "isNaN":
    case "isFinite":
    case "Boolean":
      return { kind: "intrinsic", name };
    case "NaN":
      return { kind: "value", value: constant(Number.NaN, place) };
    case "Infinity":
      return { kind: "value", value: constant(Number.POSITIVE_INFINITY, place) };
    case "undefined":
      return { kind: "undefined" };
    default:
      return refuseName(name, path, home, place);
  }
}

function refuseName(name: string, path: string, home: Home, place: Place): never {
  if (name === "console") {
    refuse(
      place,
      "console",
      "`console` is not in the kernel language: kernels run on many cores and devices at once.",
      "Write what you want to see to an array, or run the kernel with `simulate()`.",
    );
  }
  if (name === "arguments") {
    refuse(place, "this", "`arguments` means nothing in a kernel.", "Name each parameter.");
  }
  if (home.table.expressions.has(name)) {
    refuse(
      place,
      "captured-expression",
      `\`${name}\` is computed inside of the thunk, so the function's body cannot refer to it.`,
      `Write \`const ${name} = …\` outside of the kernel, and \`kernel(fn, () => ({ ${name} }))\`.`,
    );
  }
  if (foreign.has(name)) refuseForeign(name, place);
  const key = path.includes(".") ? `${path.slice(path.lastIndexOf(".") + 1)}: ${path}` : path;
  refuse(
    place,
    "unknown-name",
    `\`${path}\` is not declared in the kernel, and the thunk does not name it.`,
    `Name what the kernel captures: \`kernel(fn, () => ({ ${key} }))\`.`,
  );
}

function refuseForeign(name: string, place: Place): never {
  const hint = name.startsWith("parse")
    ? "Write `Math.trunc(x)` for the whole part of a number."
    : "Kernels use numbers, booleans, typed arrays, `Math` and `Number`.";
  refuse(place, "unknown-function", `\`${name}\` is not in the kernel language.`, hint);
}
