// TypeScript in threads on Node 20. There, `tsx` installs its import hooks in the main thread only, although threads
// inherit its `--import` option; so a thread installs them itself before its first import, from the very copy of tsx
// that the process was started with. Nothing happens in programs that do not run under tsx, nor where Node has
// `module.registerHooks` (from 22.15 on): tsx uses that in every thread.

import module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
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
  for (const argument of process.execArgv) {
    const name = argument.replace(/^--(import|loader)=/, "");
    const root =
      /^(?:file:\/\/)?(.*\/tsx)\/dist\//.exec(name)?.[1] ?? (/^tsx(\/esm)?$/.test(name) ? resolveTsx() : undefined);
    if (root) return pathToFileURL(join(root, "dist/esm/api/index.mjs")).href;
  }
  return undefined;
}

/** Where the process found `--import tsx`: from its working directory. */
function resolveTsx(): string {
  return dirname(createRequire(join(process.cwd(), "_")).resolve("tsx/package.json"));
}
