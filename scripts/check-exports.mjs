// What the packages publish: each is packed as npm would, and publint and Are The Types Wrong look into the tarball.
// All packages, or those that are named: `node scripts/check-exports.mjs core pool`. One process, as both load TypeScript.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { problemKindInfo } from "@arethetypeswrong/core/problems";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { capture } from "./shell.mjs";
import { workspaces } from "./workspaces.mjs";

/** Who imports from CommonJS, or with a resolution older than `exports`, gets an error in any case: the packages are ES modules. */
const oldResolutions = ["node10", "node16-cjs"];

const chosen = process.argv.slice(2);
const published = workspaces()
  .filter(({ manifest }) => !manifest.private)
  .filter(({ folder }) => chosen.length === 0 || chosen.includes(basename(folder)));

const tarballs = mkdtempSync(join(tmpdir(), "everycore-pack-"));
try {
  const problems = pack() ? (await Promise.all(published.map(check))).flat() : ["npm could not pack the packages."];
  for (const problem of problems) console.error(problem);
  console.log(`${published.length} packages, ${problems.length} problems`);
  process.exitCode = problems.length > 0 || published.length === 0 ? 1 : 0;
} finally {
  rmSync(tarballs, { recursive: true });
}

function pack() {
  const names = published.flatMap(({ manifest }) => ["--workspace", manifest.name]);
  return capture("npm", ["pack", "--silent", "--pack-destination", tarballs, ...names]) !== undefined;
}

async function check({ manifest }) {
  const file = `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`;
  const tarball = readFileSync(join(tarballs, file));
  const problems = [...(await lint(tarball)), ...(await checkTypes(tarball))];
  return problems.map((problem) => `${manifest.name}: ${problem}`);
}

async function lint(tarball) {
  const bytes = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength);
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: bytes } });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

async function checkTypes(tarball) {
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)));
  if (!analysis.types) return ["it has no types"];
  return analysis.problems
    .filter(({ resolutionKind }) => !oldResolutions.includes(resolutionKind))
    .map((problem) => `${problemKindInfo[problem.kind].title}: ${JSON.stringify(problem)}`);
}
