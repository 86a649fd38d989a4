import { readFileSync } from "node:fs";
import { transformSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { align } from "../../src/diagnostics/alignment.js";
import { tokensOf } from "../../src/diagnostics/tokens.js";

const words = (text: string) => tokensOf(text).map((token) => token.text);

describe("tokens", () => {
  it("are names, literals and single marks, without comments", () => {
    expect(words("a/*b*/ += $c1.d[0] // e\n ?? f")).toEqual([
      "a",
      "+",
      "=",
      "$c1",
      ".",
      "d",
      "[",
      "0",
      "]",
      "?",
      "?",
      "f",
    ]);
  });

  it("are the same in other quotes and spellings of numbers", () => {
    expect(words("'a' .5 1_000 1e3 0x10")).toEqual(words('"a" 0.5 1000 1000 16'));
  });

  it("tell division from regular expressions", () => {
    expect(words("a / b / c")).toEqual(["a", "/", "b", "/", "c"]);
    expect(words('x = /["/]/g.test(y)')).toEqual(["x", "=", '/["/]/g', ".", "test", "(", "y", ")"]);
  });

  it("come to an end whatever the text is", () => {
    expect(words("'open")).toEqual(["'", "open"]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program.
    expect(words("`a${b}`")).toEqual(["`a${b}`"]);
    expect(words("a /* open")).toEqual(["a", "/", "*", "open"]);
  });
});

describe("alignment", () => {
  const source = `type F = Float32Array;
const first = (thread: KernelThread, a: F): void => { a[0] = 1; };
export const step = kernel<[number, F]>((thread: KernelThread, dt: number, a: Float32Array): void => {
  const i = (thread.x as number)!; // the place
  a[i]! += <number>('text' as unknown) * dt;
});`;
  const text = `(thread,dt,a)=>{const i=thread.x;a[i]+="text"*dt;}`;
  const located = (word: string) => {
    const start = text.indexOf(word);
    const span = align(text, source, source.indexOf("kernel<"))?.locate({ start, end: start + word.length });
    return span && source.slice(span.start, span.end);
  };

  it("finds what was written in TypeScript", () => {
    expect(located("thread.x")).toBe("thread.x");
    expect(located('"text"')).toBe("'text'");
    expect(located('a[i]+="text"*dt')).toBe("a[i]! += <number>('text' as unknown) * dt");
  });

  it("says how much it found", () => {
    expect(align(text, source, source.indexOf("kernel<"))?.share).toBe(1);
    expect(align("(e,t)=>{let n=e.q;t[n]=u}", source, 0)?.share).toBeLessThan(0.75);
  });

  it("finds every name of a real file again, after esbuild took its types away", () => {
    const file = readFileSync(new URL("../../src/diagnostics/source-map.ts", import.meta.url), "utf8");
    const stripped = transformSync(file, { loader: "ts", minifyWhitespace: true, target: "es2022" }).code;
    const begin = stripped.indexOf("class SourceMap");
    const code = stripped.slice(begin, stripped.indexOf("export", begin));
    const alignment = align(code, file, file.indexOf("class SourceMap"));
    // esbuild writes "void 0" for "undefined".
    const names = tokensOf(code).filter(({ text }) => /^\w{4,}$/.test(text) && text !== "void");
    expect(names.length).toBeGreaterThan(50);
    for (const token of names) {
      const span = alignment?.locate(token);
      expect(span && file.slice(span.start, span.end)).toBe(token.text);
    }
  });
});
