// The tasks of the platform-free scenarios. This is the module that workers load: it is built as a file of its own
// (see tsup.config.ts), and imports no scenario.

import { defineTasks, taskContext } from "@everycore/core";
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

interface Tasks {
  readonly printNumbers: typeof printNumbers;
  readonly countPrimes: typeof countPrimes;
  readonly addUp: typeof addUp;
  readonly rest: typeof rest;
}

/** The tasks, by name. A browser worker serves this table. */
export const tasks: Tasks = defineTasks(import.meta.url, { printNumbers, countPrimes, addUp, rest });
