// Members: elements and lengths of arrays, what the thread offers, constants of Math, captured objects.

import type { MemberExpression } from "acorn";
import { type AnyNode, memberName, pathOf, withoutDetour } from "../1-parse/index.js";
import { capturedMember, findCaptured } from "./captured.js";
import type { CoreArray, Value } from "./core.js";
import { evaluate, evaluateValue } from "./expression.js";
import { constant, constantOf } from "./fold.js";
import { globalEntity } from "./globals.js";
import { namespaceMember } from "./math.js";
import { refuse } from "./refusal.js";
import type { Entity, Scope } from "./scope.js";
import { axesMember, threadMember } from "./thread.js";
import type { Translation } from "./translation.js";
import { requireArray } from "./value.js";

/** What `object.name` or `object[index]` stands for. */
export function member(t: Translation, node: MemberExpression, scope: Scope): Entity {
  const captured = capturedPath(t, node, scope);
  if (captured) return captured;
  if (node.object.type === "ConditionalExpression") return eitherMember(t, node, node.object, scope);
  const name = memberName(node);
  if (name !== undefined) return namedMember(t, node, evaluate(t, node.object, scope), name);
  if (node.object.type === "Identifier" && node.object.name === "arguments") {
    const passed = argument(t, node, scope);
    if (passed) return passed;
  }
  const { array, index } = element(t, node, scope);
  return { kind: "value", value: { op: "load", array, index, place: t.place(node) } };
}

/** `arguments[2]`, as older targets read a parameter that has a default. */
function argument(t: Translation, node: MemberExpression, scope: Scope): Entity | undefined {
  const object = evaluate(t, node.object, scope);
  if (object.kind !== "arguments") return undefined;
  const index = constantOf(evaluateValue(t, node.property, scope));
  if (typeof index === "number") return object.values[index] ?? { kind: "undefined" };
  return refuse(t.place(node), "this", "`arguments` means nothing in a kernel.", "Name each parameter.");
}

/** The array and index of `array[index]`, evaluated in this order. */
export function element(t: Translation, node: MemberExpression, scope: Scope): { array: CoreArray; index: Value } {
  const array = requireArray(t, evaluate(t, node.object, scope), node.object);
  return { array, index: evaluateValue(t, node.property, scope) };
}

/** `(c ? a : b)[i]` is `c ? a[i] : b[i]`. */
function eitherMember(
  t: Translation,
  node: MemberExpression,
  object: Extract<AnyNode, { type: "ConditionalExpression" }>,
  scope: Scope,
): Entity {
  const consequent: MemberExpression = { ...node, object: object.consequent };
  const alternate: MemberExpression = { ...node, object: object.alternate };
  return evaluate(t, { ...object, consequent, alternate }, scope);
}

/** A path such as `import_lib.SCALE` that the thunk names as a whole, or whose first name nothing explains. */
function capturedPath(t: Translation, node: MemberExpression, scope: Scope): Entity | undefined {
  const path = pathOf(node);
  const root = path?.split(".")[0];
  if (path === undefined || root === undefined || scope.find(root)) return undefined;
  const place = t.place(node);
  const found = findCaptured(t, scope.home, path, place);
  if (found) return found;
  const known = withoutDetour(node.object as AnyNode);
  if (root === "arguments") return undefined;
  if (known.type === "Identifier" && !findCaptured(t, scope.home, root, place))
    globalEntity(root, path, scope.home, place);
  return undefined;
}

/** `entity.name`. */
export function namedMember(t: Translation, node: AnyNode, entity: Entity, name: string): Entity {
  const place = t.place(node);
  switch (entity.kind) {
    case "array":
      return arrayMember(t, node, entity.array, name);
    case "thread":
      return threadMember(t, node, name);
    case "axes":
      return axesMember(t, node, entity.what, name);
    case "namespace":
      return namespaceMember(t, node, entity.name, name);
    case "object":
      return capturedMember(t, entity, name, place);
    case "arguments":
      if (name === "length") return { kind: "value", value: constant(entity.values.length, place) };
      break;
    case "class":
      if (name === "BYTES_PER_ELEMENT") return { kind: "value", value: constant(bytes(entity.element), place) };
      break;
  }
  const text = node.type === "MemberExpression" ? t.text(node.object) : "this";
  refuse(
    place,
    "unknown-member",
    `\`${text}\` has no member \`${name}\` in a kernel.`,
    entity.kind === "value"
      ? "Numbers have no members; write `Math.trunc(x)`, `Math.abs(x)` and the like."
      : "See docs/kernels.md for what may be written.",
  );
}

function bytes(element: string): number {
  return /64$/.test(element) ? 8 : /32$/.test(element) ? 4 : /16$/.test(element) ? 2 : 1;
}

function arrayMember(t: Translation, node: AnyNode, array: CoreArray, name: string): Entity {
  const place = t.place(node);
  if (name === "length") {
    if (array.space === "shared") return { kind: "value", value: constant(array.length, place) };
    return { kind: "value", value: { op: "length", array, place } };
  }
  refuse(
    place,
    "array-method",
    `\`${name}\` of an array is not in the kernel language: arrays have elements and a \`length\`.`,
    `Write a loop: \`for (let i = 0; i < ${array.name}.length; i++)\`.`,
  );
}
