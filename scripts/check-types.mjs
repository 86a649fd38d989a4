// The types of all packages, in one process. Each tsconfig is a program of its own, as when tsc runs in its package
// (`npm run typecheck` there), but what several programs have, such as TypeScript's own libraries, is read once: a third of the time.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { root } from "./shell.mjs";
import { workspaces } from "./workspaces.mjs";

const configs = workspaces()
  .flatMap(({ folder }) => ["tsconfig.json", "tsconfig.test.json"].map((name) => join(folder, name)))
  .filter((path) => existsSync(path));

const files = new Map();
const problems = ts.sortAndDeduplicateDiagnostics(configs.flatMap(check));
if (problems.length > 0) {
  const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => "\n" };
  console.error(ts.formatDiagnosticsWithColorAndContext(problems, host));
}
console.log(`${configs.length} programs, ${problems.length} problems`);
process.exitCode = problems.length > 0 || configs.length === 0 ? 1 : 0;

function check(path) {
  const { config, error } = ts.readConfigFile(path, ts.sys.readFile);
  if (error) return [error];
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, dirname(path), undefined, path);
  const { options, fileNames: rootNames, errors } = parsed;
  const program = ts.createProgram({
    rootNames,
    options,
    host: sharingHost(options),
    configFileParsingDiagnostics: errors,
  });
  return ts.getPreEmitDiagnostics(program);
}

/** Programs share a file where they parse it in the same way, and bind it in the same way, which is up to `strict`: see tsconfig.base.json. */
function sharingHost(options) {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.getSourceFile = (path, parsing, ...rest) => {
    const key = `${path} ${options.strict} ${JSON.stringify(parsing)}`;
    if (!files.has(key)) files.set(key, read.call(host, path, parsing, ...rest));
    return files.get(key);
  };
  return host;
}
