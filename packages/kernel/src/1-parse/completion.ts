// Whether control can reach the end of statements: whether a function may end without `return`.

import type { AnyNode, Statement } from "./syntax.js";
import { someNode } from "./syntax.js";

/** Whether what follows these statements can be reached. */
export function mayComplete(statements: readonly Statement[]): boolean {
  return statements.every(completes);
}

function completes(node: Statement): boolean {
  switch (node.type) {
    case "ReturnStatement":
    case "ThrowStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return false;
    case "BlockStatement":
      return mayComplete(node.body);
    case "IfStatement":
      return completes(node.consequent) || !node.alternate || completes(node.alternate);
    case "LabeledStatement":
      return completes(node.body) || breaksTo(node.body, node.label.name);
    case "WhileStatement":
      return !isTrue(node.test) || breaksOut(node.body);
    case "DoWhileStatement":
      return !isTrue(node.test) || breaksOut(node.body);
    case "ForStatement":
      return (node.test != null && !isTrue(node.test)) || breaksOut(node.body);
    case "SwitchStatement":
      return (
        !node.cases.some((one) => one.test == null) ||
        mayComplete(node.cases.at(-1)?.consequent ?? []) ||
        node.cases.some((one) => one.consequent.some(breaksOut))
      );
    default:
      return true;
  }
}

/** `true`, `1`, `!0`. */
function isTrue(node: AnyNode): boolean {
  if (node.type === "Literal") return Boolean(node.value);
  return (
    node.type === "UnaryExpression" &&
    node.operator === "!" &&
    node.argument.type === "Literal" &&
    node.argument.value === 0
  );
}

function breaksTo(node: AnyNode, label: string): boolean {
  return someNode(node, (inner) => inner.type === "BreakStatement" && inner.label?.name === label, false);
}

/** Whether a statement has a `break` that may leave the loop or switch around it. */
function breaksOut(node: Statement): boolean {
  switch (node.type) {
    case "BreakStatement":
      return true;
    case "BlockStatement":
      return node.body.some(breaksOut);
    case "IfStatement":
      return breaksOut(node.consequent) || (node.alternate != null && breaksOut(node.alternate));
    case "LabeledStatement":
      return breaksOut(node.body);
    default:
      return someNode(node, (inner) => inner.type === "BreakStatement" && inner.label != null, false);
  }
}
