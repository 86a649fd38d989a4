// The text of a function, as `Function.prototype.toString` gives it, and the kinds of functions that have none we can use:
// native and bound functions, classes, async functions and generators.

import { type AnyFunction, DiagnosticError } from "../front-end.js";

/** The text of `fn`. @throws DiagnosticError when it has none: native and bound functions. */
export function functionText(fn: AnyFunction): string {
  const text = Function.prototype.toString.call(fn);
  if (!text.includes("[native code]") || !/\{\s*\[native code\]\s*\}\s*$/.test(text)) return text;
  const bound = fn.name.startsWith("bound ");
  throw unreadable(
    fn,
    text,
    "native-function",
    bound
      ? `"${fn.name.slice("bound ".length)}" is a bound function, whose source cannot be read.`
      : `"${fn.name || "this function"}" is a native function, whose source cannot be read.`,
    bound
      ? "Pass the function itself, and what it was bound to as parameters."
      : "Write a function that calls it: `(x) => Math.sqrt(x)`.",
  );
}

/** A diagnostic about a function as a whole. */
export function unreadable(
  fn: AnyFunction,
  text: string,
  reason: string,
  message: string,
  hint: string,
): DiagnosticError {
  const firstLine = text.indexOf("\n");
  return new DiagnosticError({ reason, message, hint, fn, start: 0, end: firstLine < 0 ? text.length : firstLine });
}
