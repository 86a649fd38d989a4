import { transformSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { SourceMap, sourceMapOf } from "../../src/diagnostics/source-map.js";
import { lineColumnAt, offsetAt } from "../../src/diagnostics/text-position.js";

const source = `interface Point { x: number }

export function length(p: Point, q: Point): number {
  const größe = p.x - q.x;
  return größe * größe;
}
`;

/** The original text from where `word` of the generated code was made. */
function originalAt(code: string, word: string): string | undefined {
  const place = sourceMapOf("/made/up/out.js", code)?.originalOf(lineColumnAt(code, code.indexOf(word)));
  return place?.text.slice(offsetAt(place.text, place)).split("\n")[0];
}

describe("a source map", () => {
  const { code, map } = transformSync(source, {
    loader: "ts",
    minify: true,
    sourcemap: "both",
    sourcefile: "src/length.ts",
    charset: "utf8",
  });

  it("leads from minified code to the original", () => {
    expect(originalAt(code, "function")).toBe("function length(p: Point, q: Point): number {");
    expect(originalAt(code, "return")).toBe("return größe * größe;");
  });

  it("names the original file, relative to the generated one", () => {
    expect(sourceMapOf("/made/up/out.js", code)?.originalOf({ line: 1, column: 1 })?.file).toBe(
      "/made/up/src/length.ts",
    );
  });

  it("may have a source root, and sources that are URLs", () => {
    const raw = JSON.parse(map);
    const fileOf = (more: object, base = "/made/up/out.js.map") =>
      new SourceMap({ ...raw, ...more }, base).originalOf({ line: 1, column: 1 })?.file;
    expect(fileOf({ sourceRoot: "../root" })).toBe("/made/root/src/length.ts");
    expect(fileOf({ sources: ["file:///else/where.ts"] })).toBe("/else/where.ts");
    expect(fileOf({ sources: ["webpack://app/./src/a.ts"] })).toBe("webpack://app/./src/a.ts");
  });

  it("decodes negative and long differences", () => {
    // Generated columns 0 and 4; the second goes 20 lines and 3 columns back, from line 21, column 6.
    const map = { sources: ["a.ts"], sourcesContent: ["x\n".repeat(40)], mappings: "AAoBM,IApBH" };
    const at = (column: number) => new SourceMap(map, "/out.js").originalOf({ line: 1, column });
    expect(at(1)).toMatchObject({ line: 21, column: 7 });
    expect(at(4)).toMatchObject({ line: 21, column: 7 });
    expect(at(5)).toMatchObject({ line: 1, column: 4 });
  });

  it("knows nothing of code that tools added, of other lines, and of originals that are gone", () => {
    const map = { sources: ["/no/such/file.ts"], mappings: "AAAA,I" };
    expect(new SourceMap(map, "/out.js").originalOf({ line: 1, column: 1 })).toBeUndefined();
    expect(new SourceMap(map, "/out.js").originalOf({ line: 2, column: 1 })).toBeUndefined();
  });

  it("that is damaged is none", () => {
    const broken = `x();\n//# sourceMappingURL=data:application/json;base64,${btoa("{")}\n`;
    expect(sourceMapOf("/made/up/out.js", broken)).toBeUndefined();
    expect(sourceMapOf("/made/up/out.js", "x();")).toBeUndefined();
  });
});
