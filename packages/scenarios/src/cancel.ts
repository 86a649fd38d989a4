// A hundred long tasks, of which a part is cancelled before it starts and a part aborted while it runs. The rest must
// finish as if nothing had happened, and the executor's books must be exact.

import { type Executor, type Future, type FutureState, isEverycoreError, wait } from "@everycore/core";
import { amount, expectEqual, type RunContext, type Scenario } from "./scenario.js";
import { stepLength, tasks } from "./tasks.js";

/** Size of `cancel`. */
export interface CancelOptions {
  readonly tasks?: number;
  /** Steps of each task that may finish. */
  readonly steps?: number;
}

type Fate = "finish" | "cancel" | "abort";

interface Input {
  readonly fates: readonly Fate[];
  readonly steps: number;
}

/** How one task ended. */
export interface TaskEnd {
  readonly fate: Fate;
  /** Whether the task said that it had begun. */
  readonly began: boolean;
  readonly state: FutureState;
  readonly value: number | undefined;
  /** Code of the error, such as `EVERYCORE_CANCELLED`. */
  readonly code: string | undefined;
}

/** How all tasks ended, and by how much each of the executor's counters grew. */
export interface TaskEnds {
  readonly ends: readonly TaskEnd[];
  readonly books: Readonly<Record<(typeof counters)[number], number>>;
}

const counters = ["submitted", "pending", "running", "done", "failed", "cancelled"] as const;

/** Much longer than a step takes, so that no worker is ended for being slow to notice: that would be another scenario. */
const abortGraceMs = 10_000;

/** Makes the scenario. */
export function cancel({ tasks: count = 100, steps = 40 }: CancelOptions = {}): Scenario<Input, TaskEnds> {
  return {
    name: "cancel",
    title: "Cancel and abort",
    description:
      `Submits ${count} long tasks, cancels 40 % before they start and aborts 20 %, which would never end by themselves, ` +
      "while they run. Checked: how each one ended, the results of the rest, and the executor's own counts.",
    requires: ["tasks"],
    incomparable: "the work that is cancelled is never done",
    prepare: async () => ({ fates: Array.from({ length: count }, (_, index) => fateOf(index, count)), steps }),
    run: runOn,
    check: async (outcome, { input }) => [...checkEnds(outcome, input), ...checkBooks(outcome, input)],
    describe: ({ ends }) => {
      const some = (fate: Fate): number => ends.filter((end) => end.fate === fate).length;
      return `of ${ends.length} tasks ${some("cancel")} cancelled, ${some("abort")} aborted, ${some("finish")} finished`;
    },
  };
}

/** Of the first 60 % every third is aborted; the last 40 % are cancelled. */
function fateOf(index: number, count: number): Fate {
  if (index >= count * 0.6) return "cancel";
  return index % 3 === 1 ? "abort" : "finish";
}

async function runOn({ input, executor, signal, progress }: RunContext<Input, Executor>): Promise<TaskEnds> {
  const before = executor.stats();
  const began = new Set<number>();
  let done = 0;
  const futures = startTasks(input, executor.with({ signal, abortGraceMs }), (id, future) => {
    began.add(id);
    if (input.fates[id] === "abort") future.abort("the demo wants it to stop");
  });
  const settled = (): void => progress(++done, futures.length, amount(done, futures.length, "tasks"));
  for (const future of futures) future.addDoneCallback(settled);
  for (const [id, future] of futures.entries()) if (input.fates[id] === "cancel") future.cancel();
  await wait(futures);
  signal.throwIfAborted();
  const after = executor.stats();
  const books = Object.fromEntries(counters.map((name) => [name, after[name] - before[name]]));
  return {
    ends: futures.map((future, id) => endOf(future, input.fates[id] as Fate, began.has(id))),
    books: books as TaskEnds["books"],
  };
}

function startTasks(
  { fates, steps }: Input,
  executor: Executor,
  onBegin: (id: number, future: Future<number>) => void,
): Array<Future<number>> {
  const yields = !executor.capabilities.abortInLoops;
  return fates.map((fate, id) => {
    const future = executor.submit(tasks.addUp, id, fate === "abort" ? Number.POSITIVE_INFINITY : steps, yields);
    return future.onProgress(() => onBegin(id, future));
  });
}

function endOf(future: Future<number>, fate: Fate, began: boolean): TaskEnd {
  const { state } = future;
  try {
    return { fate, began, state, value: future.resultNow(), code: undefined };
  } catch (error) {
    return { fate, began, state, value: undefined, code: isEverycoreError(error) ? error.code : String(error) };
  }
}

/** n numbers from `id` on have this sum: Gauss's way, not the tasks'. */
function expectedSum(id: number, steps: number): number {
  const n = steps * stepLength;
  return n * id + (n * (n - 1)) / 2;
}

function expectedEnd(fate: Fate, id: number, steps: number): TaskEnd {
  if (fate === "finish") {
    return { fate, began: true, state: "finished", value: expectedSum(id, steps), code: undefined };
  }
  const code = fate === "cancel" ? "EVERYCORE_CANCELLED" : "EVERYCORE_ABORTED";
  return { fate, began: fate === "abort", state: "cancelled", value: undefined, code };
}

function checkEnds({ ends }: TaskEnds, { fates, steps }: Input): string[] {
  return [
    ...expectEqual("tasks", ends.length, fates.length),
    ...ends.flatMap((end, id) =>
      expectEqual(`task ${id}`, describeEnd(end), describeEnd(expectedEnd(fates[id] as Fate, id, steps))),
    ),
  ];
}

function describeEnd({ fate, began, state, value, code }: TaskEnd): string {
  return `to ${fate}: ${began ? "begun" : "never begun"}, ${state}, ${value ?? code}`;
}

function checkBooks({ books }: TaskEnds, { fates }: Input): string[] {
  const expected: TaskEnds["books"] = {
    submitted: fates.length,
    pending: 0,
    running: 0,
    done: fates.length,
    failed: 0,
    cancelled: fates.filter((fate) => fate !== "finish").length,
  };
  return counters.flatMap((name) => expectEqual(`stats().${name}`, books[name], expected[name]));
}
