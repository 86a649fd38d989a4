// The lines around a mistake, with the construct underlined.

import type { Span } from "./alignment.js";
import { lineColumnAt } from "./text-position.js";

const linesBefore = 2;
const linesAfter = 1;
/** Longer lines (minified code) are cut around the construct. */
const maxWidth = 120;

/** The frame of `span` in `text`. */
export function codeFrame(text: string, span: Span): string {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const { line, column } = lineColumnAt(text, span.start);
  const first = Math.max(1, line - linesBefore);
  const last = Math.min(lines.length, line + linesAfter);
  const gutter = String(last).length;
  const frame: string[] = [];
  for (let n = first; n <= last; n++) {
    const full = lines[n - 1] as string;
    const window = n === line ? cut(full, column - 1) : { text: full.slice(0, maxWidth), shift: 0 };
    frame.push(`${n === line ? ">" : " "} ${String(n).padStart(gutter)} | ${untabbed(window.text)}`.trimEnd());
    if (n === line) frame.push(`  ${" ".repeat(gutter)} | ${carets(full, column - 1, span, window)}`);
  }
  return frame.join("\n");
}

interface Window {
  readonly text: string;
  /** How many characters of the line the window begins after its start, negative for the mark of the cut. */
  readonly shift: number;
}

function cut(line: string, at: number): Window {
  if (line.length <= maxWidth) return { text: line, shift: 0 };
  const start = Math.max(0, Math.min(at - maxWidth / 2, line.length - maxWidth));
  const head = start > 0 ? "…" : "";
  const tail = start + maxWidth < line.length ? "…" : "";
  return { text: head + line.slice(start, start + maxWidth) + tail, shift: start - head.length };
}

function carets(line: string, at: number, span: Span, window: Window): string {
  const before = untabbed(window.text.slice(0, at - window.shift)).length;
  const rest = Math.min(line.length, window.shift + window.text.length) - at;
  const length = Math.min(span.end - span.start, rest);
  return " ".repeat(before) + "^".repeat(Math.max(1, length));
}

function untabbed(text: string): string {
  return text.replaceAll("\t", "  ");
}
