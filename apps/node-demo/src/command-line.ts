// The command line: what can be asked for, and clear words where it was asked for wrongly.

import { statSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { AnyScenario } from "@everycore/scenarios";
import type { BackendModule } from "./backends.js";

/** What there is to choose from. */
export interface Catalog {
  readonly scenarios: readonly AnyScenario[];
  readonly backends: readonly BackendModule[];
}

/** What was asked for. */
export interface Request extends Catalog {
  readonly workers: number;
  /** The folder for `word-count`; `undefined`: the installed packages. */
  readonly input: string | undefined;
  /** The folder that pictures are written to. */
  readonly pictures: string;
  readonly json: boolean;
  readonly help: boolean;
}

/** The command line makes no sense; `message` says why, and what would. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Far more than any machine has cores; a slip of the finger should not start a million threads. */
const mostWorkers = 1024;

const defaultPictures = join(tmpdir(), "everycore-demo");

/**
 * Reads the arguments.
 *
 * @throws UsageError for unknown options, and for values that name the option and what is allowed.
 */
export function readCommandLine(argv: readonly string[], catalog: Catalog): Request {
  const values = parse(argv);
  return {
    scenarios: choose("scenario", values.scenario, catalog.scenarios),
    backends: choose("backend", values.backend, catalog.backends),
    workers: readWorkers(values.workers),
    input: readFolder(values.input),
    pictures: resolve(values.pictures ?? defaultPictures),
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

interface Values {
  readonly backend?: string[] | undefined;
  readonly scenario?: string[] | undefined;
  readonly workers?: string | undefined;
  readonly input?: string | undefined;
  readonly pictures?: string | undefined;
  readonly json?: boolean | undefined;
  readonly help?: boolean | undefined;
}

function parse(argv: readonly string[]): Values {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        backend: { type: "string", multiple: true },
        scenario: { type: "string", multiple: true },
        workers: { type: "string" },
        input: { type: "string" },
        pictures: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    const { message } = error as Error;
    const dashed = /^Option '(--\w+)[^']*' argument is ambiguous/.exec(message)?.[1];
    if (dashed) throw new UsageError(`${dashed}: there is no value, or one that begins with "-".`);
    // Node's message goes on about positional arguments, of which there are none here.
    throw new UsageError(`${message.split(/\.\s|\n/)[0]?.replace(/\.$/, "")}.`);
  }
}

function choose<T extends { readonly name: string }>(
  option: string,
  names: readonly string[] | undefined,
  all: readonly T[],
): readonly T[] {
  if (!names) return all;
  const wanted = new Set(names.flatMap((list) => list.split(",")));
  for (const name of wanted) {
    if (all.some((item) => item.name === name)) continue;
    throw new UsageError(`--${option}: there is no "${name}". Known: ${all.map((item) => item.name).join(", ")}.`);
  }
  return all.filter(({ name }) => wanted.has(name));
}

function readWorkers(text: string | undefined): number {
  if (text === undefined) return availableParallelism();
  const workers = Number(text);
  if (/^\d+$/.test(text) && workers >= 1 && workers <= mostWorkers) return workers;
  throw new UsageError(`--workers: must be a whole number from 1 to ${mostWorkers}, not "${text}".`);
}

function readFolder(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const folder = resolve(text);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) throw new UsageError(`--input: there is no folder ${folder}.`);
  if (!found.isDirectory()) throw new UsageError(`--input: ${folder} is not a folder.`);
  return folder;
}

/** The text of `--help`. */
export function describeUsage({ scenarios, backends }: Catalog): string {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  return `Runs the same scenarios on every backend that this machine has, and checks what comes out.

Usage: npm run demo -- [options]

Options
  --backend <names>   only these: ${backends.map(({ name }) => name).join(", ")}
  --scenario <names>  only these, see below
  --workers <n>       workers of each backend (default: the number of cores, here ${availableParallelism()})
  --input <folder>    word-count reads this folder instead of the installed packages
  --pictures <folder> pictures are written there (default: ${defaultPictures})
  --json              one JSON document on standard output, progress on standard error
  --help, -h          this text

Names are separated by commas; the option can also be repeated.

Scenarios
${scenarios.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`).join("\n")}

Exit code: 0 all verified, 1 a check failed or nothing could be checked, 2 wrong usage, 130 interrupted.
`;
}
