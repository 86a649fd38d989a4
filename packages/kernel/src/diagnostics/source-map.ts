// Reads source maps (ECMA-426): from a position in generated code to the one in the file that it was made of.

import { readSource, resolveFrom } from "./source-file.js";
import type { LineColumn } from "./text-position.js";

/** A place in an original file, with the file's text. */
export interface OriginalPlace extends LineColumn {
  readonly file: string;
  readonly text: string;
}

interface RawMap {
  readonly sources: readonly (string | null)[];
  readonly sourcesContent?: readonly (string | null)[];
  readonly sourceRoot?: string;
  readonly mappings: string;
}

/** One mapping of a line: generated column, source, original line and column; all from 0. */
type Segment = readonly [generated: number, source: number, line: number, column: number];

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The source map of one generated file. */
export class SourceMap {
  readonly #map: RawMap;
  /** What its sources are relative to. */
  readonly #base: string;
  readonly #lines: readonly (readonly Segment[])[];

  constructor(map: RawMap, base: string) {
    this.#map = map;
    this.#base = base;
    this.#lines = decode(map.mappings);
  }

  /** Where the code at `position` was made of; `undefined` for code that tools added, or if the original cannot be read. */
  originalOf(position: LineColumn): OriginalPlace | undefined {
    const segment = this.#lines[position.line - 1]?.findLast(([generated]) => generated <= position.column - 1);
    const source = segment && this.#map.sources[segment[1]];
    if (!segment || typeof source !== "string") return undefined;
    const root = this.#map.sourceRoot ? `${this.#map.sourceRoot.replace(/\/$/, "")}/` : "";
    const file = resolveFrom(this.#base, root + source);
    const text = this.#map.sourcesContent?.[segment[1]] ?? readSource(file);
    return text === undefined ? undefined : { file, text, line: segment[2] + 1, column: segment[3] + 1 };
  }
}

/** The map that belongs to a generated file: named in its last lines, or beside it. */
export function sourceMapOf(file: string, text: string): SourceMap | undefined {
  const url = [...text.matchAll(/^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm)].at(-1)?.[1];
  if (url?.startsWith("data:")) return parse(dataOf(url), file);
  const place = url === undefined ? `${file}.map` : resolveFrom(file, decodeURIComponent(url));
  return parse(readSource(place), place);
}

function parse(json: string | undefined, base: string): SourceMap | undefined {
  if (json === undefined) return undefined;
  try {
    return new SourceMap(JSON.parse(json.replace(/^\)\]\}'[^\n]*\n/, "")) as RawMap, base);
  } catch {
    return undefined;
  }
}

function dataOf(url: string): string | undefined {
  const [head = "", data = ""] = [url.slice(0, url.indexOf(",")), url.slice(url.indexOf(",") + 1)];
  if (!head.endsWith(";base64")) return decodeURIComponent(data);
  const { atob } = globalThis as { atob?(data: string): string };
  const bytes = atob?.(data).replace(/[\s\S]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return bytes === undefined ? undefined : decodeURIComponent(bytes);
}

/** Mappings are lines of segments of differences: of the column within the line, of the others from one segment to the next. */
function decode(mappings: string): Segment[][] {
  let source = 0;
  let line = 0;
  let column = 0;
  return mappings.split(";").map((text) => {
    let generated = 0;
    const segments: Segment[] = [];
    for (const encoded of text === "" ? [] : text.split(",")) {
      const values = decodeNumbers(encoded);
      generated += values[0] ?? 0;
      if (values.length < 4) continue;
      source += values[1] as number;
      line += values[2] as number;
      column += values[3] as number;
      segments.push([generated, source, line, column]);
    }
    return segments.sort((a, b) => a[0] - b[0]);
  });
}

/** Base64 VLQ: five bits a digit, lowest first, the sixth says that more follow; the lowest bit of the number is its sign. */
function decodeNumbers(text: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of text) {
    const bits = digits.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    numbers.push(value & 1 ? -(value >>> 1) : value >>> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}
