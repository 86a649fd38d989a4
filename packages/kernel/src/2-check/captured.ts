// Names that no declaration explains: captured values first, then the globals of the language.

import { type Capture, parseFunction, readCaptures } from "../1-parse/index.js";
import { capturesOf } from "../captures.js";
import type { AnyFunction } from "../front-end.js";
import { codeOf, isArrayCode, typeOfCode } from "../launch/signature.js";
import type { CoreArray } from "./core.js";
import { constant } from "./fold.js";
import { type Place, refuse } from "./refusal.js";
import { type Entity, type Home, Scope } from "./scope.js";
import type { Translation } from "./translation.js";

/** What a captured path stands for, or undefined if the thunk does not have it. */
export function findCaptured(t: Translation, home: Home, path: string, place: Place): Entity | undefined {
  for (let from: Home | undefined = home; from; from = from.fallback) {
    const capture = from.table.byPath.get(path);
    if (capture) return entityOf(t, from, capture, path, place);
  }
  return undefined;
}

/** A member of a captured object. */
export function capturedMember(
  t: Translation,
  entity: Entity & { kind: "object" },
  name: string,
  place: Place,
): Entity {
  const object = entity.object as Readonly<Record<string, unknown>>;
  if (!(name in object)) {
    refuse(
      place,
      "unknown-member",
      `The captured object \`${entity.name}\` has no member \`${name}\`.`,
      `It has ${Object.keys(object).slice(0, 8).map(quoted).join(", ") || "no members"}.`,
    );
  }
  const path = `${entity.name}.${name}`;
  return entityOf(t, entity.home, { name: path, value: object[name] }, path, place);
}

function entityOf(t: Translation, home: Home, capture: Capture, path: string, place: Place): Entity {
  const { name, value } = capture;
  if (typeof value === "number" || typeof value === "boolean") return { kind: "value", value: constant(value, place) };
  if (typeof value === "function") return functionEntity(home, value as AnyFunction, name);
  const code = codeOf(value);
  if (isArrayCode(code)) return { kind: "array", array: capturedArray(t, name, code) };
  if (isNamespace(value)) return { kind: "object", object: value, name, home };
  refuse(
    place,
    "captured-value",
    `The captured value \`${path}\` is ${describe(value)}, which kernels cannot use.`,
    "Capture numbers, booleans, typed arrays, functions, or objects of these.",
  );
}

function capturedArray(t: Translation, name: string, code: number): CoreArray {
  const known = t.captured.get(name);
  if (known) return known;
  const type = typeOfCode(code);
  if (type.kind !== "array") throw new Error("an array code stands for an array");
  const array: CoreArray = {
    space: "parameter",
    name: name.replace(/[./]/g, "_"),
    element: type.element,
    binding: { from: "capture", name },
  };
  t.captured.set(name, array);
  return array;
}

function functionEntity(home: Home, fn: AnyFunction, name: string): Entity {
  const intrinsic = intrinsics.get(fn);
  if (intrinsic) return { kind: "intrinsic", name: intrinsic };
  const { node } = parseFunction(fn);
  return {
    kind: "function",
    closure: { node, name: fn.name || name, scope: new Scope(homeOf(home, fn, name)), captured: true },
  };
}

/** Where a captured function finds its own free names: what it was registered with, else what the kernel captured. */
function homeOf(home: Home, fn: AnyFunction, name: string): Home {
  const thunk = capturesOf(fn);
  if (thunk) return { fn, table: readCaptures(thunk, `${name}/`), fallback: undefined };
  return { fn, table: { byPath: new Map(), expressions: new Set() }, fallback: home };
}

function isNamespace(value: unknown): value is object {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return `\`${value}\``;
  if (typeof value === "object") return `an object of class \`${value.constructor?.name ?? "?"}\``;
  return `a ${typeof value}`;
}

function quoted(name: string): string {
  return `\`${name}\``;
}

/** Functions of the platform, by identity: `const { sqrt } = Math` outside of the kernel. */
const intrinsics: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ...Object.getOwnPropertyNames(Math).map((name): [unknown, string] => [Reflect.get(Math, name), `Math.${name}`]),
  [Number.isNaN, "Number.isNaN"],
  [Number.isFinite, "Number.isFinite"],
  [Number.isInteger, "Number.isInteger"],
  [Reflect.get(globalThis, "isNaN"), "isNaN"],
  [Reflect.get(globalThis, "isFinite"), "isFinite"],
  [Boolean, "Boolean"],
  [Number, "Number"],
]);
