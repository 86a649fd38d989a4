// What a pool loads before its first kernel, by the imports of the built files. Size budgets leave other packages out, so they do not see this.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));

/** Everything that a built file imports at once, and what that imports. */
function importsOf(file: string, found: Set<string> = new Set()): Set<string> {
  const text = readFileSync(file, "utf8");
  for (const [, name = ""] of text.matchAll(/^(?:import|export)[^;]*?from "([^"]+)";$|^import "([^"]+)";$/gm)) {
    if (found.has(name)) continue;
    found.add(name);
    if (name.startsWith(".")) importsOf(join(dirname(file), name), found);
  }
  return found;
}

test("the compiler and the IR come with the first kernel, not with the pool", () => {
  const packages = [...importsOf(join(dist, "index.js"))].filter((name) => !name.startsWith("."));
  expect(packages).toEqual(["@everycore/core"]);
  expect([...importsOf(join(dist, "compiler.js"))]).toContain("@everycore/kernel/ir");
});
