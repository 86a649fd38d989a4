// The packages and apps that npm installs here: those that the root's package.json names.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./shell.mjs";

/** Each with its folder, absolute, and its manifest; in the order of their folders. */
export function workspaces() {
  const patterns = readManifest(root).workspaces;
  const excluded = new Set(patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1)));
  return patterns
    .filter((pattern) => pattern.endsWith("/*"))
    .map((pattern) => pattern.slice(0, -2))
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}`))
    .filter((path) => !excluded.has(path) && existsSync(join(root, path, "package.json")))
    .map((path) => ({ path, folder: join(root, path), manifest: readManifest(join(root, path)) }));
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
