// What the examples run on other threads and in other processes.

import { taskContext } from "@everycore/core";
import type { Connection, ProcessQueue } from "@everycore/node-processes";
import type { Barrier, Condition, Event, Lock, Queue, RLock, SharedArray, SharedValue } from "@everycore/sync";

export const square = (x: number): number => x * x;
export const add = (a: number, b: number): number => a + b;
export const answer = (): number => 42;

export function fail(message: string): never {
  throw new RangeError(message);
}

export const nameOfWorker = (): string => taskContext().workerName;
export const reportHalf = (): void => taskContext().report("half");

/** For what has to be interrupted. */
export function runForever(): Promise<never> {
  return new Promise(() => setInterval(() => {}, 60_000));
}

export function exit(code: number): never {
  process.exit(code);
}

/** Module variables belong to the thread: each has its own. */
let calls = 0;
export const countCalls = (): number => ++calls;

/** Dies while it holds the lock. */
export function dieHolding(lock: Lock): never {
  lock.acquireSync();
  process.exit(3);
}

export function increment(lock: Lock | RLock, counter: SharedValue<"int32">, times: number): void {
  for (let i = 0; i < times; i++) {
    using _ = lock.acquireSync();
    counter.value = counter.value + 1;
  }
}

export function addAtomically(counter: SharedValue<"int32">, times: number): void {
  for (let i = 0; i < times; i++) counter.add(1);
}

export function fill(array: SharedArray<"float64">, value: number): void {
  array.view.fill(value);
}

export function setLater(event: Event): void {
  event.set();
}

export const meet = (barrier: Barrier): number => barrier.waitSync();

export function produce(condition: Condition, ready: SharedValue<"int32">): void {
  using _ = condition.acquireSync();
  ready.value = 1;
  condition.notifyAll();
}

export function putAll(queue: Queue<number>, values: readonly number[]): void {
  for (const value of values) queue.putSync(value);
}

/** Takes until the queue is shut down. */
export async function sumOf(queue: Queue<number> | ProcessQueue<number>): Promise<number> {
  let sum = 0;
  for await (const value of queue) sum += value;
  return sum;
}

export async function echo(connection: Connection): Promise<void> {
  await connection.send(await connection.recv());
  await connection.close();
}

export async function putInto(queue: ProcessQueue<unknown>, value: unknown): Promise<void> {
  await queue.put(value);
}

export async function putAndStay(queue: ProcessQueue<string>, value: string): Promise<never> {
  await queue.put(value);
  return runForever();
}
