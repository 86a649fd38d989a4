// The first example of every threading tutorial: print 0 to 4 with a pause, alone, twice at once, and through a future.

import type { Executor, Future } from "@everycore/core";
import { expectEqual, type RunContext, type Scenario, type SerialContext } from "./scenario.js";
import { type Printed, printNumbersTo, tasks } from "./tasks.js";

/** Size of `print-numbers`. */
export interface PrintNumbersOptions {
  readonly count?: number;
  readonly pauseMs?: number;
}

interface Input {
  readonly count: number;
  readonly pauseMs: number;
}

/** What was printed in each of the three ways, in the order in which it arrived here. */
export interface PrintedNumbers {
  readonly calling: readonly Printed[];
  readonly parallel: ReadonlyArray<Printed & { readonly printer: number }>;
  readonly submitted: readonly Printed[];
  /** What `future.result()` gave: how many numbers the task printed. */
  readonly result: number;
}

const printers = [0, 1];

/** Makes the scenario. */
export function printNumbers({ count = 5, pauseMs = 50 }: PrintNumbersOptions = {}): Scenario<Input, PrintedNumbers> {
  return {
    name: "print-numbers",
    title: "Print numbers",
    description:
      `Prints 0 to ${count - 1} with a pause: on the calling thread, on two workers in parallel, and through submit and ` +
      "result. Checked: every printer printed every number in order, with the pauses, and the two overlapped.",
    requires: ["tasks"],
    prepare: async () => ({ count, pauseMs }),
    serial: runSerially,
    run: runOn,
    check: async (outcome, { input, capabilities, maxWorkers }) => [
      ...checkSequence("the calling thread", outcome.calling, input),
      ...printers.flatMap((printer) =>
        checkSequence(
          `printer ${printer}`,
          outcome.parallel.filter((printed) => printed.printer === printer),
          input,
        ),
      ),
      ...checkSequence("the submitted task", outcome.submitted, input),
      ...expectEqual("result()", outcome.result, input.count),
      ...(capabilities.parallel && maxWorkers > 1 ? checkOverlap(outcome.parallel) : []),
    ],
    describe: ({ calling, parallel, submitted }) =>
      `calling thread ${list(calling)} · in parallel ${list(parallel)} · submit and result ${list(submitted)}`,
  };
}

/** `0 1 2` */
export function list(printed: readonly Printed[]): string {
  return printed.map(({ number }) => number).join(" ");
}

async function runSerially(context: SerialContext<Input>): Promise<PrintedNumbers> {
  const sink = createSink(context);
  const calling = await printHere(context, sink);
  const parallel: Array<Printed & { printer: number }> = [];
  for (const printer of printers) {
    for (const printed of await printHere(context, sink)) parallel.push({ ...printed, printer });
  }
  const submitted = await printHere(context, sink);
  return { calling, parallel, submitted, result: submitted.length };
}

async function runOn(context: RunContext<Input, Executor>): Promise<PrintedNumbers> {
  const { input, signal } = context;
  const { count, pauseMs } = input;
  const sink = createSink(context);
  const executor = context.executor.with({ signal });
  const calling = await printHere(context, sink);

  const parallel: Array<Printed & { printer: number }> = [];
  const futures = printers.map((printer) =>
    listen(executor.submit(tasks.printNumbers, count, pauseMs), (printed) => {
      parallel.push({ ...printed, printer });
      sink(printed);
    }),
  );
  for (const future of futures) await future;

  const submitted: Printed[] = [];
  const future = listen(executor.submit(tasks.printNumbers, count, pauseMs), (printed) => {
    submitted.push(printed);
    sink(printed);
  });
  return { calling, parallel, submitted, result: await future.result() };
}

function listen(future: Future<number>, print: (printed: Printed) => void): Future<number> {
  return future.onProgress((value) => print(value as Printed));
}

async function printHere(
  { input, signal }: SerialContext<Input>,
  sink: (printed: Printed) => void,
): Promise<Printed[]> {
  const all: Printed[] = [];
  const print = (printed: Printed): void => {
    all.push(printed);
    sink(printed);
  };
  await printNumbersTo(print, "main", input.count, input.pauseMs, () => signal.throwIfAborted());
  return all;
}

function createSink({ input, progress }: SerialContext<Input>): (printed: Printed) => void {
  const total = input.count * (2 + printers.length);
  let done = 0;
  return ({ by, number }) => progress(++done, total, `${by} prints ${number}`);
}

/** Numbers in order, with the pauses between them. */
export function checkSequence(
  who: string,
  printed: readonly Printed[],
  { count, pauseMs }: Required<PrintNumbersOptions>,
): string[] {
  const expected = Array.from({ length: count }, (_, number) => number).join(" ");
  const gaps = printed.slice(1).map(({ atMs }, index) => atMs - (printed[index]?.atMs ?? 0));
  // Timers may be early by a millisecond.
  const hurried = gaps.filter((gap) => gap < pauseMs - 2).length;
  return [
    ...expectEqual(`what ${who} printed`, list(printed), expected),
    ...expectEqual(`pauses of ${who} that were too short`, hurried, 0),
  ];
}

/** Each of the two printers must have begun before the other one ended. */
export function checkOverlap(parallel: ReadonlyArray<{ readonly printer: number }>): string[] {
  const order = parallel.map(({ printer }) => printer);
  const overlapped = order.indexOf(1) < order.lastIndexOf(0) && order.indexOf(0) < order.lastIndexOf(1);
  return expectEqual("whether the two printers overlapped", overlapped, true);
}
