// The demo as a function: arguments and streams in, exit code out. cli.ts calls it with the process's own; tests call it
// with others.

import { type AnyScenario, type Host, scenarios } from "@everycore/scenarios";
import { backendModules, findBackend } from "./backends.js";
import { type Catalog, describeUsage, type Request, readCommandLine, UsageError } from "./command-line.js";
import { createLogHost } from "./log-files.js";
import type { Output } from "./output.js";
import { createProgress } from "./progress.js";
import { createReport } from "./report.js";
import { describeBackends, describeReport } from "./report-text.js";
import { createSampleHost } from "./samples.js";
import { runSession } from "./session.js";
import { createTextHost } from "./text-folders.js";

export type { AnyScenario, Catalog, Output };

/** Where the demo writes, and what can interrupt it. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly signal: AbortSignal;
}

/** All scenarios and backends that the demo knows. */
export const catalog: Catalog = { scenarios, backends: backendModules };

/** Exit codes. 130 is what a shell gives to a program that Ctrl-C ended. */
const exitCode = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Runs the demo; resolves with its exit code. */
export async function main(argv: readonly string[], terminal: Terminal, choice: Catalog = catalog): Promise<number> {
  try {
    const request = readCommandLine(argv, choice);
    if (!request.help) return await run(request, terminal);
    terminal.stdout.write(describeUsage(choice));
    return exitCode.ok;
  } catch (error) {
    if (terminal.signal.aborted) {
      terminal.stderr.write("Interrupted: everything has been stopped.\n");
      return exitCode.interrupted;
    }
    if (!(error instanceof UsageError)) throw error;
    terminal.stderr.write(`${error.message}\nTry --help.\n`);
    return exitCode.usage;
  }
}

async function run(request: Request, { stdout, stderr, signal }: Terminal): Promise<number> {
  const begin = performance.now();
  const { scenarios: chosen, workers, pictures, json } = request;
  const backends = await Promise.all(request.backends.map(findBackend));
  if (!json) stdout.write(describeBackends(backends, workers, stdout));
  const host: Host = { texts: createTextHost(request.input), logs: createLogHost(), samples: createSampleHost() };
  const progress = createProgress(stderr, { labelWidth: labelWidth(request) });
  const runs = await runSession({ scenarios: chosen, backends, workers, host, pictures, progress, signal });
  const report = createReport(runs, chosen, backends, workers, performance.now() - begin);
  stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : describeReport(report, stdout));
  return report.ok ? exitCode.ok : exitCode.failed;
}

function labelWidth({ scenarios: chosen, backends }: Request): number {
  const longest = (items: ReadonlyArray<{ readonly name: string }>): number =>
    Math.max(...items.map(({ name }) => name.length));
  return longest(chosen) + " · ".length + longest([...backends, { name: "serial" }]);
}
