// The same example as the tutorials have it: two threads, or two processes, that are started and joined by hand. What they
// print comes through a queue, because that is what reaches another heap.

import { type Activity, type Executor, gather, type MessageQueue } from "@everycore/core";
import { Queue } from "@everycore/sync";
import { pause } from "./calling-thread.js";
import { checkOverlap, checkSequence, list, type PrintNumbersOptions } from "./print-numbers.js";
import { expectEqual, type RunContext, type Scenario, type SerialContext } from "./scenario.js";
import { type Printed, type PrintMessage, tasks } from "./tasks.js";

type Input = Required<PrintNumbersOptions>;

/** What two activities printed, and how they ended. */
export interface ActivitiesEnd {
  readonly printed: ReadonlyArray<Printed & { readonly printer: number }>;
  /** Of each: what `join()` resolved to, whether it was alive before and after, and its exit code. */
  readonly ends: ReadonlyArray<{
    readonly joined: boolean;
    readonly alive: readonly [before: boolean, after: boolean];
    readonly exitCode: number | null | undefined;
  }>;
}

const printers = [0, 1];

/** Makes the scenario. */
export function startAndJoin({ count = 5, pauseMs = 50 }: PrintNumbersOptions = {}): Scenario<Input, ActivitiesEnd> {
  return {
    name: "start-and-join",
    title: "Print numbers with Thread or Process",
    description:
      `Starts two threads or processes (Thread, Process) that print 0 to ${count - 1} with a pause, and joins them. Checked: ` +
      "both printed every number in order, with the pauses; the two overlapped, were alive, and ended with exit code 0.",
    requires: ["activities"],
    needsQueue: true,
    prepare: async () => ({ count, pauseMs }),
    serial: runSerially,
    run: runOn,
    check: async ({ printed, ends }, { input }) => [
      ...printers.flatMap((printer) =>
        checkSequence(
          `printer ${printer}`,
          printed.filter((one) => one.printer === printer),
          input,
        ),
      ),
      ...checkOverlap(printed),
      ...ends.flatMap(({ joined, alive, exitCode }, printer) => [
        ...expectEqual(`join() of printer ${printer}`, joined, true),
        ...expectEqual(`whether printer ${printer} was alive before and after`, alive.join(), "true,false"),
        ...expectEqual(`exit code of printer ${printer}`, String(exitCode), "0"),
      ]),
    ],
    describe: ({ printed }) => `${[...new Set(printed.map(({ by }) => by))].sort().join(" and ")}: ${list(printed)}`,
  };
}

async function runSerially({ input, signal, progress }: SerialContext<Input>): Promise<ActivitiesEnd> {
  const printed: Array<Printed & { printer: number }> = [];
  for (const printer of printers) {
    for (let number = 0; number < input.count; number++) {
      await pause(input.pauseMs);
      signal.throwIfAborted();
      printed.push({ printer, by: "main", number, atMs: performance.now() });
      progress(printed.length, 2 * input.count, `main prints ${number}`);
    }
  }
  return { printed, ends: [] };
}

async function runOn({ input, backend, signal, progress }: RunContext<Input, Executor>): Promise<ActivitiesEnd> {
  const createQueue = <T>(): MessageQueue<T> =>
    backend.createQueue?.<T>({ maxSize: 4 }) ?? new Queue<T>({ maxSize: 4 });
  const output = createQueue<PrintMessage>();
  const gate = createQueue<true>();
  const activities = printers.map((printer) =>
    backend.createActivity(tasks.printInto, {
      args: [output, gate, printer, input.count, input.pauseMs],
      name: `printer-${printer}`,
    }),
  );
  for (const activity of activities) activity.start();
  const stop = (): void => activities.forEach((activity) => activity.terminate());
  signal.addEventListener("abort", stop, { once: true });
  try {
    const reading = readOutput(output, gate, input, progress);
    reading.catch(() => {}); // it ends with the activities, whose error says more
    const before = activities.map(({ isAlive }) => isAlive);
    // The queue is not shut down before both have ended; if one fails, that ends the reading too.
    const joined = await gather(activities.map((activity) => activity.join())).finally(() => output.shutDown());
    signal.throwIfAborted();
    const ends = activities.map((activity, printer) =>
      endOf(activity, joined[printer] === true, before[printer] === true),
    );
    return { printed: await reading, ends };
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
    for (const queue of [output, gate]) await queue.close?.();
  }
}

function endOf({ isAlive, exitCode }: Activity, joined: boolean, before: boolean): ActivitiesEnd["ends"][number] {
  return { joined, alive: [before, isAlive], exitCode };
}

/** Opens the gate for everybody once everybody is there, and reads what they print. */
async function readOutput(
  output: MessageQueue<PrintMessage>,
  gate: MessageQueue<true>,
  { count }: Input,
  progress: RunContext<Input, Executor>["progress"],
): Promise<Array<Printed & { printer: number }>> {
  const printed: Array<Printed & { printer: number }> = [];
  let ready = 0;
  for await (const message of output) {
    if (!("ready" in message)) {
      printed.push(message);
      progress(printed.length, printers.length * count, `${message.by} prints ${message.number}`);
    } else if (++ready === printers.length) {
      for (const _ of printers) await gate.put(true);
    }
  }
  return printed;
}
