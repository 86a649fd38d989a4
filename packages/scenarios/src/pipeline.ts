// Producers, a bounded queue, consumers. The calling thread is one of the producers: it awaits room in the queue, while
// workers put and take at the same time. Nobody is ever more than the queue's size ahead.

import { type Executor, type Future, gather, type MessageQueue } from "@everycore/core";
import { Queue } from "@everycore/sync";
import { amount, expectEqual, type RunContext, type Scenario } from "./scenario.js";
import { type Finished, type Piece, produceTo, tasks } from "./tasks.js";

/** Size of `pipeline`. */
export interface PipelineOptions {
  /** Pieces of work, of all producers together. */
  readonly pieces?: number;
  readonly maxSize?: number;
}

interface Input {
  readonly pieces: number;
  readonly maxSize: number;
}

/** What the consumers did. */
export interface PipelineOutcome {
  /** How many pieces each producer made. */
  readonly made: readonly number[];
  /** What each consumer finished, in its order. */
  readonly finished: ReadonlyArray<readonly Finished[]>;
  /** The most pieces that were put and not yet taken; `undefined` where no memory is shared and nobody can see that. */
  readonly mostWaiting: number | undefined;
}

/** How many numbers a piece of work is. */
const pieceLength = 20_000;

/** Makes the scenario. */
export function pipeline({ pieces = 1000, maxSize = 16 }: PipelineOptions = {}): Scenario<Input, PipelineOutcome> {
  return {
    name: "pipeline",
    title: "Pipeline",
    description:
      `Sends ${pieces.toLocaleString("en")} pieces of work from producers, of which one is the calling thread, through a queue for ` +
      `${maxSize} to consumers. Checked: each piece came once, those of a producer in order, each result, and the queue's bound.`,
    requires: ["tasks"],
    needsQueue: true,
    incomparable: "the queue sets the pace",
    prepare: async () => ({ pieces, maxSize }),
    run: runOn,
    check: async (outcome, { input }) => [
      ...checkPieces(outcome, input),
      ...outcome.finished.flatMap((own, consumer) => checkOrder(own, consumer)),
      ...checkBound(outcome, input),
    ],
    describe: ({ made, finished, mostWaiting }) =>
      `${finished.flat().length.toLocaleString("en")} pieces from ${count(made, "producer")} to ${count(finished, "consumer")}; ` +
      (mostWaiting === undefined ? "the queue was out of sight" : `at most ${mostWaiting} waited`),
  };
}

async function runOn({
  input,
  signal,
  backend,
  progress,
  ...context
}: RunContext<Input, Executor>): Promise<PipelineOutcome> {
  const executor = context.executor.with({ signal });
  const { maxWorkers, capabilities } = executor;
  const { maxSize } = input;
  const counts = capabilities.sharedMemory ? new Int32Array(new SharedArrayBuffer(12)) : undefined;
  const queue: MessageQueue<Piece> = backend.createQueue?.<Piece>({ maxSize }) ?? new Queue<Piece>({ maxSize });
  // Half of the workers produce and half consume; of one worker alone, the calling thread is the producer.
  const made = shares(input.pieces, 1 + Math.floor(maxWorkers / 2));
  const [here = 0, ...elsewhere] = made;
  let done = 0;
  const consumers = Array.from({ length: Math.ceil(maxWorkers / 2) }, () =>
    executor.submit(tasks.consume, queue, counts).onProgress((more) => {
      done += more as number;
      progress(done, input.pieces, amount(done, input.pieces, "pieces"));
    }),
  );
  const producers = elsewhere.map((count, index) =>
    executor.submit(tasks.produce, queue, counts, index + 1, count, pieceLength),
  );
  // Who waits for a piece or for room must not wait for somebody who has failed.
  for (const future of [...producers, ...consumers])
    future.addDoneCallback(() => void (isLost(future) && queue.shutDown()));
  const produced = Promise.all([produceTo(queue, counts, 0, here, pieceLength), ...producers]);
  try {
    const [, ...finished] = await gather([produced.then(() => queue.shutDown()), ...consumers]);
    return { made, finished: finished as Finished[][], mostWaiting: counts?.[2] };
  } finally {
    await queue.close?.();
  }
}

function count(people: readonly unknown[], what: string): string {
  return `${people.length} ${what}${people.length === 1 ? "" : "s"}`;
}

function isLost(future: Future<unknown>): boolean {
  return future.failed() || future.cancelled();
}

/** A number in almost equal parts. */
function shares(total: number, parts: number): number[] {
  return Array.from(
    { length: parts },
    (_, part) => Math.floor(((part + 1) * total) / parts) - Math.floor((part * total) / parts),
  );
}

function checkPieces({ made, finished }: PipelineOutcome, { pieces }: Input): string[] {
  const seen = new Map<string, number>();
  for (const { producer, sequence } of finished.flat()) {
    const name = `${producer}/${sequence}`;
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  const expected = made.flatMap((count, producer) =>
    Array.from({ length: count }, (_, sequence) => `${producer}/${sequence}`),
  );
  const extra = [...seen.keys()].filter((name) => !new Set(expected).has(name));
  return [
    ...expectEqual(
      "pieces made",
      made.reduce((a, b) => a + b, 0),
      pieces,
    ),
    ...expected.flatMap((name) => expectEqual(`how often piece ${name} was finished`, seen.get(name) ?? 0, 1)),
    ...expectEqual("pieces that nobody made", extra.length, 0),
    ...finished
      .flat()
      .flatMap((piece) =>
        expectEqual(`the sum of piece ${piece.producer}/${piece.sequence}`, piece.sum, expectedSum(piece)),
      ),
  ];
}

/** The sum of `sequence`, `sequence + 1`, … by Gauss's formula, which is not how consumers find it. */
function expectedSum({ sequence }: Finished): number {
  return pieceLength * sequence + (pieceLength * (pieceLength - 1)) / 2;
}

/** What one consumer took of one producer it took in the order in which it was put. */
function checkOrder(own: readonly Finished[], consumer: number): string[] {
  const last = new Map<number, number>();
  return own.flatMap(({ producer, sequence }) => {
    const before = last.get(producer) ?? -1;
    last.set(producer, sequence);
    return sequence > before
      ? []
      : [`consumer ${consumer} got piece ${producer}/${sequence} after ${producer}/${before}`];
  });
}

/** A consumer counts a piece after it has taken it, so each may have one that is still counted as waiting. */
function checkBound({ mostWaiting, finished }: PipelineOutcome, { maxSize }: Input): string[] {
  if (mostWaiting === undefined || mostWaiting <= maxSize + finished.length) return [];
  return [`${mostWaiting} pieces waited, although the queue holds ${maxSize}`];
}
