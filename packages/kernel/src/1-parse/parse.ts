// Function text to syntax tree, once per function. Offsets of nodes are offsets into the function's own text, whatever shape
// it has: arrow function, function expression or declaration, or method in shorthand form.

import { parseExpressionAt } from "acorn";
import type { AnyFunction } from "../front-end.js";
import { functionText, unreadable } from "./function-text.js";
import { type AnyNode, childrenOf, type FunctionNode, isFunctionNode, type Node } from "./syntax.js";

/** A function and the tree of its text. */
export interface ParsedFunction {
  readonly fn: AnyFunction;
  readonly text: string;
  readonly node: FunctionNode;
}

const parsed = new WeakMap<AnyFunction, ParsedFunction>();

/**
 * Parses a function, once.
 *
 * @throws DiagnosticError for native and bound functions, classes, async functions and generators.
 */
export function parseFunction(fn: AnyFunction): ParsedFunction {
  const known = parsed.get(fn);
  if (known) return known;
  const text = functionText(fn);
  const result: ParsedFunction = { fn, text, node: functionOf(fn, text) };
  parsed.set(fn, result);
  return result;
}

/** How many parameters a function declares, with defaults and destructured ones. */
export function parameterCount(fn: AnyFunction): number {
  return parseFunction(fn).node.params.length;
}

function functionOf(fn: AnyFunction, text: string): FunctionNode {
  const node = parseText(fn, text);
  if (!isFunctionNode(node)) throw notAFunction(fn, text, node);
  if (node.async || node.generator) {
    const kind = node.async ? "an async function" : "a generator";
    throw unreadable(
      fn,
      text,
      node.async ? "async-function" : "generator-function",
      `"${fn.name || "this function"}" is ${kind}. A kernel runs from start to end without waiting.`,
      node.async ? "Write it without `async` and `await`." : "Write a plain function, without `function*` and `yield`.",
    );
  }
  return node;
}

function notAFunction(fn: AnyFunction, text: string, node: Node): Error {
  if (node.type === "ClassExpression") {
    return unreadable(
      fn,
      text,
      "class-constructor",
      `"${fn.name || "this"}" is a class, not a function.`,
      "Pass a plain function: `(thread, a) => { … }`.",
    );
  }
  return unreadable(
    fn,
    text,
    "syntax",
    "The function's text is not a plain function.",
    "Pass an arrow function, or a `function`.",
  );
}

function parseText(fn: AnyFunction, text: string): Node {
  try {
    return whole(text, 0);
  } catch (error) {
    const method = parseMethod(fn, text);
    if (method) return method;
    throw syntaxError(fn, text, error);
  }
}

function whole(text: string, from: number): Node {
  const node = parseExpressionAt(text, from, { ecmaVersion: "latest", allowSuperOutsideMethod: true });
  if (node.end < text.length && text.slice(node.end).trim() !== "") throw new SyntaxError("text after the function");
  return node;
}

/** `name(a, b) { … }`, which is a function only inside of an object. */
function parseMethod(fn: AnyFunction, text: string): Node | undefined {
  let node: AnyNode;
  try {
    node = whole(`{${text}}`, 0) as AnyNode;
  } catch {
    return undefined;
  }
  const property = node.type === "ObjectExpression" && node.properties.length === 1 ? node.properties[0] : undefined;
  if (property?.type !== "Property") return undefined;
  if (property.kind !== "init") {
    throw unreadable(fn, text, "accessor", "Getters and setters cannot be kernels.", "Write a plain function.");
  }
  shift(property.value, -"{".length);
  return property.value;
}

function shift(node: Node, by: number): void {
  node.start += by;
  node.end += by;
  for (const child of childrenOf(node)) shift(child, by);
}

function syntaxError(fn: AnyFunction, text: string, error: unknown): Error {
  const message = error instanceof Error ? error.message.replace(/ \(\d+:\d+\)$/, "") : String(error);
  return unreadable(
    fn,
    text,
    "syntax",
    `The function's text cannot be parsed: ${message}.`,
    "Pass an arrow function, or a `function`, as plain JavaScript.",
  );
}
