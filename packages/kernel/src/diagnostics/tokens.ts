// The words of a JavaScript or TypeScript text, without spaces and comments. For messages only: it need not understand what it
// reads, so every mark is a token of its own, and a string is the same in whatever quotes.

/** A word, literal or mark. */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const skipped = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const word = /[\p{ID_Start}$_#@][\p{ID_Continue}$\u200c\u200d]*/uy;
const number = /(?:0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)n?/y;
const quoted = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"|`(?:[^`\\]|\\[\s\S])*`/y;
const expression = /\/(?![/*])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
/** After one of these a slash begins a regular expression; elsewhere it divides. */
const beforeExpression = /^(?:[([{,;=:?!&|+\-*%~^<>]|return|typeof|case)?$/;

/** The tokens of `text` from `start` to `end`. */
export function tokensOf(text: string, start = 0, end: number = text.length): Token[] {
  const tokens: Token[] = [];
  for (let at = skip(text, start); at < end; ) {
    const length = lengthAt(text, at, tokens.at(-1)?.text ?? "");
    tokens.push({ text: normal(text.slice(at, at + length)), start: at, end: at + length });
    at = skip(text, at + length);
  }
  return tokens;
}

function skip(text: string, at: number): number {
  return at + matchLength(skipped, text, at);
}

function lengthAt(text: string, at: number, before: string): number {
  return (
    matchLength(word, text, at) ||
    numberLength(text, at) ||
    matchLength(quoted, text, at) ||
    (beforeExpression.test(before) ? matchLength(expression, text, at) : 0) ||
    1
  );
}

function numberLength(text: string, at: number): number {
  return /[\d.]/.test(text[at] as string) ? matchLength(number, text, at) : 0;
}

function matchLength(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** Tools rewrite quotes and numbers (`1_000`, `.5`, `1e3`), not what they mean. */
function normal(text: string): string {
  const first = text[0] as string;
  if (text.length > 1 && (first === "'" || first === '"')) return `"${text.slice(1, -1)}"`;
  if (!/[\d.]/.test(first) || text.length === 1) return text;
  const value = Number(text.replaceAll("_", ""));
  return Number.isNaN(value) ? text : String(value);
}
