// The stretch of a construct of which only the beginning is known: `a[i + 1]` from where `a` stands.

import type { Span } from "./alignment.js";
import { tokensOf } from "./tokens.js";

const opening = "([{";
const closing = ")]}";

/** The name at an offset, with the members, indices and arguments that follow it. */
export function constructAt(text: string, at: number): Span {
  const tokens = tokensOf(text, at, at + 2000);
  let end = tokens[0]?.end ?? at;
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (opening.includes(token.text)) depth++;
    else if (closing.includes(token.text)) depth--;
    else if (depth === 0 && index > 0 && token.text !== "." && tokens[index - 1]?.text !== ".") break;
    if (depth < 0) break;
    end = token.end;
  }
  return { start: at, end };
}
