// Which names a function declares with `var`, and how often each name is given a value: what hoisting and the recognition of
// constants need to know before the body is translated.

import {
  type AnyNode,
  childrenOf,
  type FunctionNode,
  isFunctionNode,
  type Node,
  type Pattern,
  someNode,
} from "./syntax.js";

/** The names that a pattern binds. */
export function namesOf(pattern: Pattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        property.type === "Property" ? namesOf(property.value) : namesOf(property.argument),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element ? namesOf(element) : []));
    case "AssignmentPattern":
      return namesOf(pattern.left);
    case "RestElement":
      return namesOf(pattern.argument);
    default:
      return [];
  }
}

const hoisted = new WeakMap<FunctionNode, readonly string[]>();

/** Names that are declared with `var` anywhere in a function, which they belong to as a whole. */
export function hoistedNames(fn: FunctionNode): readonly string[] {
  const known = hoisted.get(fn);
  if (known) return known;
  const names = new Set<string>();
  collectVars(fn.body, names);
  const result = [...names];
  hoisted.set(fn, result);
  return result;
}

function collectVars(node: Node, names: Set<string>): void {
  const any = node as AnyNode;
  if (isFunctionNode(any)) return;
  if (any.type === "VariableDeclaration" && any.kind === "var") {
    for (const { id } of any.declarations) for (const name of namesOf(id)) names.add(name);
  }
  for (const child of childrenOf(any)) collectVars(child, names);
}

/** Whether a function refers to its `arguments`; arrow functions have none of their own. */
export function usesArguments(fn: FunctionNode): boolean {
  if (fn.type === "ArrowFunctionExpression") return false;
  return someNode(fn, (node) => node.type === "Identifier" && node.name === "arguments");
}

const counted = new WeakMap<FunctionNode, ReadonlyMap<string, number>>();

/** How many places of a function (and of the functions inside) give a value to a variable of each name. */
export function assignmentCounts(fn: FunctionNode): ReadonlyMap<string, number> {
  const known = counted.get(fn);
  if (known) return known;
  const counts = new Map<string, number>();
  countAssignments(fn, counts);
  counted.set(fn, counts);
  return counts;
}

function countAssignments(node: Node, counts: Map<string, number>): void {
  for (const name of assignedBy(node as AnyNode)) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const child of childrenOf(node)) countAssignments(child, counts);
}

function assignedBy(node: AnyNode): string[] {
  switch (node.type) {
    case "VariableDeclarator":
      return node.init ? namesOf(node.id) : [];
    case "AssignmentExpression":
      return namesOf(node.left);
    case "UpdateExpression":
      return node.argument.type === "Identifier" ? [node.argument.name] : [];
    case "ForInStatement":
    case "ForOfStatement":
      return node.left.type === "VariableDeclaration" ? [] : namesOf(node.left);
    case "FunctionDeclaration":
      return [...(node.id ? [node.id.name] : []), ...node.params.flatMap(namesOf)];
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return node.params.flatMap(namesOf);
    default:
      return [];
  }
}
