// Where the demo writes, and in which manner: with colours or without.

import { styleText } from "node:util";

/** A stream to write to; `process.stdout` is one. What is not a terminal gets plain text. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Node's own judgement of the terminal, and of NO_COLOR and FORCE_COLOR. */
  hasColors?(): boolean;
}

/** Makes text coloured, or returns it as it is. */
export type Paint = (style: "green" | "red" | "yellow" | "cyan" | "dim" | "bold", text: string) => string;

/** The paint for a stream: none unless it is a terminal that wants colours. */
export function paintFor(output: Output): Paint {
  if (!output.isTTY || !output.hasColors?.()) return (_, text) => text;
  // Newer Nodes would look at standard output, which need not be this stream.
  const styled = styleText as (style: string, text: string, options: { validateStream: boolean }) => string;
  return (style, text) => styled(style, text, { validateStream: false });
}

/** `1,204 ms`: always the same unit, so that columns can be compared. */
export function formatMs(ms: number): string {
  return `${Math.round(ms).toLocaleString("en")} ms`;
}
