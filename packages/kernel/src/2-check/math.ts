// Math, Number and the number functions of JavaScript, in core.

import type { AnyNode } from "../1-parse/index.js";
import type { Value } from "./core.js";
import { constant, constantOf, unary } from "./fold.js";
import { power } from "./power.js";
import { type Place, refuse } from "./refusal.js";
import type { Entity } from "./scope.js";
import type { Translation } from "./translation.js";

/** Functions of Math, with how many arguments they take; −1 for any number. */
const functions: Readonly<Record<string, number>> = {
  abs: 1,
  min: -1,
  max: -1,
  sqrt: 1,
  floor: 1,
  ceil: 1,
  round: 1,
  trunc: 1,
  sign: 1,
  fround: 1,
  imul: 2,
  clz32: 1,
  hypot: -1,
  cbrt: 1,
  exp: 1,
  expm1: 1,
  log: 1,
  log1p: 1,
  log2: 1,
  log10: 1,
  pow: 2,
  sin: 1,
  cos: 1,
  tan: 1,
  asin: 1,
  acos: 1,
  atan: 1,
  atan2: 2,
  sinh: 1,
  cosh: 1,
  tanh: 1,
  asinh: 1,
  acosh: 1,
  atanh: 1,
};

const numberFunctions: readonly string[] = ["isNaN", "isFinite", "isInteger"];
const numberConstants: readonly string[] = [
  "EPSILON",
  "MAX_VALUE",
  "MIN_VALUE",
  "MAX_SAFE_INTEGER",
  "MIN_SAFE_INTEGER",
  "NaN",
  "POSITIVE_INFINITY",
  "NEGATIVE_INFINITY",
];

/** `Math.name` or `Number.name`. */
export function namespaceMember(t: Translation, node: AnyNode, namespace: "Math" | "Number", name: string): Entity {
  const place = t.place(node);
  if (namespace === "Math") {
    const value: unknown = Reflect.get(Math, name);
    if (typeof value === "number") return { kind: "value", value: constant(value, place) };
    return { kind: "intrinsic", name: `Math.${name}` };
  }
  if (numberConstants.includes(name)) {
    return { kind: "value", value: constant(Reflect.get(Number, name) as number, place) };
  }
  if (numberFunctions.includes(name)) return { kind: "intrinsic", name: `Number.${name}` };
  return refuse(
    place,
    "unknown-math",
    `\`Number.${name}\` is not in the kernel language.`,
    `\`Number\` has ${[...numberFunctions, ...numberConstants].slice(0, 6).join(", ")} …; see docs/kernels.md.`,
  );
}

/** A call of a function of Math or Number. */
export function callIntrinsic(t: Translation, node: AnyNode, name: string, values: readonly Value[]): Value {
  const place = t.place(node);
  switch (name) {
    case "Number":
      return values[0] ? unary("+", values[0], place) : constant(0, place);
    case "Boolean":
      return values[0] ? unary("!", unary("!", values[0], place), place) : constant(false, place);
    case "isNaN":
    case "isFinite":
    case "Number.isNaN":
    case "Number.isFinite":
    case "Number.isInteger":
      return test(t, node, name, values);
    default:
      return mathFunction(t, node, name.replace("Math.", ""), values);
  }
}

function test(t: Translation, node: AnyNode, name: string, values: readonly Value[]): Value {
  checkCount(t.place(node), name, 1, values.length);
  const short = name.replace("Number.", "");
  const [value] = values as [Value];
  const plain = constantOf(value);
  if (plain !== undefined) {
    return constant((Reflect.get(Number, short) as (x: number) => boolean)(Number(plain)), t.place(node));
  }
  return { op: "math", name: short, values, place: t.place(node) };
}

function mathFunction(t: Translation, node: AnyNode, name: string, values: readonly Value[]): Value {
  const place = t.place(node);
  const count = functions[name];
  if (count === undefined) refuseUnknown(place, name);
  checkCount(place, `Math.${name}`, count, values.length);
  const plain = values.map(constantOf);
  if (plain.every((value) => value !== undefined)) {
    return constant((Reflect.get(Math, name) as (...args: number[]) => number)(...plain.map(Number)), place);
  }
  if (name === "pow") return power(t, values[0] as Value, values[1] as Value, place);
  return { op: "math", name, values, place };
}

function checkCount(place: Place, name: string, wanted: number, given: number): void {
  if (wanted < 0 || given === wanted) return;
  refuse(
    place,
    "argument-count",
    `\`${name}\` takes ${wanted} ${wanted === 1 ? "argument" : "arguments"}, and is called with ${given}.`,
    `Write \`${name}(${wanted === 1 ? "x" : "x, y"})\`.`,
  );
}

function refuseUnknown(place: Place, name: string): never {
  if (name === "random") {
    refuse(
      place,
      "math-random",
      "`Math.random()` is not in the kernel language: it would give other numbers on each backend.",
      "Write `thread.random()`, whose numbers follow from the launch's seed.",
    );
  }
  refuse(
    place,
    "unknown-math",
    `\`Math.${name}\` is not in the kernel language.`,
    `\`Math\` has ${Object.keys(functions).slice(0, 10).join(", ")} …; see docs/kernels.md.`,
  );
}
