// Running other programs from the scripts here: loudly, or quietly with the output shown only on failure.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** A program that npm installed in this repository. */
export const bin = (name) => join(root, "node_modules", ".bin", name);

// Only Windows needs a shell, to find npm.cmd and the .cmd files in node_modules/.bin.
const shell = process.platform === "win32";

/** Runs a program to its end; true when it succeeded. With `quiet`, its output appears only if it fails. */
export function run(command, args, { quiet = false, cwd = root, env = {} } = {}) {
  if (quiet) return capture(command, args, { cwd, env }) !== undefined;
  const result = spawnSync(command, args, {
    cwd,
    shell,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  if (result.error) console.error(`Could not run ${command}: ${result.error.message}`);
  return result.status === 0;
}

/** What a program prints; undefined when it failed, and then all that it said is shown. */
export function capture(command, args, { cwd = root, env = {} } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    shell,
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    env: { ...process.env, ...env },
    maxBuffer: 256 * 1024 * 1024,
  });
  if (result.status === 0) return result.stdout;
  if (result.error) console.error(`Could not run ${command}: ${result.error.message}`);
  process.stderr.write(withoutHosts(`${result.stdout ?? ""}${result.stderr ?? ""}`));
  return undefined;
}

/** npm's errors name the registry, which may be a private one: logs of this repository do not. */
function withoutHosts(text) {
  return text.replace(/(https?:\/\/)[^\s/"']+/g, "$1…");
}

/** Installs the dependencies when they are missing or older than the lock file; true when they are there. */
export function install() {
  // npm writes the hidden lock file last, so its age is the age of the whole installation.
  const installed = modified(join(root, "node_modules", ".package-lock.json"));
  if (installed >= modified(join(root, "package-lock.json"))) return true;
  console.error("Installing the dependencies …");
  // Not `npm ci`: it refuses a lock file that was written where the registry serves one platform's binaries only, as the
  // other platforms' optional packages are missing from it. `--no-save` keeps to the lock file and does not change it.
  return run("npm", ["install", "--no-save", "--include=dev", "--no-audit", "--no-fund"], { quiet: true });
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
