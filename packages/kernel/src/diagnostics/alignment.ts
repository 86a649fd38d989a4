// Finds a function's tokens again in the TypeScript that it was made of: types are gone, spaces and quotes may differ, tools may
// have added or removed a bracket. The tokens that both have, in order, say where each piece of the function stands.

import { type Token, tokensOf } from "./tokens.js";

/** A stretch of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** How a function's tokens lie in a source text. */
export interface Alignment {
  /** Share of the function's names and numbers that were found, 0 to 1; marks are the same everywhere and do not count. */
  readonly share: number;
  /** How far apart the found tokens lie, in tokens of the function's own length. */
  readonly spread: number;
  /** Where a stretch of the function stands in the source. */
  locate(span: Span): Span | undefined;
}

/** More pairs of tokens than this are not compared; it would take too long even for an error. */
const maxPairs = 2e7;
/** Types may make the source this many times as long as the function. */
const stretch = 3;

/** Compares `text`, a function, with `source` from offset `from` on. */
export function align(text: string, source: string, from: number): Alignment | undefined {
  const mine = tokensOf(text);
  const theirs = tokensOf(source, from, from + text.length * stretch + 2000);
  if (mine.length === 0 || mine.length * theirs.length > maxPairs) return undefined;
  const partners = matchTokens(mine, theirs);
  const words = mine.flatMap((token, index) => (/[\p{ID_Start}$_\d]/u.test(token.text) ? [index] : []));
  const found = words.filter((index) => (partners[index] as number) >= 0);
  return {
    share: words.length === 0 ? 0 : found.length / words.length,
    spread: spreadOf(partners),
    locate: (span) => locate(span, mine, theirs, partners),
  };
}

function spreadOf(partners: readonly number[]): number {
  const found = partners.filter((partner) => partner >= 0);
  return found.length === 0 ? 0 : ((found.at(-1) as number) - (found[0] as number)) / partners.length;
}

/** Whether two tokens are the same; bundlers rename a name that is taken by adding digits: `a` to `a2`. */
function same(mine: Token | undefined, theirs: Token | undefined): boolean {
  const [name, original] = [mine?.text, theirs?.text];
  if (name === undefined || original === undefined) return false;
  if (name === original) return true;
  return name.startsWith(original) && /^[\p{ID_Start}$_]/u.test(original) && /^\d+$/.test(name.slice(original.length));
}

/** For each of `mine` the index of its partner among `theirs`, or −1: a longest common subsequence, as early as possible. */
function matchTokens(mine: readonly Token[], theirs: readonly Token[]): number[] {
  const width = theirs.length + 1;
  const common = new Uint16Array((mine.length + 1) * width);
  for (let i = mine.length - 1; i >= 0; i--) {
    for (let j = theirs.length - 1; j >= 0; j--) {
      const equal = same(mine[i], theirs[j]);
      const diagonal = common[(i + 1) * width + j + 1] as number;
      const skipped = Math.max(common[(i + 1) * width + j] as number, common[i * width + j + 1] as number);
      common[i * width + j] = equal ? Math.max(diagonal + 1, skipped) : skipped;
    }
  }
  return follow(mine, theirs, common, width);
}

function follow(mine: readonly Token[], theirs: readonly Token[], common: Uint16Array, width: number): number[] {
  const partners: number[] = mine.map(() => -1);
  for (let i = 0, j = 0; i < mine.length && j < theirs.length; ) {
    const best = common[i * width + j] as number;
    if (same(mine[i], theirs[j]) && best === (common[(i + 1) * width + j + 1] as number) + 1) {
      partners[i++] = j++;
    } else if (common[i * width + j + 1] === best) j++;
    else i++;
  }
  return partners;
}

function locate(
  span: Span,
  mine: readonly Token[],
  theirs: readonly Token[],
  partners: readonly number[],
): Span | undefined {
  const inside = mine.flatMap((token, index) => (token.end > span.start && token.start < span.end ? [index] : []));
  const matched = inside.flatMap((index) => ((partners[index] as number) < 0 ? [] : [partners[index] as number]));
  const first = theirs[matched[0] ?? -1];
  const last = theirs[matched.at(-1) ?? -1];
  return first && last && { start: first.start, end: last.end };
}
