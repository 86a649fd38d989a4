// Every ```ts fence of the READMEs and of docs/ compiles in strict TypeScript and runs, and prints what the comments
// behind its console.log lines say. A fence that begins with `// file: name.ts` is a file for the fences after it.
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bin, root } from "./shell.mjs";
import "./software-gpu.mjs";

const run = promisify(execFile);
const folder = join(root, ".examples");
const packages = readdirSync(join(root, "packages")).map((name) => join("packages", name, "README.md"));
const docs = ["errors.md", "guide.md", "kernels.md"].map((name) => join("docs", name));
const documents = ["README.md", "CONTRIBUTING.md", ...docs, ...packages];
rmSync(folder, { recursive: true, force: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// One compilation for all documents: most of it is reading the same declarations.
let complaints = [];
beforeAll(async () => {
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  const { stdout } = await run(process.execPath, [bin("tsc"), "-p", folder]).catch((error) => error);
  complaints = stdout.split("\n").filter((line) => line !== "");
}, 120_000);

test("the compiler says nothing about anything but the examples", () => {
  expect(complaints.filter((line) => !/^\S*\.examples\/|^\s/.test(line))).toEqual([]);
});

for (const document of documents) {
  const fences = [...read(document).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
  if (fences.length === 0) continue;
  describe(document, () => {
    const where = join(folder, document.replaceAll(/[/\\.]/g, "-"));
    const files = fences.map((text, index) => ({
      text,
      name: /^\/\/ file: (\S+)/.exec(text)?.[1] ?? `example-${index}.ts`,
    }));
    mkdirSync(where, { recursive: true });
    for (const { name, text } of files) writeFileSync(join(where, name), text);

    test("the examples compile", () => {
      expect(complaints.filter((line) => line.includes(`${basename(where)}/`))).toEqual([]);
    });

    beforeAll(async () => {
      const entryPoints = files.map((file) => join(where, file.name));
      await build({ entryPoints, outdir: where, format: "esm", target: "node20", supported: { using: false } });
    });

    const printing = files.filter(({ text }) => text.includes("console.log"));
    test.concurrent.each(printing)("$name runs", async ({ name, text }) => {
      const { stdout } = await run(process.execPath, [join(where, name.replace(/ts$/, "js"))]);
      expect(missing(expectations(text), stdout.trim().split("\n"))).toEqual([]);
    });
  });
}

const tsconfig = {
  extends: "../tsconfig.base.json",
  include: ["*/*.ts"],
  compilerOptions: {
    types: ["node"],
    // For the examples of pages, which are compiled only.
    lib: ["ES2023", "ESNext.Disposable", "DOM"],
    noEmit: true,
    declaration: false,
    isolatedDeclarations: false,
    skipLibCheck: false,
    // Each fence is a module of its own, also one without imports.
    moduleDetection: "force",
  },
};

function read(document) {
  try {
    return readFileSync(join(root, document), "utf8");
  } catch {
    return "";
  }
}

/** What the comments say is printed, up to a colon that begins an explanation. */
function expectations(text) {
  return [...text.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, comment]) => comment.split(/: /)[0].trim());
}

/** The expected lines that were not printed, in order. */
function missing(expected, printed) {
  let from = 0;
  return expected.filter((line) => {
    const at = printed.indexOf(line, from);
    from = at + 1 || from;
    return at < 0;
  });
}
