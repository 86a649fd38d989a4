// What surrounds a run and would make the page stutter: the inputs, the serial run, the check, the painting. It is done by a pool of
// one worker, the referee; see run/referee.ts. Scenarios are named, since they are functions; all else is plain data.

import { type Capabilities, defineTasks, taskContext } from "@everycore/core";
import { type AnyScenario, type Picture, scenarios, smallScenarios, timeFastest } from "@everycore/scenarios";
import type { ChosenFiles } from "../host/chosen-files.js";
import { createHost } from "../host/page-host.js";

/** How much there is to do: `small` is for phones. */
export type Size = "full" | "small";

/** For how long short work is repeated; see `timeFastest`. */
export const enoughMs: Readonly<Record<Size, number>> = { full: 400, small: 100 };

/** Which scenario, on what. */
export interface ScenarioChoice {
  readonly name: string;
  readonly size: Size;
  readonly files: ChosenFiles;
}

/** How far work is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly text: string;
}

/** What a check is told about the run besides its outcome. */
export interface RunFacts {
  readonly capabilities: Capabilities;
  readonly maxWorkers: number;
  /** Whether the picture was drawn already. */
  readonly isDrawn: boolean;
}

/** What came of a run. */
export interface Judgement {
  /** Everything that is wrong; verified if there is none. */
  readonly problems: readonly string[];
  /** What was found, in one line. */
  readonly found: string;
  readonly picture?: Picture;
  /** What the picture was made from, if that is one too. */
  readonly source?: Picture;
}

/** The scenario of this name and size. */
export function findScenario(name: string, size: Size): AnyScenario {
  const all = size === "small" ? smallScenarios : scenarios;
  const found = all.find((scenario) => scenario.name === name);
  if (!found) throw new Error(`There is no scenario "${name}".`);
  return found;
}

async function prepare({ name, size, files }: ScenarioChoice): Promise<unknown> {
  return findScenario(name, size).prepare({ host: createHost(files), ...manners() });
}

/** How long the work takes on one thread; `undefined` if that cannot be compared. */
async function runSerially({ name, size, files }: ScenarioChoice, input: unknown): Promise<number | undefined> {
  const scenario = findScenario(name, size);
  if (!scenario.serial) return undefined;
  const context = { host: createHost(files), ...manners(), input };
  const { timeMs } = await timeFastest(async () => scenario.serial?.(context), enoughMs[size]);
  return timeMs;
}

async function judge(
  { name, size, files }: ScenarioChoice,
  input: unknown,
  outcome: unknown,
  facts: RunFacts,
): Promise<Judgement> {
  const scenario = findScenario(name, size);
  const picture = facts.isDrawn ? undefined : scenario.picture?.(outcome);
  const source = scenario.source?.(input);
  return {
    problems: await scenario.check(outcome, { host: createHost(files), input, ...facts }),
    found: scenario.describe(outcome),
    ...(picture && { picture }),
    ...(source && { source }),
  };
}

async function release({ name, size, files }: ScenarioChoice, input: unknown): Promise<void> {
  await findScenario(name, size).release?.(input, createHost(files));
}

/** Stops when the task is aborted, and reports how far it is. */
function manners(): { signal: AbortSignal; progress(done: number, total: number, text: string): void } {
  const { signal, report } = taskContext();
  return { signal, progress: (done, total, text) => report({ done, total, text } satisfies Progress) };
}

type RefereeTasks = {
  readonly prepare: typeof prepare;
  readonly runSerially: typeof runSerially;
  readonly judge: typeof judge;
  readonly release: typeof release;
};

/** The tasks, by name. */
export const refereeTasks: RefereeTasks = defineTasks("everycore-demo/referee", {
  prepare,
  runSerially,
  judge,
  release,
});
