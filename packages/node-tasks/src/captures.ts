// Which variables does the text of a function take from outside? V8 itself answers: the text is compiled (not called)
// inside a function that declares every identifier that occurs in it, and V8 then keeps exactly those that the text
// captures. This respects shadowing, labels, property names, strings and templates without a parser of our own.

import type { FunctionInspector } from "./function-inspector.js";

const identifier = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);

/** What tools add to functions, and what a worker provides in its place. */
const provided = new Set(["__name"]);

/**
 * The names that an expression's text takes from outside and that are no globals, or `undefined` if the text is no
 * expression (such as a method's). `declared`: what the scopes around the function declare; such a name is captured even
 * if there is a global of the same name.
 */
export function findCaptures(
  text: string,
  declared: ReadonlySet<string>,
  inspector: FunctionInspector,
): readonly string[] | undefined {
  const candidates = [...new Set(text.match(identifier))].filter((name) => !reserved.has(name));
  const probe = compileProbe(text, candidates);
  if (!probe) return undefined;
  const free = inspector.scopes(probe).flatMap(({ variables }) => variables);
  return free.filter((name) => !provided.has(name) && (declared.has(name) || !(name in globalThis)));
}

function compileProbe(text: string, candidates: readonly string[]): object | undefined {
  const declarations = candidates.length > 0 ? `let ${candidates.join(",")};` : "";
  try {
    return new Function(`"use strict";${declarations}return (${text}\n)`)() as object;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Whether an arrow function takes `this` from around it. V8 does not list `this`; but `arguments` is bound exactly as
 * `this` is, and V8 does list that, so the same text is asked with the one word in place of the other.
 */
export function capturesThis(text: string, inspector: FunctionInspector): boolean {
  if (!/\bthis\b/.test(text) || /\barguments\b/.test(text)) return false;
  return findCaptures(text.replace(/\bthis\b/g, "arguments"), new Set(), inspector)?.includes("arguments") ?? false;
}

/** The 0-based line within `text` on which `name` first stands. */
export function lineOf(name: string, text: string): number {
  const at = text.search(
    new RegExp(`(?<![\\p{ID_Continue}$.])${name.replaceAll("$", "\\$")}(?![\\p{ID_Continue}$])`, "u"),
  );
  return at < 0 ? 0 : text.slice(0, at).split("\n").length - 1;
}
