// The tasks of the platform-free scenarios. This is the module that workers load: it is built as a file of its own
// (see tsup.config.ts), and imports no scenario.

import { defineTasks, type MessageQueue, taskContext } from "@everycore/core";
import type { Barrier, Lock, SharedArray } from "@everycore/sync";
import { pause } from "./calling-thread.js";

/** A number that was printed: by which worker, and when on that worker's clock. */
export interface Printed {
  readonly by: string;
  readonly number: number;
  readonly atMs: number;
}

/**
 * Prints the numbers from 0, each after a pause. In a task, "printing" is a progress report, so that the program that
 * started the task decides where it goes. Resolves with how many numbers there were.
 */
async function printNumbers(count: number, pauseMs: number): Promise<number> {
  const { workerName, report, throwIfAborted } = taskContext();
  return printNumbersTo(report, workerName, count, pauseMs, throwIfAborted);
}

/** {@link tasks.printNumbers} for any printer. */
export async function printNumbersTo(
  print: (printed: Printed) => void,
  by: string,
  count: number,
  pauseMs: number,
  throwIfAborted: () => void,
): Promise<number> {
  for (let number = 0; number < count; number++) {
    await pause(pauseMs);
    throwIfAborted();
    print({ by, number, atMs: performance.now() });
  }
  return count;
}

/** How many primes there are in `start ≤ n < end`, by trial division. */
function countPrimes(start: number, end: number): number {
  const divisors = oddPrimesUpTo(Math.sqrt(end));
  let count = start <= 2 && end > 2 ? 1 : 0;
  for (let n = Math.max(3, start | 1); n < end; n += 2) {
    if (isPrime(n, divisors)) count++;
  }
  return count;
}

function isPrime(n: number, divisors: readonly number[]): boolean {
  for (const divisor of divisors) {
    if (divisor * divisor > n) return true;
    if (n % divisor === 0) return false;
  }
  return true;
}

function oddPrimesUpTo(limit: number): number[] {
  const primes: number[] = [];
  for (let n = 3; n <= limit; n += 2) if (isPrime(n, primes)) primes.push(n);
  return primes;
}

/** How many additions {@link tasks.addUp} makes between two looks at whether it was aborted. */
export const stepLength = 500_000;

/**
 * Adds up `id`, `id + 1`, … in `steps` steps of {@link stepLength} numbers. Reports once that it has begun. With
 * `yields`, it gives its thread away after each step: only so does it hear of an abort where `abortInLoops` is missing.
 */
async function addUp(id: number, steps: number, yields: boolean): Promise<number> {
  const { report, throwIfAborted } = taskContext();
  report(id);
  let sum = 0;
  for (let step = 0; step < steps; step++) {
    sum += addStep(id + step * stepLength);
    if (yields) await pause(0);
    throwIfAborted();
  }
  return sum;
}

function addStep(from: number): number {
  let sum = 0;
  for (let offset = 0; offset < stepLength; offset++) sum += from + offset;
  return sum;
}

/** Does nothing for a while. */
function rest(ms: number): Promise<void> {
  return pause(ms);
}

/**
 * Makes transfers, three numbers each: from, to, amount. A balance is read, and written when a while has passed. With locks, nobody else touches these accounts meanwhile; the lower number is locked first, so that no two tellers
 * wait for each other.
 */
function transferMoney(
  start: Barrier,
  balances: SharedArray<"int32">,
  locks: readonly Lock[] | undefined,
  transfers: Int32Array,
  deliberation: number,
): void {
  start.waitSync();
  for (let at = 0; at < transfers.length; at += 3) {
    const [from, to, amount] = transfers.subarray(at, at + 3) as unknown as [number, number, number];
    using _first = locks?.[Math.min(from, to)]?.acquireSync();
    using _second = locks?.[Math.max(from, to)]?.acquireSync();
    transfer(balances.view, from, to, amount, deliberation);
  }
}

function transfer(balances: Int32Array, from: number, to: number, amount: number, deliberation: number): void {
  Atomics.store(balances, from, Atomics.load(balances, from) - amount);
  const before = Atomics.load(balances, to);
  for (let step = 0; step < deliberation; step++) Atomics.load(balances, from);
  Atomics.store(balances, to, before + amount);
}

/** A piece of work in a pipeline: add up `count` numbers from `sequence` on. */
export interface Piece {
  readonly producer: number;
  readonly sequence: number;
  readonly count: number;
}

/** A {@link Piece} and its result. */
export interface Finished extends Omit<Piece, "count"> {
  readonly sum: number;
}

/** Makes pieces of work. `counts` are in shared memory: pieces put, pieces taken, and the most there were in between. */
async function produce(
  queue: MessageQueue<Piece>,
  counts: Int32Array | undefined,
  producer: number,
  pieces: number,
  count: number,
): Promise<void> {
  return produceTo(queue, counts, producer, pieces, count);
}

/** {@link tasks.produce} for the calling thread. */
export async function produceTo(
  queue: MessageQueue<Piece>,
  counts: Int32Array | undefined,
  producer: number,
  pieces: number,
  count: number,
): Promise<void> {
  for (let sequence = 0; sequence < pieces; sequence++) {
    await queue.put({ producer, sequence, count });
    if (counts) raise(counts, 2, Atomics.add(counts, 0, 1) + 1 - Atomics.load(counts, 1));
  }
}

/** Makes an element at least `value`, whoever else does so. */
function raise(counts: Int32Array, index: number, value: number): void {
  let seen = Atomics.load(counts, index);
  while (seen < value) {
    const before = Atomics.compareExchange(counts, index, seen, value);
    if (before === seen) return;
    seen = before;
  }
}

/** How many pieces {@link tasks.consume} finishes between two reports of their number. */
const reportEvery = 50;

/** Takes pieces until the queue is shut down and empty. */
async function consume(queue: MessageQueue<Piece>, counts: Int32Array | undefined): Promise<Finished[]> {
  const { report } = taskContext();
  const finished: Finished[] = [];
  for await (const piece of queue) {
    if (counts) Atomics.add(counts, 1, 1);
    finished.push(finishPiece(piece));
    if (finished.length % reportEvery === 0) report(reportEvery);
  }
  report(finished.length % reportEvery);
  return finished;
}

/** What consumers do with a piece. */
function finishPiece({ producer, sequence, count }: Piece): Finished {
  let sum = 0;
  for (let n = sequence; n < sequence + count; n++) sum += n;
  return { producer, sequence, sum };
}

/** What {@link tasks.printInto} sends: first that it is there, then what it prints. */
export type PrintMessage = { readonly printer: number } & ({ readonly ready: true } | Printed);

/** Prints numbers into a queue, once it is told to begin. */
async function printInto(
  output: MessageQueue<PrintMessage>,
  gate: MessageQueue<true>,
  printer: number,
  count: number,
  pauseMs: number,
): Promise<void> {
  await output.put({ printer, ready: true });
  await gate.get();
  gate.taskDone();
  for (let number = 0; number < count; number++) {
    await pause(pauseMs);
    await output.put({ printer, by: taskContext().workerName, number, atMs: performance.now() });
  }
}

// A type, not an interface: only a type is a record of functions, as those are who serve it.
type Tasks = {
  readonly printNumbers: typeof printNumbers;
  readonly countPrimes: typeof countPrimes;
  readonly addUp: typeof addUp;
  readonly rest: typeof rest;
  readonly transferMoney: typeof transferMoney;
  readonly produce: typeof produce;
  readonly consume: typeof consume;
  readonly printInto: typeof printInto;
};

/** The tasks, by name. A browser worker serves this table. */
export const tasks: Tasks = defineTasks(import.meta.url, {
  printNumbers,
  countPrimes,
  addUp,
  rest,
  transferMoney,
  produce,
  consume,
  printInto,
});
