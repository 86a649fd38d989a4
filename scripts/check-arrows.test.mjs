import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findOffences } from "./check-arrows.mjs";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "arrows-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

test("a tree that follows the arrows has no offence", () => {
  pkg("packages/core", []);
  pkg("packages/inline", ["core"], 'import { a } from "@everycore/core";\nimport { b } from "./b.js";\n');
  pkg("apps/node-demo", ["inline"], 'await import("@everycore/inline");\nimport "node:fs";\n');
  expect(findOffences(root)).toEqual([]);
});

test("imports in comments and in texts are not imports", () => {
  pkg(
    "packages/core",
    [],
    '/** @example import { x } from "@everycore/pool"; */\nexport const s = "import \'node:fs\'";\n',
  );
  expect(findOffences(root)).toEqual([]);
});

test.each([
  [
    "an arrow that points up",
    "core",
    ["pool"],
    'import type { P } from "@everycore/pool";',
    "core may import no package, not pool",
  ],
  [
    "a backend that imports a backend",
    "node-threads",
    ["inline"],
    'import "@everycore/inline";',
    "backend node-threads imports backend inline",
  ],
  ["a deep import", "pool", ["core"], 'import "@everycore/core/dist/future.js";', 'no public entry "./dist/future.js"'],
  [
    "a relative import of another package",
    "pool",
    [],
    'import "../../core/src/future.js";',
    "leaves the package's src",
  ],
  [
    "a Node module in a platform-free package",
    "pool",
    [],
    'const fs = await import("node:fs");',
    "pool is platform-free",
  ],
  ["an unprefixed Node module there", "core", [], 'import "fs";', "core is platform-free"],
  [
    "an import that is not declared",
    "node-threads",
    [],
    'import "@everycore/core";',
    '"@everycore/core" is not declared',
  ],
  ["an import of itself", "core", ["core"], 'import "@everycore/core";', "core imports itself by name"],
  ["a package that the table lacks", "surprise", [], "", "Add it to the table"],
])("%s is an offence", (_, name, dependencies, source, expected) => {
  for (const other of ["core", "inline", "pool"]) if (other !== name) pkg(`packages/${other}`, []);
  pkg(`packages/${name}`, dependencies, `// First line.\n${source}\n`);
  const offences = findOffences(root);
  expect(offences.join("\n")).toContain(expected);
  expect(offences.join("\n")).toMatch(/^packages\/\S+:\d+: .+\. .+/);
});

test("an import's offence carries its line, a dependency's the line of the manifest", () => {
  pkg("packages/core", ["pool"], '\n\nimport "@everycore/pool";\n');
  expect(findOffences(root).map((offence) => offence.split(": ")[0])).toEqual([
    "packages/core/package.json:4",
    "packages/core/src/index.ts:3",
  ]);
});

test("a devDependency may point anywhere, but src may not use it", () => {
  pkg("packages/inline", [], 'import "@everycore/conformance";\n', {
    devDependencies: { "@everycore/conformance": "*" },
  });
  expect(findOffences(root)).toHaveLength(1);
});

test("only the adapter to Node's test runner may import it in a platform-free package", () => {
  pkg("packages/conformance", []);
  write("packages/conformance/src/node-test.ts", 'import { test } from "node:test";\n');
  write("packages/conformance/src/rules.ts", 'import { test } from "node:test";\n');
  expect(findOffences(root)).toEqual([expect.stringContaining("packages/conformance/src/rules.ts:1")]);
});

function pkg(folder, dependencies, source = "", more = {}) {
  const names = dependencies.map((name) => [`@everycore/${name}`, "0.1.0"]);
  const manifest = { exports: { ".": "./dist/index.js" }, dependencies: Object.fromEntries(names), ...more };
  write(
    `${folder}/package.json`,
    `{\n${JSON.stringify(manifest, null, 1).slice(2)}`.replace(
      '"exports": {\n  ".": "./dist/index.js"\n }',
      '"exports": { ".": "./dist/index.js" }',
    ),
  );
  write(`${folder}/src/index.ts`, source);
}

function write(path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
