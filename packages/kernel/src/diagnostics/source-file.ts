// Reads the files that errors point into, where there is a file system: Node, Bun and Deno. Elsewhere there is no text.

interface FileSystem {
  readFileSync(path: string, encoding: "utf8"): string;
}

interface Process {
  getBuiltinModule?(name: "node:fs"): FileSystem | undefined;
}

/** Path of a file that may be given as a URL. */
export function pathOfUrl(file: string): string {
  if (!file.startsWith("file://")) return file;
  const path = decodeURIComponent(file.slice("file://".length).replace(/[?#].*$/, ""));
  return /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path;
}

/** The text of a file, by path or `file:` URL; `undefined` where it cannot be read. */
export function readSource(file: string): string | undefined {
  if (/^(?!file:)[a-z][a-z\d+.-]+:/i.test(file)) return undefined;
  try {
    const { process } = globalThis as { process?: Process };
    return process?.getBuiltinModule?.("node:fs")?.readFileSync(pathOfUrl(file), "utf8");
  } catch {
    return undefined;
  }
}

/** The path of `relative` as seen from `file`. URLs of other schemes, and absolute paths, are as they are. */
export function resolveFrom(file: string, relative: string): string {
  if (/^(?:[a-z][a-z\d+.-]+:|[\\/]|[A-Za-z]:[\\/])/i.test(relative)) return pathOfUrl(relative);
  const parts = pathOfUrl(file).split(/[\\/]/).slice(0, -1);
  for (const part of relative.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
