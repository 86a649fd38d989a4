// From a mistake found in a function's text to the error that the user sees: what is wrong, where, the lines around it with the
// construct underlined, and what to write instead.

import { KernelError } from "@everycore/core";
import type { AnyFunction, Diagnostic } from "../front-end.js";
import { siteOf } from "./call-site.js";
import { codeFrame } from "./code-frame.js";
import { findPlace, type Place } from "./place.js";
import { pathOfUrl } from "./source-file.js";
import { lineColumnAt } from "./text-position.js";

/** The error for a mistake in `diagnostic.fn`, which the kernel of `root` is made of or calls. */
export function kernelErrorOf(diagnostic: Diagnostic, root: AnyFunction, cause?: unknown): KernelError {
  const { reason, message, hint, fn, start, end } = diagnostic;
  const place = findPlace(fn, { start, end }, root);
  const { line, column } = lineColumnAt(place.text, place.span.start);
  const text = [
    message,
    indented(heading(place, line, column, root)),
    indented(codeFrame(place.text, place.span)),
    hint,
  ];
  return new KernelError(text.filter(Boolean).join("\n"), {
    reason,
    location: { file: place.file, line, column },
    cause,
  });
}

function heading(place: Place, line: number, column: number, root: AnyFunction): string {
  if (place.file !== undefined) return `${place.file}:${line}:${column}`;
  const site = siteOf(root);
  const made = site?.shown ?? site?.raw;
  const where = made ? `, made at ${pathOfUrl(made.file)}:${made.line}:${made.column}` : "";
  return `line ${line}, column ${column} of the function's own text${where}`;
}

function indented(text: string): string {
  return text.replace(/^/gm, "  ");
}
