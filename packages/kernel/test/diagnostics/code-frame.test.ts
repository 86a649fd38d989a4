import { describe, expect, it } from "vitest";
import { codeFrame } from "../../src/diagnostics/code-frame.js";

function framed(text: string, word: string): string[] {
  const start = text.indexOf(word);
  return codeFrame(text, { start, end: start + word.length }).split("\n");
}

describe("a code frame", () => {
  it("shows two lines before, one after, and underlines the construct", () => {
    expect(framed("one\ntwo\nthree\nfour five\nsix\nseven", "five")).toEqual([
      "  2 | two",
      "  3 | three",
      "> 4 | four five",
      "    |      ^^^^",
      "  5 | six",
    ]);
  });

  it("ends where the text ends", () => {
    expect(framed("one", "one")).toEqual(["> 1 | one", "    | ^^^"]);
  });

  it("lines up numbers of different width, and tabs", () => {
    const text = `${"\n".repeat(8)}\ta\r\n\tbad();\r\n`;
    expect(framed(text, "bad()")).toEqual(["   8 |", "   9 |   a", "> 10 |   bad();", "     |   ^^^^^", "  11 |"]);
  });

  it("underlines the first line of a construct of several", () => {
    expect(framed("a = b(\n  c,\n);", "b(\n  c,\n)")).toEqual(["> 1 | a = b(", "    |     ^^", "  2 |   c,"]);
  });

  it("underlines something also where nothing is", () => {
    expect(codeFrame("ab", { start: 2, end: 2 }).split("\n")[1]).toBe("    |   ^");
  });

  it("cuts long lines around the construct", () => {
    const [line = "", carets = ""] = framed(`${"x".repeat(500)}bad()${"y".repeat(500)}`, "bad()");
    expect(line.length).toBeLessThan(135);
    expect(line).toContain("bad()");
    expect(carets.indexOf("^")).toBe(line.indexOf("bad()"));
    expect(carets.replace(/[\s|]/g, "")).toBe("^^^^^");
  });
});
