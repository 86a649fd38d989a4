// Offsets in a text, and lines and columns.

/** Line and column, from 1. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** The line and column of an offset. */
export function lineColumnAt(text: string, offset: number): LineColumn {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

/** The offset of a line and column; the end of the text if it is shorter. */
export function offsetAt(text: string, { line, column }: LineColumn): number {
  let lineStart = 0;
  for (let n = 1; n < line; n++) {
    const next = text.indexOf("\n", lineStart);
    if (next < 0) return text.length;
    lineStart = next + 1;
  }
  return Math.min(text.length, lineStart + column - 1);
}
