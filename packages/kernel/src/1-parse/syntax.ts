// The syntax tree: acorn's types under one roof, and small questions about nodes that several files ask.

import type {
  AnyNode,
  ArrowFunctionExpression,
  FunctionDeclaration,
  FunctionExpression,
  MemberExpression,
  Node,
  Pattern,
  Statement,
} from "acorn";

/** Any function in the tree. */
export type FunctionNode = ArrowFunctionExpression | FunctionExpression | FunctionDeclaration;

/** Whether a node is a function; nothing that belongs to the function outside is in it. */
export function isFunctionNode(node: Node): node is FunctionNode {
  return (
    node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression" || node.type === "FunctionDeclaration"
  );
}

/** The nodes directly under `node`, in source order. */
export function childrenOf(node: Node): AnyNode[] {
  const children: AnyNode[] = [];
  for (const key in node) {
    const value: unknown = node[key as keyof Node];
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value)) {
      if (isNode(value)) children.push(value);
    } else for (const item of value) if (isNode(item)) children.push(item);
  }
  return children;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

/** Whether `test` holds for `node` or anything under it. With `into: false`, functions inside are left out. */
export function someNode(node: Node, test: (node: AnyNode) => boolean, into = true): boolean {
  if (test(node as AnyNode)) return true;
  return childrenOf(node).some((child) => (into || !isFunctionNode(child)) && someNode(child, test, into));
}

/** The name of a member that is fixed in the text: `a.b` or `a["b"]`. */
export function memberName(node: MemberExpression): string | undefined {
  if (!node.computed) return node.property.type === "Identifier" ? node.property.name : undefined;
  return node.property.type === "Literal" && typeof node.property.value === "string" ? node.property.value : undefined;
}

/** `name`, or `name.member.member` as one string; `(0, lib.helper)` is `lib.helper`. Undefined for anything else. */
export function pathOf(node: Node): string | undefined {
  const inner = withoutDetour(node as AnyNode);
  if (inner.type === "Identifier") return inner.name;
  if (inner.type !== "MemberExpression" || inner.optional) return undefined;
  const object = pathOf(inner.object);
  const name = memberName(inner);
  return object === undefined || name === undefined ? undefined : `${object}.${name}`;
}

/** `(0, lib.helper)`, which bundlers write so that `lib` is not passed as `this`, is `lib.helper`. */
export function withoutDetour(node: AnyNode): AnyNode {
  if (node.type !== "SequenceExpression" || node.expressions.length !== 2) return node;
  const [first, second] = node.expressions;
  return first?.type === "Literal" && second ? second : node;
}

export type { AnyNode, MemberExpression, Node, Pattern, Statement };
