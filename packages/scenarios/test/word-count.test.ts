import { describe, expect, it } from "vitest";
import { type WordCounts, wordCount } from "../src/index.js";
import { addWords, mostFrequent, scanWords } from "../src/words.js";
import { runInline } from "./inline-run.js";
import { memoryHost } from "./memory-host.js";

const host = memoryHost({
  "a.md": "The cat and the dog; THE end.",
  "b.md": "Ein Größenwahn, größenwahn: 42 cats",
  "empty.md": "",
  "gone.md": undefined,
});

describe("word-count", () => {
  it("counts the words of all files, and the files that cannot be read", async () => {
    const { outcome, serial, check } = await runInline(wordCount(), { host });
    expect(outcome).toMatchObject({ files: 3, unreadable: 1, words: 11 });
    expect(mostFrequent(outcome, 2)).toEqual([
      ["the", 3],
      ["größenwahn", 2],
    ]);
    expect(outcome).toEqual(serial);
    expect(await check(outcome)).toEqual([]);
  });

  it("finds the same however the files are grouped", async () => {
    const one = await runInline(wordCount({ groups: 1 }), { host });
    const many = await runInline(wordCount({ groups: 100, groupBytes: 1 }), { host });
    expect(many.outcome).toEqual(one.outcome);
  });

  it("says what it found, and what it could not read", async () => {
    const { outcome } = await runInline(wordCount(), { host });
    expect(wordCount().describe(outcome)).toMatch(
      /^11 words in 3 files, 1 files unreadable; most frequent: the 3, größenwahn 2, /,
    );
  });

  it.each<[string, (outcome: WordCounts) => WordCounts, RegExp]>([
    ["a lost file", (outcome) => ({ ...outcome, files: 2 }), /files read: 2 instead of 3/],
    [
      "a file that failed in silence",
      (outcome) => ({ ...outcome, unreadable: 0 }),
      /could not be read: 0 instead of 1/,
    ],
    ["a wrong number of words", (outcome) => ({ ...outcome, words: 12 }), /words: 12 instead of 11/],
    [
      "one wrong count",
      (outcome) => ({ ...outcome, counts: new Map([...outcome.counts, ["dog", 7]]) }),
      /words with a wrong count, such as "dog": 1 instead of 0/,
    ],
    [
      "a word that is not there",
      (outcome) => ({ ...outcome, counts: new Map([...outcome.counts, ["bird", 1]]) }),
      /different words: 9 instead of 8/,
    ],
  ])("its checker finds %s", async (_, tamper, sentence) => {
    const { outcome, check } = await runInline(wordCount(), { host });
    expect((await check(tamper(outcome))).join("\n")).toMatch(sentence);
  });
});

describe("the two ways to find words agree", () => {
  it.each([
    ["nothing", "", 0],
    ["punctuation and digits", "don't stop-me now2go", 6],
    ["capitals of other scripts", "ΟΔΟΣ Οδος İstanbul ǅ", 4],
    ["combining marks", "e\u0301tude हिन्दी \u0301lone", 3],
    ["ideographs and letters beyond the first plane", "完了 𝒜𝒷 🙂 𐐀", 3],
    ["halves of characters, and what replaced bad UTF-8", "a\ud835b \ufffdc", 3],
    ["a word at either end", "x y", 2],
  ])("on %s", (_, text, expected) => {
    const [added, scanned] = [new Map<string, number>(), new Map<string, number>()];
    expect(addWords(text, added)).toBe(expected);
    expect(scanWords(text, scanned)).toBe(expected);
    expect(scanned).toEqual(added);
  });

  it("on random text", () => {
    const seed = Date.now() % 1_000_000;
    let state = seed;
    const random = (limit: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    const text = String.fromCodePoint(...Array.from({ length: 20_000 }, () => random(random(2) ? 128 : 0x3000)));
    const [added, scanned] = [new Map<string, number>(), new Map<string, number>()];
    expect(scanWords(text, scanned), `seed ${seed}`).toBe(addWords(text, added));
    expect(scanned, `seed ${seed}`).toEqual(added);
  });
});
