// K7 in every way that users run TypeScript: the same mistakes are found at the same places of the same files.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { KernelError } from "@everycore/core";
import { type BuildOptions, buildSync } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import { type GridKernel, kernel } from "../../src/index.js";

const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));
const program = join(fixtures, "program.ts");
const physics = join(fixtures, "physics.ts");
const folder = mkdtempSync(join(tmpdir(), "everycore-places-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Found {
  readonly message: string;
  readonly location: { readonly file?: string; readonly line: number; readonly column: number };
  readonly reason: string;
}

function run(...args: string[]): Found[] {
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Found[];
}

let bundles = 0;
/** Bundles the program and all of the package, and gives the file. */
function bundle(options: BuildOptions): string {
  const outfile = join(folder, `bundle-${bundles++}.mjs`);
  buildSync({ entryPoints: [program], bundle: true, format: "esm", platform: "node", outfile, ...options });
  return outfile;
}

const places = [
  { file: program, line: 13, column: 52, reason: "math-random" },
  { file: physics, line: 9, column: 16, reason: "math-random" },
  { file: physics, line: 16, column: 26, reason: "math-random" },
];

const frames = [
  `  ${program}:13:52
    11 |   (thread: KernelThread, dt: number, position: Float32Array) => {
    12 |     const i = thread.x as number;
  > 13 |     position[i]! += planet.mass * (dt as number) * Math.random(); // here
       |                                                    ^^^^^^^^^^^^^
    14 |   },
`,
  `  ${physics}:9:16
     7 |   (distance: number): number => {
     8 |     const squared: number = distance * distance + softening;
  >  9 |     return G / Math.random() / squared;
       |                ^^^^^^^^^^^^^
    10 |   },
`,
  `  ${physics}:16:26
    14 | /** Not registered: it captures nothing. */
    15 | export function noise(x: number): number {
  > 16 |   return (x as number) * Math.random();
       |                          ^^^^^^^^^^^^^
    17 | }
`,
];

function placesOf(found: readonly Found[]) {
  return found.map(({ location, reason }) => ({ ...location, reason }));
}

describe("K7 mistakes are found in the user's TypeScript", () => {
  it.each<[string, () => Found[]]>([
    ["bundled with a linked source map", () => run(bundle({ sourcemap: "linked" }))],
    ["bundled with an inline source map", () => run(bundle({ sourcemap: "inline" }))],
    ["bundled with a source map beside it", () => run(bundle({ sourcemap: "external" }))],
    ["bundled with a source map without the sources", () => run(bundle({ sourcemap: true, sourcesContent: false }))],
    ["bundled, under --enable-source-maps", () => run("--enable-source-maps", bundle({ sourcemap: true }))],
    ["minified with a source map", () => run(bundle({ sourcemap: true, minify: true }))],
    [
      "minified with a source map, under --enable-source-maps",
      () => run("--enable-source-maps", bundle({ sourcemap: "inline", minify: true })),
    ],
    ["compiled to ES2017 with a source map", () => run(bundle({ sourcemap: true, target: "es2017" }))],
  ])("%s", (_, found) => {
    const results = found();
    expect(placesOf(results).slice(0, 3)).toEqual(places);
    expect(placesOf(results)[3]).toEqual({ file: program, line: 26, column: 22, reason: "race" });
    for (const [index, frame] of frames.entries()) expect(results[index]?.message).toContain(frame);
  });

  it("run by tsx, but for helpers of other files that were not registered", () => {
    const results = run("--import", "tsx", program);
    expect(placesOf(results)).toEqual([
      ...places.slice(0, 2),
      { line: 1, column: 28, reason: "math-random" },
      { file: program, line: 26, column: 22, reason: "race" },
    ]);
    expect(results[0]?.message).toContain(frames[0]);
    expect(results[1]?.message).toContain(frames[1]);
    expect(results[2]?.message).toMatch(
      / {2}line 1, column 28 of the function's own text, made at .*program\.ts:21:15\n/,
    );
  });

  it("or in the bundle, if it has no source map", () => {
    const file = bundle({});
    const found = run(file);
    for (const { location, message } of found.slice(0, 3)) {
      expect(location.file).toBe(file);
      expect(message).toMatch(/> \d+ \| .*Math\.random\(\)/);
    }
    expect(found[3]?.message).toMatch(/> \d+ \| .*a\[thread\d*\.x\]/);
  });

  it("or in the function's own text, if there is no file", () => {
    const make = new Function("kernel", "return kernel((thread, a) => {\n  a[thread.x] = Math.random();\n})");
    const step = make(kernel) as GridKernel<[Float32Array]>;
    const mistake = mistakeOf(() => step.inspect("ir", new Float32Array(1)));
    expect(mistake.location).toEqual({ file: undefined, line: 2, column: 17 });
    expect(mistake.message).toContain(`  line 2, column 17 of the function's own text`);
    expect(mistake.message).toContain(`
    1 | (thread, a) => {
  > 2 |   a[thread.x] = Math.random();
      |                 ^^^^^^^^^^^^^
    3 | }
`);
  });

  it("whatever the program did to Error", () => {
    const { stackTraceLimit, prepareStackTrace } = Error;
    try {
      Error.stackTraceLimit = 0;
      Error.prepareStackTrace = () => {
        throw new Error("not today");
      };
      const step = kernel((thread, a: Float32Array) => {
        a[thread.x] = Math.random();
      });
      expect(mistakeOf(() => step.inspect("ir", new Float32Array(1))).reason).toBe("math-random");
      expect(Error.stackTraceLimit).toBe(0);
    } finally {
      Object.assign(Error, { stackTraceLimit, prepareStackTrace });
    }
  });
});

function mistakeOf(launch: () => unknown): KernelError {
  try {
    launch();
  } catch (error) {
    if (error instanceof KernelError) return error;
    throw error;
  }
  throw new Error("There was no mistake.");
}
