// The thread: its place in the grid, barriers, shared arrays, atomics and random numbers.

import type { CallExpression } from "acorn";
import type { AnyNode } from "../1-parse/index.js";
import type { Atomic, ElementType, ThreadIndex } from "../ir/ir.js";
import type { CoreArray, Value } from "./core.js";
import { evaluate, evaluateValue } from "./expression.js";
import { constantOf } from "./fold.js";
import { refuse } from "./refusal.js";
import type { Entity, Scope } from "./scope.js";
import type { Translation } from "./translation.js";
import { requireArray, requireValue } from "./value.js";

const operators: Readonly<Record<string, Atomic["operator"]>> = {
  atomicAdd: "add",
  atomicSub: "subtract",
  atomicMin: "min",
  atomicMax: "max",
  atomicAnd: "and",
  atomicOr: "or",
  atomicXor: "xor",
  atomicExchange: "exchange",
  atomicCompareExchange: "compareExchange",
};

const axes = ["x", "y", "z"];
const sizes = { local: "local", group: "group", size: "gridSize", groupSize: "groupSize" } as const;

/** `thread.name`. */
export function threadMember(t: Translation, node: AnyNode, name: string): Entity {
  if (axes.includes(name)) return axesMember(t, node, "global", name);
  if (Object.hasOwn(sizes, name)) return { kind: "axes", what: sizes[name as keyof typeof sizes] };
  if (name === "barrier" || name === "shared" || name === "random" || Object.hasOwn(operators, name)) {
    return { kind: "method", name };
  }
  return refuse(
    t.place(node),
    "unknown-thread-member",
    `\`thread\` has no member \`${name}\`.`,
    "It has x, y, z, local, group, size, groupSize, barrier(), shared(), random() and atomicAdd() with its siblings.",
  );
}

/** `x`, `y` or `z` of a place or a size. */
export function axesMember(t: Translation, node: AnyNode, what: ThreadIndex["what"], name: string): Entity {
  const axis = axes.indexOf(name);
  if (axis >= 0) return { kind: "value", value: { op: "thread", what, axis: axis as 0 | 1 | 2, place: t.place(node) } };
  return refuse(
    t.place(node),
    "unknown-thread-member",
    `The thread's places and sizes have no member \`${name}\`.`,
    "They have x, y and z.",
  );
}

/** A call of a method of the thread. */
export function callMethod(t: Translation, node: CallExpression, name: string, scope: Scope): Entity {
  switch (name) {
    case "barrier":
      t.emit({ kind: "barrier", place: t.place(node) });
      return { kind: "undefined" };
    case "random":
      return random(t, node);
    case "shared":
      return { kind: "array", array: shared(t, node, scope) };
    default:
      return { kind: "value", value: atomic(t, node, name, scope) };
  }
}

function random(t: Translation, node: CallExpression): Entity {
  const target = t.variable("random", t.place(node));
  target.given = "float";
  t.emit({ kind: "random", target });
  return { kind: "value", value: t.read(target, t.place(node)) };
}

function shared(t: Translation, node: CallExpression, scope: Scope): CoreArray {
  const place = t.place(node);
  if (t.depth > 0) {
    refuse(
      place,
      "shared-place",
      "`thread.shared` is called in a branch or loop, but the group has its arrays from the start.",
      "Move `const tile = thread.shared(…)` to the top of the kernel.",
    );
  }
  const array: CoreArray = {
    space: "shared",
    name: t.declaring || `shared${t.shared.length}`,
    element: sharedElement(t, node, scope),
    length: sharedLength(t, node, scope),
  };
  t.shared.push(array);
  return array;
}

function sharedElement(t: Translation, node: CallExpression, scope: Scope): ElementType {
  const type = node.arguments[0];
  const entity = type && evaluate(t, type, scope);
  if (entity?.kind === "class") return entity.element;
  return refuse(
    t.place(type ?? node),
    "shared-type",
    "The first argument of `thread.shared` is not a typed array class.",
    "Write `thread.shared(Float32Array, 256)`.",
  );
}

function sharedLength(t: Translation, node: CallExpression, scope: Scope): number {
  const argument = node.arguments[1];
  const length = argument && constantOf(evaluateValue(t, argument, scope));
  if (typeof length === "number" && Number.isInteger(length) && length > 0 && length < 2 ** 28) return length;
  return refuse(
    t.place(argument ?? node),
    "shared-length",
    "The length of a shared array is not a positive whole constant.",
    "Write a literal, or capture a constant: `thread.shared(Float32Array, TILE)` with `kernel(fn, () => ({ TILE }))`.",
  );
}

function atomic(t: Translation, node: CallExpression, name: string, scope: Scope): Value {
  const operator = operators[name] as Atomic["operator"];
  const nodes = node.arguments;
  const wanted = operator === "compareExchange" ? 4 : 3;
  if (nodes.length !== wanted) {
    const hint = wanted === 4 ? "array, index, expected, value" : "array, index, value";
    refuse(
      t.place(node),
      "argument-count",
      `\`${name}\` takes ${wanted} arguments.`,
      `Write \`thread.${name}(${hint})\`.`,
    );
  }
  const entities = t.operands(nodes.map((argument) => () => evaluate(t, argument, scope)));
  const array = requireArray(t, entities[0] as Entity, nodes[0] as AnyNode);
  checkAtomic(t, node, name, operator, array);
  const [index, second, third] = nodes
    .slice(1)
    .map((argument, i) => requireValue(t, entities[i + 1] as Entity, argument)) as [Value, Value, Value?];
  const target = t.variable("old", t.place(node));
  target.given = array.element;
  t.emit({
    kind: "atomic",
    operator,
    array,
    index,
    value: third ?? second,
    expected: third ? second : undefined,
    target,
    place: t.place(node),
  });
  return t.read(target, t.place(node));
}

const floatOperators: readonly string[] = ["add", "subtract", "min", "max", "exchange"];

function checkAtomic(t: Translation, node: AnyNode, name: string, operator: string, array: CoreArray): void {
  const { element } = array;
  if (element === "int32" || element === "uint32") return;
  if (element === "float32" && floatOperators.includes(operator)) return;
  refuse(
    t.place(node),
    "unsupported-atomic",
    `\`${name}\` does not work on elements of type ${element}.`,
    element === "float32"
      ? "On a Float32Array there are atomicAdd, atomicSub, atomicMin, atomicMax and atomicExchange."
      : "Use an Int32Array or Uint32Array, or a Float32Array for atomicAdd, atomicMin and atomicMax.",
  );
}
