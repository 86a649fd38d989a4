// Words of a text, counted twice over: `addWords` is what the tasks use, `scanWords` shares no code with it and is what
// the checker uses. Both hold the same definition: a word is, in the text in lower case, a letter and all letters and
// marks that follow it. Digits and punctuation separate words.

/** The words of some files. */
export interface WordCounts {
  /** Files that were read. */
  readonly files: number;
  /** Files that could not be read, and count for nothing else. */
  readonly unreadable: number;
  /** All words, repetitions included. */
  readonly words: number;
  /** How often each word occurs. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Adds the words of `text` to `counts`; returns how many there were. */
export function addWords(text: string, counts: Map<string, number>): number {
  const words = text.toLowerCase().match(/\p{L}[\p{L}\p{M}]*/gu) ?? [];
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return words.length;
}

/** Adds up the counts of several groups of files. */
export function mergeCounts(parts: Iterable<WordCounts>): WordCounts {
  const counts = new Map<string, number>();
  let [files, unreadable, words] = [0, 0, 0];
  for (const part of parts) {
    files += part.files;
    unreadable += part.unreadable;
    words += part.words;
    for (const [word, count] of part.counts) counts.set(word, (counts.get(word) ?? 0) + count);
  }
  return { files, unreadable, words, counts };
}

/** The most frequent words; those that are equally frequent in alphabetical order. */
export function mostFrequent({ counts }: Pick<WordCounts, "counts">, limit: number): Array<[string, number]> {
  const order = ([a, na]: [string, number], [b, nb]: [string, number]): number => nb - na || (a < b ? -1 : 1);
  return [...counts].sort(order).slice(0, limit);
}

/** What {@link addWords} does, character by character. */
export function scanWords(original: string, counts: Map<string, number>): number {
  const text = original.toLowerCase();
  let words = 0;
  let start = -1;
  for (let at = 0; at <= text.length; ) {
    const code = text.codePointAt(at) ?? 0;
    const kind = at < text.length ? kindOf(code) : separator;
    if (start < 0 && kind === letter) start = at;
    else if (start >= 0 && kind === separator) {
      const word = text.slice(start, at);
      counts.set(word, (counts.get(word) ?? 0) + 1);
      words++;
      start = -1;
    }
    at += code > 0xffff ? 2 : 1;
  }
  return words;
}

const separator = 0;
const letter = 1;
const mark = 2;
const kinds = new Map<number, number>();

function kindOf(code: number): number {
  if (code < 128) return code >= 97 && code <= 122 ? letter : separator;
  let kind = kinds.get(code);
  if (kind === undefined) {
    const character = String.fromCodePoint(code);
    kind = /^\p{Letter}$/u.test(character) ? letter : /^\p{Mark}$/u.test(character) ? mark : separator;
    kinds.set(code, kind);
  }
  return kind;
}
