// `npm test`: everything that must hold. A failing step does not stop the next ones, so that one run shows all there is to
// fix. The last line is the sum of all vitest reports.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installChromium } from "./chromium.mjs";
import { prove } from "./proofs.mjs";
import { bin, install, root, run } from "./shell.mjs";
import { turbo } from "./turbo.mjs";
import { workspaces } from "./workspaces.mjs";

const steps = {
  "format and lint": () => run(bin("biome"), ["check"]),
  "the arrows between packages": () => run(process.execPath, ["scripts/check-arrows.mjs"]),
  // Where a build failed, turbo still makes what does not depend on it.
  build: () => turbo(["run", "build", "--output-logs=errors-only", "--continue=dependencies-successful"]),
  // Before several packages ask for it at once.
  "Node 24": () => run(process.execPath, ["scripts/on-node.mjs", "24", "--version"]),
  "types, tests, tests on Node 24, exports, sizes": prove,
  "unused files, exports and dependencies": () => run(bin("knip"), []),
};

if (!install() || !installChromium()) process.exit(1);
for (const folder of resultFolders()) rmSync(folder, { recursive: true, force: true });

const failures = [];
for (const [name, step] of Object.entries(steps)) {
  console.log(`\n— ${name}`);
  if (!(await step())) failures.push(name);
}
const { passed, failed } = sum(resultFolders().flatMap(reports));

console.log();
if (failures.length > 0) console.log(`Failed steps: ${failures.join("; ")}`);
if (passed + failed === 0) console.log("No test ran.");
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failures.length > 0 || failed > 0 || passed === 0 ? 1 : 0;

/** Each package has its own folder of reports, one per Node version (see vitest.base.ts). */
function resultFolders() {
  return [root, ...workspaces().map(({ folder }) => folder)].map((folder) => join(folder, "test-results"));
}

function reports(folder) {
  if (!existsSync(folder)) return [];
  // Other reports, such as the conformance kit's, lie beside vitest's.
  const files = readdirSync(folder).filter((file) => /^node-\d+\.json$/.test(file));
  return files.map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));
}

function sum(all) {
  const passed = all.reduce((total, report) => total + report.numPassedTests, 0);
  // A test file that cannot even be loaded holds no tests; it counts as one failure.
  const broken = all
    .flatMap((report) => report.testResults)
    .filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  return { passed, failed: all.reduce((total, report) => total + report.numFailedTests, broken.length) };
}
