// TypeScript in threads on Node 20. There, `tsx` installs its import hooks in the main thread only, although threads
// inherit its `--import` option; so a thread installs them itself before its first import, from the very copy of tsx
// that the process was started with. Nothing happens in programs that do not run under tsx, nor where Node has
// `module.registerHooks` (from 22.15 on): tsx uses that in every thread.

import module, { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";

let preparation: Promise<void> | undefined;

/** Makes TypeScript importable in this thread if the process runs under tsx. */
export function prepareTypeScript(): Promise<void> {
  preparation ??= installTsxHooks();
  return preparation;
}

async function installTsxHooks(): Promise<void> {
  if (isMainThread || "registerHooks" in module) return;
  const api = findTsxApi();
  if (!api) return;
  const { register } = (await import(api)) as { register: () => unknown };
  register();
}

function findTsxApi(): string | undefined {
  const names = process.execArgv.map((argument) => argument.replace(/^--(import|loader)=/, ""));
  for (const name of names) {
    const root = /^(?:file:\/\/)?(.*\/tsx)\/dist\//.exec(name)?.[1];
    if (root) return asUrl(join(root, "dist/esm/api/index.mjs"));
    if (/^tsx(\/esm)?$/.test(name)) return asUrl(createRequire(join(process.cwd(), "_")).resolve("tsx/esm/api"));
  }
  return undefined;
}

function asUrl(path: string): string {
  return pathToFileURL(path).href;
}
