// What tools write into a function's text, and that means nothing to a kernel: coverage counters and kept names.
// Each is recognised by its shape, as its names may have been minified.

import type { CallExpression } from "acorn";
import { type AnyNode, isFunctionNode, type Node } from "./syntax.js";

/** istanbul's counters: `cov_2a5().s[3]++`, `cov_2a5().b[0][1]++`, also `cov_2a5.f[0]++` and `++cov_2a5().f[0]`. */
export function isCoverageCounter(node: Node): boolean {
  const update = node as AnyNode;
  if (update.type !== "UpdateExpression" || update.operator !== "++") return false;
  let target: AnyNode = update.argument;
  for (let inner = numberedObject(target); inner; inner = numberedObject(target)) target = inner;
  if (target === update.argument || target.type !== "MemberExpression" || target.computed) return false;
  const { object, property } = target;
  if (property.type !== "Identifier" || !/^[sfb]$/.test(property.name)) return false;
  if (object.type === "CallExpression") return object.callee.type === "Identifier" && object.arguments.length === 0;
  return object.type === "Identifier" && /^(cov|__cov)/.test(object.name);
}

/** `object` of `object[0]`. */
function numberedObject(node: AnyNode): AnyNode | undefined {
  if (node.type !== "MemberExpression" || !node.computed) return undefined;
  return node.property.type === "Literal" && typeof node.property.value === "number" ? node.object : undefined;
}

/** istanbul opens each function with `cov_2a5();` in some versions: a call of the counter function for nothing. */
export function isCoverageCall(node: Node): boolean {
  const call = node as AnyNode;
  return (
    call.type === "CallExpression" &&
    call.arguments.length === 0 &&
    call.callee.type === "Identifier" &&
    /^(cov_|__cov)/.test(call.callee.name)
  );
}

/** esbuild's `__pow(a, b)`, for `a ** b` in targets before ES2016. */
export function isPowerHelper(node: CallExpression): boolean {
  return node.callee.type === "Identifier" && node.callee.name === "__pow" && node.arguments.length === 2;
}

/** esbuild's, tsx's and rolldown's `__name(f, "f")`, whose text oxc's minifier writes as a template: gives back its first argument. */
export function isNameKeeper(node: CallExpression): boolean {
  const [value, name] = node.arguments;
  if (node.arguments.length !== 2 || node.callee.type !== "Identifier" || !value) return false;
  const isText =
    name?.type === "TemplateLiteral"
      ? name.quasis.length === 1
      : name?.type === "Literal" && typeof name.value === "string";
  if (!isText) return false;
  return isFunctionNode(value) || value.type === "Identifier" || value.type === "CallExpression";
}
