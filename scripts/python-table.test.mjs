// docs/PYTHON.md has every public name of the modules that it speaks of (docs/python/names.json, later.json), each once. A
// row that says that something exists has an example in docs/python under the row's first name, which compiles and runs; a
// row that says that it does not gives the reason.
import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bin, root } from "./shell.mjs";

const run = promisify(execFile);
const sources = join(root, "docs/python");
const folder = join(root, ".examples-python");
const document = readFileSync(join(root, "docs/PYTHON.md"), "utf8");
const { names, versions } = read("names.json");
const later = read("later.json");
const modules = Object.keys(names);

beforeAll(async () => {
  const files = ["run", "tasks", ...modules].map((name) => join(sources, `${name}.ts`));
  await build({ entryPoints: files, outdir: folder, format: "esm", target: "node20", supported: { using: false } });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the examples compile", async () => {
  const { stdout } = await run(process.execPath, [bin("tsc"), "-p", sources]).catch((error) => error);
  expect(stdout).toBe("");
}, 120_000);

test("the document says of which versions the names are", () => {
  const [major, minor] = versions.python.split(".");
  const joblib = versions.joblib.split(".").slice(0, 2).join(".");
  expect(document).toContain(`Python ${major}.${minor} and joblib ${joblib}`);
});

test.each(modules)("%s: the table has every name once, and no other", (module) => {
  const all = [...names[module], ...Object.values(later[module]).flat()];
  expect(
    rowsOf(module)
      .flatMap((row) => row.names)
      .sort(),
  ).toEqual(all.sort());
});

describe.each(modules)("%s", (module) => {
  const rows = rowsOf(module);
  const present = rows.filter(({ here }) => here !== "–");
  const results = new Map();

  test("what is named as an export is one", async () => {
    const exported = present.flatMap(({ here }) => exportsNamedIn(here));
    for (const { name, from } of exported)
      expect(Object.keys(await import(`@everycore/${from}`)), from).toContain(name);
  });

  test("each absence has its reason, in a sentence", () => {
    for (const { here, text } of rows) if (here === "–") expect(text).toMatch(/^\S.{20,}[.]$/);
  });

  test("there is an example for each row that says that something exists, and no other", async () => {
    const { stdout } = await run(process.execPath, [join(folder, "run.js"), module], { timeout: 60_000 });
    for (const line of stdout.split("\n").filter((text) => text.startsWith('{"title"'))) {
      const { title, error } = JSON.parse(line);
      results.set(title, error);
    }
    expect([...results.keys()].sort()).toEqual(present.map((row) => row.names[0]).sort());
  }, 90_000);

  test.each(present.map((row) => row.names[0]))("%s", (title) => {
    expect(results.get(title)).toBeNull();
  });
});

function read(name) {
  return JSON.parse(readFileSync(join(sources, name), "utf8"));
}

/** The table below a module's heading. */
function rowsOf(module) {
  const section = document.split(`\n## ${module}\n`)[1]?.split("\n## ")[0] ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, python, here, text]) => ({
      names: [...python.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
      here,
      text,
    }));
}

/** `Lock`, `RLock` of `sync`: the names in front of it, if it is a package of this repository. */
function exportsNamedIn(here) {
  const [, list, from] = /^(.*) of `(core|sync|node-[a-z]+)`$/.exec(here) ?? [];
  if (!list) return [];
  return [...list.matchAll(/`(\w+)(?:\(.*?\))?`/g)].map(([, name]) => ({ name, from }));
}
