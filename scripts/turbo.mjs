// turbo with its telemetry off, which turbo.json cannot say. `node scripts/turbo.mjs run build`, or import `turbo`.
import { pathToFileURL } from "node:url";
import { bin, run } from "./shell.mjs";

export function turbo(args, options = {}) {
  return run(bin("turbo"), args, { ...options, env: { TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" } });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.exitCode = turbo(process.argv.slice(2)) ? 0 : 1;
}
