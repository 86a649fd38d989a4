// From a stretch of a function's text to a place in the user's own file. Tried in this order:
//  1. The file that runs contains the function's text (plain JavaScript, a bundle). If it has a source map, the place is in the
//     file that it names; else it is right there.
//  2. The runtime's stack names the user's TypeScript (tsx, vitest, type stripping): the function's tokens are looked for there.
//  3. The function's own text.

import type { AnyFunction } from "../front-end.js";
import { type Alignment, align, type Span } from "./alignment.js";
import { type CallSite, siteOf } from "./call-site.js";
import { pathOfUrl, readSource } from "./source-file.js";
import { type OriginalPlace, type SourceMap, sourceMapOf } from "./source-map.js";
import { lineColumnAt, offsetAt } from "./text-position.js";

/** A stretch of a file, or of a function's own text. */
export interface Place {
  /** `undefined`: the text is the function's own. */
  readonly file: string | undefined;
  readonly text: string;
  readonly span: Span;
}

/** Fewer of the names in common means that it is not the same function, or that its names were changed. */
const enough = 0.75;
/** Everything found, and no farther apart than types make it: there is no need to look elsewhere. */
const compact = 2;

/** Where `span` of `fn`'s text stands. `root` is the kernel's function, if `fn` is a helper that was never registered. */
export function findPlace(fn: AnyFunction, span: Span, root: AnyFunction): Place {
  const text = Function.prototype.toString.call(fn);
  try {
    const site = siteOf(fn) ?? siteOf(root);
    const found = site && (inRunningFile(text, span, site) ?? inShownFile(fn, text, span, site));
    if (found) return found;
  } catch {
    // Whatever goes wrong here must not hide the mistake itself.
  }
  return { file: undefined, text, span };
}

function inRunningFile(text: string, span: Span, { raw }: CallSite): Place | undefined {
  const content = raw && readSource(raw.file);
  if (!raw || content === undefined) return undefined;
  const start = nearest(content, text, offsetAt(content, raw));
  if (start < 0) return undefined;
  const generated: Place = {
    file: pathOfUrl(raw.file),
    text: content,
    span: { start: start + span.start, end: start + span.end },
  };
  const map = sourceMapOf(pathOfUrl(raw.file), content);
  return (map && throughMap(map, generated, text, start, span)) ?? generated;
}

/** The occurrence of `text` that is nearest to an offset. */
function nearest(content: string, text: string, near: number): number {
  let best = -1;
  for (let at = content.indexOf(text); at >= 0; at = content.indexOf(text, at + 1)) {
    if (best < 0 || Math.abs(at - near) < Math.abs(best - near)) best = at;
  }
  return best;
}

function throughMap(map: SourceMap, generated: Place, text: string, start: number, span: Span): Place | undefined {
  const begin = map.originalOf(lineColumnAt(generated.text, start));
  const alignment = begin && align(text, begin.text, offsetAt(begin.text, begin));
  const aligned = begin && placeIn(begin.file, begin.text, alignment, span);
  if (aligned) return aligned;
  const from = map.originalOf(lineColumnAt(generated.text, generated.span.start));
  return from && { file: from.file, text: from.text, span: mappedSpan(map, generated, from) };
}

/** Minified code has other names, so only the map knows; it knows where words begin, not where they end. */
function mappedSpan(map: SourceMap, generated: Place, from: OriginalPlace): Span {
  const start = offsetAt(from.text, from);
  const to = map.originalOf(lineColumnAt(generated.text, generated.span.end - 1));
  const last = to && to.file === from.file && to.line === from.line ? offsetAt(to.text, to) : start;
  return { start, end: wordEnd(from.text, Math.max(start, last)) };
}

function wordEnd(text: string, start: number): number {
  const word = /[\p{ID_Continue}$.]+/uy;
  word.lastIndex = start;
  return start + Math.max(1, word.exec(text)?.[0].length ?? 0);
}

function inShownFile(fn: AnyFunction, text: string, span: Span, { shown }: CallSite): Place | undefined {
  const content = shown && readSource(shown.file);
  if (!shown || content === undefined) return undefined;
  const near = offsetAt(content, shown);
  const places = [near, ...namedPlaces(fn.name.replace(/^[gs]et /, ""), content, near)];
  return placeIn(shown.file, content, bestAlignment(text, content, places), span);
}

function placeIn(file: string, text: string, alignment: Alignment | undefined, span: Span): Place | undefined {
  if (!alignment || alignment.share < enough) return undefined;
  const located = alignment.locate(span);
  return located && { file: pathOfUrl(file), text, span: located };
}

/** Where a function of this name may be declared, when it was not written into the call; the nearest first. */
function namedPlaces(name: string, content: string, near: number): number[] {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return [];
  const before = "(?:(?:async\\s+)?function[\\s*]+|class\\s+|[gs]et\\s+)?";
  const declaration = new RegExp(`(?<![\\p{ID_Continue}$.])${before}${name.replaceAll("$", "\\$")}\\s*[=(:<{]`, "gu");
  const places = [...content.matchAll(declaration)].map((match) => match.index);
  return places.sort((a, b) => Math.abs(a - near) - Math.abs(b - near)).slice(0, 8);
}

/** The alignment that finds most; of equal ones the closest together, and of those the first. */
function bestAlignment(text: string, content: string, places: readonly number[]): Alignment | undefined {
  let best: Alignment | undefined;
  for (const place of places) {
    const found = align(text, content, place);
    if (found && (!best || found.share > best.share || (found.share === best.share && found.spread < best.spread - 1)))
      best = found;
    if (best?.share === 1 && best.spread < compact) break;
  }
  return best;
}
