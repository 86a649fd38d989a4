// Checks the arrows between the packages: imports and dependencies point down only, and go through public entries only.
// What a package may import is decided here and nowhere else; a new package needs a line in this table.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";

const allowed = {
  core: [],
  sync: ["core"],
  pool: ["core"],
  kernel: ["core"],
  wasm: ["core", "kernel"],
  algorithms: ["core", "kernel"],
  "node-tasks": ["core"],
  inline: ["core", "pool", "wasm", "kernel"],
  "node-threads": ["core", "pool", "node-tasks", "wasm", "kernel"],
  "node-processes": ["core", "pool", "node-tasks", "wasm", "kernel"],
  "browser-workers": ["core", "pool", "wasm", "kernel"],
  gpu: ["core", "kernel"],
  "gpu-webgpu": ["core", "kernel", "gpu"],
  "gpu-webgl": ["core", "kernel", "gpu"],
  conformance: ["core", "kernel", "sync"],
  scenarios: ["core", "kernel", "sync"],
  // Runs on Node, for tests only.
  chromium: ["conformance"],
};
const backends = ["inline", "node-threads", "node-processes", "browser-workers", "gpu-webgpu", "gpu-webgl"];
const platformFree = [
  "core",
  "sync",
  "pool",
  "kernel",
  "wasm",
  "algorithms",
  "gpu",
  "inline",
  "conformance",
  "scenarios",
];
// The one file of a platform-free package that is about Node: the adapter to Node's test runner.
const adapters = [
  { place: "conformance/src/node-test.ts", may: /^node:test$/ },
  { place: "conformance/src/node/", may: /^node:/ },
];

/** Every offence below `root`, as "file:line: what is wrong. What to do." */
export function findOffences(root) {
  return packagesIn(root).flatMap((pkg) => {
    if (pkg.parent === "packages" && !allowed[pkg.name])
      return [
        `${pkg.manifestPath}:1: package "${pkg.name}" has no arrows. Add it to the table in scripts/check-arrows.mjs.`,
      ];
    // Apps reach no users: what they need only here may be a development dependency.
    const fields = ["dependencies", "peerDependencies", "optionalDependencies"];
    const declared = [...fields, ...(pkg.parent === "apps" ? ["devDependencies"] : [])].flatMap((field) =>
      Object.keys(pkg.manifest[field] ?? {}),
    );
    const report = (file, line, problem) => (problem ? [`${relative(root, file)}:${line}: ${problem}`] : []);
    return [
      ...declared.flatMap((name) =>
        report(join(root, pkg.manifestPath), lineOf(pkg.text, `"${name}":`), arrow(pkg, name)),
      ),
      ...sourcesIn(join(pkg.folder, "src")).flatMap((file) =>
        importsOf(file).flatMap(({ specifier, line }) =>
          report(file, line, problemOf(root, pkg, declared, file, specifier)),
        ),
      ),
    ];
  });
}

function problemOf(root, pkg, declared, file, specifier) {
  if (specifier.startsWith(".")) return leaving(pkg, file, specifier);
  if (specifier.startsWith("node:") || builtinModules.includes(specifier)) return platform(pkg, file, specifier);
  // What stands behind the "?" is for the bundler.
  const [name, subpath] = split(specifier.split("?")[0]);
  return arrow(pkg, name) ?? undeclared(pkg, declared, name) ?? deep(root, name, subpath);
}

function leaving(pkg, file, specifier) {
  if (resolve(dirname(file), specifier).startsWith(join(pkg.folder, "src") + sep)) return;
  return `"${specifier}" leaves the package's src. Import the other package by its name, through its public entry.`;
}

function platform(pkg, file, specifier) {
  if (!platformFree.includes(pkg.name)) return;
  const path = relative(dirname(pkg.folder), file).split(sep).join("/");
  if (adapters.some(({ place, may }) => path.startsWith(place) && may.test(specifier))) return;
  return `${pkg.name} is platform-free but imports "${specifier}". Take it as an argument, or move the code to a node-* package.`;
}

function arrow(pkg, name) {
  const target = name.startsWith("@everycore/") ? name.slice("@everycore/".length) : undefined;
  if (target === undefined || pkg.parent === "apps") return;
  if (target === pkg.name) return `${pkg.name} imports itself by name. Use a relative import.`;
  if (backends.includes(pkg.name) && backends.includes(target))
    return `backend ${pkg.name} imports backend ${target}. Move what they share down, to pool or core.`;
  if (allowed[pkg.name].includes(target)) return;
  return `${pkg.name} may import ${allowed[pkg.name].join(", ") || "no package"}, not ${target}. Move the code down, or turn the arrow round.`;
}

function undeclared(pkg, declared, name) {
  if (declared.includes(name)) return;
  return `"${name}" is not declared. Add it to the dependencies in ${pkg.manifestPath} (devDependencies do not reach users).`;
}

function deep(root, name, subpath) {
  const manifest = join(root, "packages", name.replace("@everycore/", ""), "package.json");
  if (!name.startsWith("@everycore/") || !existsSync(manifest)) return;
  const entries = Object.keys(JSON.parse(readFileSync(manifest, "utf8")).exports ?? {});
  if (entries.includes(subpath)) return;
  return `"${name}" has no public entry "${subpath}". It exports ${entries.join(", ")}: use one of these.`;
}

function packagesIn(root) {
  return ["packages", "apps"].flatMap((parent) =>
    (existsSync(join(root, parent)) ? readdirSync(join(root, parent)) : [])
      .map((name) => ({
        parent,
        name,
        folder: join(root, parent, name),
        manifestPath: `${parent}/${name}/package.json`,
      }))
      .filter(({ manifestPath }) => existsSync(join(root, manifestPath)))
      .map((pkg) => ({ ...pkg, text: readFileSync(join(root, pkg.manifestPath), "utf8") }))
      .map((pkg) => ({ ...pkg, manifest: JSON.parse(pkg.text) })),
  );
}

function sourcesIn(folder) {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true }).map((file) => join(folder, file));
  return files.filter((file) => /\.[cm]?[jt]sx?$/.test(file));
}

/** TypeScript's own scan: static, dynamic and type imports, but not those in comments and in strings. */
function importsOf(file) {
  const text = readFileSync(file, "utf8");
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName, pos }) => ({ specifier: fileName, line: text.slice(0, pos).split("\n").length }));
}

function lineOf(text, part) {
  return text.slice(0, Math.max(0, text.indexOf(part))).split("\n").length;
}

/** "@scope/name/sub" → ["@scope/name", "./sub"] */
function split(specifier) {
  const parts = specifier.split("/");
  const name = parts.splice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  return [name, [".", ...parts].join("/")];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const offences = findOffences(process.cwd());
  for (const offence of offences) console.error(offence);
  process.exitCode = offences.length > 0 ? 1 : 0;
}
