// L9: each operation in each state of an executor. One line per operation; the tests are made from the table.

import { BrokenExecutorError, type Executor, ExecutorShutdownError, QueueFullError } from "@everycore/core";
import { holds, rejection, same } from "../assertions.js";
import { delay, within } from "../conditions.js";
import type { Gate } from "../gate.js";
import type { LawTest } from "../law.js";
import type { LawContext } from "../law-context.js";

const states = ["fresh", "busy", "saturated", "shutting down", "shut down", "broken"] as const;
type State = (typeof states)[number];

/** What an operation does in a state. `waits`: succeeds once there is room, and not before. */
type Expectation = "works" | "waits" | "queue full" | "shut down" | "broken";

interface Operation {
  readonly name: string;
  readonly call: (executor: Executor, t: LawContext) => unknown;
  readonly result: unknown;
  readonly expected: Readonly<Record<State, Expectation>>;
}

const refused = { "shutting down": "shut down", "shut down": "shut down", broken: "broken" } as const;
const queued = { fresh: "works", busy: "works", saturated: "queue full", ...refused } as const;
const always: Operation["expected"] = {
  fresh: "works",
  busy: "works",
  saturated: "works",
  "shutting down": "works",
  "shut down": "works",
  broken: "works",
};

const operations: readonly Operation[] = [
  { name: "submit", call: (e, t) => e.submit(t.tasks.add, 1, 2), result: 3, expected: queued },
  { name: "map", call: async (e, t) => (await e.map(t.tasks.add, [1], [2]).toArray())[0], result: 3, expected: queued },
  {
    name: "stream",
    call: async (e, t) => (await e.stream(t.tasks.count, 1).next()).value,
    result: 0,
    expected: queued,
  },
  {
    name: "broadcast",
    call: async (e, t) => Array.isArray(await e.broadcast(t.tasks.nothing)),
    result: true,
    expected: { ...queued, saturated: "works" },
  },
  { name: "ready", call: (e) => e.ready(), result: undefined, expected: { ...queued, saturated: "waits" } },
  { name: "stats", call: (e) => typeof e.stats().submitted, result: "number", expected: always },
  { name: "with", call: (e) => e.with({ priority: 1 }).maxWorkers, result: 1, expected: always },
  { name: "shutdown", call: (e) => e.shutdown(), result: undefined, expected: always },
];

/** Brings a new executor into a state; the gate lets it go on. */
async function bring(t: LawContext, state: State): Promise<{ executor: Executor; gate: Gate }> {
  const initializer = state === "broken" ? t.tasks.failInitializer : undefined;
  const executor = await t.executor({ maxWorkers: 1, maxQueue: 1, initializer, initializerArgs: ["on purpose"] });
  if (state === "fresh") return { executor, gate: t.gate() };
  if (state === "broken") {
    await rejection(executor.submit(t.tasks.nothing), "the executor is broken");
    return { executor, gate: t.gate() };
  }
  const { gate, held } = await t.occupy(executor);
  if (state === "saturated") executor.submit(t.tasks.nothing);
  if (state === "shutting down") await executor.shutdown({ wait: false });
  if (state === "shut down") {
    gate.open();
    await Promise.all(held);
    await executor.shutdown();
  }
  return { executor, gate };
}

const errors = {
  "queue full": QueueFullError,
  "shut down": ExecutorShutdownError,
  broken: BrokenExecutorError,
} as const;

async function check(t: LawContext, { name, call, result, expected }: Operation, state: State): Promise<void> {
  const { executor, gate } = await bring(t, state);
  const expectation = expected[state];
  const what = `${name} on a ${state} executor`;
  const calling = (async () => call(executor, t))();
  if (expectation === "works" || expectation === "waits") {
    if (expectation === "waits") {
      const early = await Promise.race([calling.then(() => "settled"), delay(20)]);
      same(early, undefined, `${what} waits`);
    }
    gate.open();
    same(await within(8000, calling, `${what} ends`), result, `${what} works`);
    return;
  }
  const error = await within(8000, rejection(calling, `${what} is refused`), `${what} is refused`);
  holds(error instanceof errors[expectation], `${what} is refused with ${errors[expectation].name} (got ${error})`);
  gate.open();
}

/** See the specification. */
export const operationLaws: readonly LawTest[] = operations.flatMap((operation) =>
  states.map(
    (state): LawTest => ({
      law: "L9",
      title: `${operation.name} on a ${state} executor: ${operation.expected[state]}`,
      run: (t) => check(t, operation, state),
    }),
  ),
);
