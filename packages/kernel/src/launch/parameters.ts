// The parameters of a function, read from its text without the parser: for messages about the arguments of a call.

import { type Token, tokensOf } from "../diagnostics/tokens.js";
import type { AnyFunction } from "../front-end.js";

const opening = "([{";
const closing = ")]}";

/** The names of a function's parameters; `undefined` where one is no plain name. */
export function parameterNames(fn: AnyFunction): readonly (string | undefined)[] {
  const tokens = tokensOf(Function.prototype.toString.call(fn));
  return parameterTokens(tokens).map(([name, next]) => {
    const isPlain = (next === undefined || next.text === "=") && /^[\p{ID_Start}$_]/u.test(name?.text ?? "");
    return isPlain ? name?.text : undefined;
  });
}

/** How a function uses its parameter `name`: as an array (`name[i]`, `name.length`), as a function (`name(-1)`), or otherwise. */
export function usageOf(fn: AnyFunction, name: string): "array" | "call" | "other" {
  const tokens = tokensOf(Function.prototype.toString.call(fn));
  const after = (index: number): string => tokens[index + 1]?.text ?? "";
  const uses = tokens.flatMap((token, index) =>
    token.text === name && tokens[index - 1]?.text !== "." ? [index] : [],
  );
  if (uses.some((index) => after(index) === "[" || (after(index) === "." && after(index + 1) === "length")))
    return "array";
  return uses.some((index) => after(index) === "(" && tokens[index - 1]?.text !== "function") ? "call" : "other";
}

function parameterTokens(tokens: readonly Token[]): Token[][] {
  const start = tokens.findIndex((token) => token.text === "(");
  const arrow = tokens.findIndex((token) => token.text === "=");
  // `x => x * 2`
  if (start < 0 || (arrow >= 0 && arrow < start)) return [tokens.slice(0, 1)];
  return split(tokens, start + 1);
}

/** The tokens between commas, up to the bracket that closes the list. */
function split(tokens: readonly Token[], start: number): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (let i = start; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (closing.includes(token.text) && depth-- === 0) break;
    if (opening.includes(token.text)) depth++;
    if (token.text === "," && depth === 0) parts.push([]);
    else (parts.at(-1) as Token[]).push(token);
  }
  return parts.filter((part) => part.length > 0);
}
