// The functions that the laws run in workers, as plain exports: what a backend that sends functions by reference finds.
// The same functions by name are in tasks.ts. Platform-free: what only some runtimes have is looked up on globalThis.

import { BrokenBarrierError, move, QueueShutDownError, registerErrorClass, taskContext } from "@everycore/core";
import type {
  Barrier,
  Condition,
  Event,
  Guard,
  Lock,
  Queue,
  RLock,
  Semaphore,
  SharedArray,
  SharedValue,
} from "@everycore/sync";
import { Parcel } from "./parcel.js";
import { portrait } from "./portrait.js";

interface Host {
  readonly process?: { exit(code: number): never; exitCode?: number; readonly pid: number };
  readonly gc?: () => void;
  readonly SharedArrayBuffer?: SharedArrayBufferConstructor;
  readonly WebAssembly: {
    readonly Memory: new (limits: object) => { readonly buffer: SharedArrayBuffer };
  };
  close?(): void;
}

const host = globalThis as unknown as Host;

/** What a worker remembers from one task to the next. */
const memory = {
  runs: [] as number[],
  initialized: [] as unknown[],
  finished: [] as string[],
  kept: [] as unknown[],
  weak: undefined as WeakRef<object> | undefined,
};

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Memory that one may wait on. Also a page that shares none gives it to WebAssembly. */
function ownMemory(): SharedArrayBuffer {
  if (host.SharedArrayBuffer) return new host.SharedArrayBuffer(4);
  return new host.WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer;
}

// ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export function identity<T>(value: T): T {
  return value;
}

export function add(a: number, b: number): number {
  return a + b;
}

/** The weight of what is in the parcels, and whether the two are one. */
export function weigh(packed: { first: Parcel }, second: Map<string, Parcel>): [number, number, boolean] {
  const other = second.get("second") as Parcel;
  return [packed.first.weight, other.weight, packed.first === other];
}

export function pack(contents: unknown): unknown {
  return [contents, new Parcel(contents, new Parcel(1, 2))];
}

export function sharedWeight(): number {
  return (taskContext().shared as { parcel: Parcel }).parcel.weight;
}

export async function* parcels(count: number): AsyncGenerator<Parcel> {
  for (let weight = 1; weight <= count; weight++) yield new Parcel(...new Array(weight).fill(0));
}

export async function weighAll(stream: AsyncIterable<Parcel>): Promise<number[]> {
  const weights: number[] = [];
  for await (const parcel of stream) weights.push(parcel.weight);
  return weights;
}

export function list(...values: unknown[]): unknown[] {
  return values;
}

export async function addLater(a: number, b: number): Promise<number> {
  await pause(1);
  return a + b;
}

export function nothing(): void {}

/** How the argument looks here; see portrait.ts. */
export function describe(value: unknown): string {
  return portrait(value);
}

/** How many bytes came along behind a view. */
export function bytesBehind(view: ArrayBufferView): number {
  return view.buffer.byteLength;
}

/** A view of the middle of a larger buffer. */
export function middleOf(bytes: number): Uint8Array {
  return new Uint8Array(bytes).subarray(4, 8).fill(7);
}

export function bytes(length: number): Uint8Array {
  return new Uint8Array(length).fill(1);
}

/** Returns bytes with their buffer moved, and keeps hold of them; see {@link keptBytes}. */
export function moveBytes(length: number): Uint8Array {
  const result = new Uint8Array(length).fill(1);
  memory.kept = [result];
  return move(result);
}

export function keepBytes(length: number): Uint8Array {
  const result = new Uint8Array(length).fill(1);
  memory.kept = [result];
  return result;
}

export function keptBytes(): number {
  return (memory.kept[0] as Uint8Array).byteLength;
}

export function sumOf(numbers: Uint8Array): number {
  return numbers.reduce((sum, value) => sum + value, 0);
}

export function increment(shared: SharedArrayBuffer, index: number): number {
  return Atomics.add(new Int32Array(shared), index, 1);
}

/** A result that cannot be sent. */
export function unsendable(): unknown {
  return { config: { onDone: () => undefined } };
}

// ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function sleep<T>(ms: number, value?: T): Promise<T | undefined> {
  await pause(ms);
  return value;
}

/** Runs until the gate opens; see gate.ts. Yields to the event loop, so that backends without threads go on. */
export async function hold<T>(gate: unknown, value?: T): Promise<T | undefined> {
  if (typeof SharedArrayBuffer !== "undefined" && gate instanceof SharedArrayBuffer) {
    const flag = new Int32Array(gate);
    while (Atomics.load(flag, 0) === 0) await pause(1);
  } else for await (const _ of gate as AsyncIterable<unknown>);
  return value;
}

/** Keeps the worker busy without yielding. */
export function spin<T>(ms: number, value?: T): T | undefined {
  const end = performance.now() + ms;
  while (performance.now() < end);
  return value;
}

export function spinForever(): never {
  for (;;);
}

/** As stuck as `spinForever`, but it leaves the core to others: a page ends such a worker only after two seconds. */
export function stickForever(): never {
  const unchanged = new Int32Array(ownMemory());
  for (;;) Atomics.wait(unchanged, 0, 0, 1);
}

/** A loop that never yields but listens. */
export function spinUntilAborted(): number {
  const { throwIfAborted } = taskContext();
  for (;;) throwIfAborted();
}

/** Waits for the abort, and stops with the signal's reason. */
export async function waitForAbort(): Promise<never> {
  const { signal } = taskContext();
  while (!signal.aborted) await pause(1);
  throw signal.reason;
}

/** Waits for the abort, cleans up and returns a value all the same. */
export async function finishDespiteAbort(): Promise<string> {
  const { signal } = taskContext();
  while (!signal.aborted) await pause(1);
  return "finished";
}

/** Waits for the signal's event, and stops with the reason. */
export async function abortEvent(): Promise<never> {
  const { signal } = taskContext();
  signal.throwIfAborted();
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  throw signal.reason;
}

// ── what runs where ─────────────────────────────────────────────────────────────────────────────────────────────────

export function workerId(): number {
  return taskContext().workerId;
}

/** The worker's number, after a while, so that others have to take the next task. */
export async function workerIdAfter(ms: number): Promise<number> {
  const { workerId } = taskContext();
  await pause(ms);
  return workerId;
}

export function workerName(): string {
  return taskContext().workerName;
}

export function processId(): number {
  return host.process?.pid ?? -1;
}

export function recordRun(index: number): number {
  memory.runs.push(index);
  return index;
}

/** What {@link recordRun} noted in this worker; forgets it. */
export function takeRuns(): number[] {
  return memory.runs.splice(0);
}

export function initialize(...values: unknown[]): void {
  memory.initialized.push(values.length > 0 ? values[0] : true);
}

export async function initializeLater(value: unknown): Promise<void> {
  await pause(5);
  memory.initialized.push(value);
}

export function initialized(): unknown {
  return memory.initialized.at(-1);
}

export function failInitializer(message: string): never {
  throw new RangeError(message);
}

export function sharedData(): unknown {
  return taskContext().shared;
}

/** Adds one to the counter in the shared data; returns what was there. */
export function incrementShared(): number {
  const { counter } = taskContext().shared as { counter: SharedArrayBuffer };
  return Atomics.add(new Int32Array(counter), 0, 1);
}

export async function reportSteps(steps: number): Promise<string> {
  const { report } = taskContext();
  for (let step = 0; step < steps; step++) {
    report(step);
    if (step % 10 === 9) await pause(1);
  }
  return "done";
}

/** As {@link reportSteps}, and asks for its context anew after an await. */
export async function reportAfterAwait(): Promise<number> {
  await pause(1);
  taskContext().report("after an await");
  return taskContext().workerId;
}

/** Reports without a pause, and returns what fits into a slot. */
export function reportAtOnce(steps: number): number {
  for (let step = 0; step < steps; step++) taskContext().report(step);
  return steps;
}

// ── the worker's end and its memory ─────────────────────────────────────────────────────────────────────────────────

/** Ends the worker in the middle of the task. */
export async function exitWorker(code: number): Promise<never> {
  if (host.process) host.process.exit(code);
  host.close?.();
  for (;;) await pause(1000);
}

/** Lets the worker end by itself, with this code. */
export function setExitCode(code: number): void {
  if (host.process) host.process.exitCode = code;
}

/** Starts returning much, and ends the worker in the same breath. */
export function exitWhileReturning(length: number): Uint8Array {
  queueMicrotask(() => queueMicrotask(() => void exitWorker(7)));
  return new Uint8Array(length);
}

export function fillMemory(): never {
  const hoard: unknown[] = [];
  for (;;) hoard.push(new Array(100_000).fill(hoard.length).map((value, index) => ({ value, index })));
}

/** Keeps so many bytes for ever; works on for a while. */
export async function hoard(length: number, ms: number): Promise<number> {
  memory.kept.push(new Uint8Array(length).fill(1));
  await pause(ms);
  return taskContext().workerId;
}

/** Remembers the argument, but holds nothing. */
export function remember(value: object): void {
  memory.weak = new WeakRef(value);
}

/** Collects garbage; whether what {@link remember} saw is still there, or null where nothing can be collected. */
export async function isRemembered(): Promise<boolean | null> {
  if (!host.gc) return null;
  for (let round = 0; round < 5 && memory.weak?.deref(); round++) {
    await pause(5);
    host.gc();
  }
  return memory.weak?.deref() !== undefined;
}

/** Prints numbered lines. */
export function printLines(prefix: string, count: number): void {
  for (let line = 0; line < count; line++) console.log(`${prefix}${line}`);
}

/** Prints numbered lines on the error output. */
export function printErrors(prefix: string, count: number): void {
  for (let line = 0; line < count; line++) console.error(`${prefix}${line}`);
}

/** Prints when it is long over. */
export function printLater(ms: number, prefix: string): void {
  setTimeout(() => printLines(prefix, 1), ms);
}

// ── errors ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** An error class that both sides know. */
export class OrderError extends RangeError {
  override readonly name: string = "OrderError";
  readonly order: number;
  constructor(message: string, order: number) {
    super(message);
    this.order = order;
  }
}
registerErrorClass(OrderError, "everycore.conformance.OrderError");

class UnknownError extends TypeError {
  override readonly name: string = "UnknownError";
  readonly details: object = { table: 7, seats: ["a", "b"] };
}

export function fail(message: string): never {
  throw new Error(message);
}

export function failAt(value: number, at: number): number {
  if (value === at) throw new RangeError(`no ${value}`);
  return value;
}

export async function failAfter(ms: number, message: string): Promise<never> {
  await pause(ms);
  throw new Error(message);
}

/** Throws when it is long over. */
export function failLater(ms: number, message: string): void {
  setTimeout(() => fail(message), ms);
}

export function throwValue(value: unknown): never {
  throw value;
}

/** Throws a value of its own making, for what cannot travel as an argument. */
export function throwKind(kind: string): never {
  if (kind === "undefined") throw undefined;
  if (kind === "function") throw () => 1;
  if (kind === "registered") throw new OrderError("out of order", 5);
  if (kind === "unknown") throw new UnknownError("of a class of my own");
  if (kind === "dom") throw new DOMException("no such thing", "NotFoundError");
  if (kind === "timeout") {
    const error = new Error("the task's own timeout");
    error.name = "TimeoutError";
    throw error;
  }
  if (kind === "cause") {
    throw new Error("outer", { cause: new TypeError("middle", { cause: new RangeError("inner", { cause: 42 }) }) });
  }
  if (kind === "cycle") {
    const error = new Error("round");
    error.cause = error;
    throw error;
  }
  if (kind === "aggregate") {
    throw new AggregateError([new TypeError("first"), new OrderError("second", 2), "third"], "several");
  }
  if (kind === "properties") {
    throw Object.assign(new Error("with properties"), { code: "E_MINE", status: 404, onRetry: () => undefined });
  }
  throw new Error(`no such kind: ${kind}`);
}

// ── streams ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export function* count(to: number): Generator<number> {
  for (let value = 0; value < to; value++) yield value;
}

/** Yields when each value was made, on the clock that all workers share. */
export async function* timestamps(): AsyncGenerator<number> {
  for (;;) {
    yield Date.now();
    await pause(1);
  }
}

export async function* countForever(label: string): AsyncGenerator<number> {
  try {
    for (let value = 0; ; value++) yield value;
  } finally {
    memory.finished.push(label);
  }
}

/** Labels of the generators whose `finally` ran in this worker. */
export function finished(): string[] {
  return [...memory.finished];
}

export function* countAndFail(to: number): Generator<number> {
  for (let value = 0; value < to; value++) yield value;
  throw new RangeError(`stopped at ${to}`);
}

/** Yields, and then ends its worker. */
export async function* countAndExit(to: number): AsyncGenerator<number> {
  for (let value = 0; value < to; value++) yield value;
  await pause(20);
  host.process?.exit(9);
  host.close?.();
  await pause(60_000);
}

/** Reads one value, and then ends its worker. */
export async function readAndExit(values: AsyncIterable<number>): Promise<void> {
  for await (const _ of values) {
    await pause(10);
    host.process?.exit(9);
    host.close?.();
  }
}

export async function sumUp(values: AsyncIterable<number>): Promise<number> {
  let sum = 0;
  for await (const value of values) sum += value;
  return sum;
}

export async function firstOf(values: AsyncIterable<number>, length: number): Promise<number[]> {
  const first: number[] = [];
  for await (const value of values) if (first.push(value) === length) break;
  return first;
}

// ── queues ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the tasks of queues put: who put it, and the how manieth it is. */
export type NumberedItem = readonly [producer: number, number: number];

export async function putItems(
  queue: Queue<NumberedItem>,
  producer: number,
  count: number,
  isSync: boolean,
): Promise<void> {
  for (let number = 0; number < count; number++) {
    if (isSync) queue.putSync([producer, number]);
    else await queue.put([producer, number]);
  }
}

/** Everything until the queue is shut down. */
export async function takeItems(queue: Queue<NumberedItem>, isSync: boolean): Promise<NumberedItem[]> {
  const items: NumberedItem[] = [];
  try {
    for (;;) items.push(isSync ? queue.getSync() : await queue.get());
  } catch (error) {
    if (error instanceof QueueShutDownError) return items;
    throw error;
  }
}

export async function getItem(queue: Queue<NumberedItem>, isSync: boolean): Promise<NumberedItem> {
  return isSync ? queue.getSync() : queue.get();
}

export function finishItem(queue: Queue<NumberedItem>): void {
  queue.taskDone();
}

// ── primitives ──────────────────────────────────────────────────────────────────────────────────────────────────────

async function acquire(lock: Lock | RLock | Semaphore, isSync: boolean): Promise<Guard> {
  return isSync ? lock.acquireSync() : await lock.acquire();
}

/** Adds 1 to the first number, `count` times, not atomically; now and then others have time to come between. */
export async function addUnderLock(
  lock: Lock | RLock,
  sum: SharedArray<"float64">,
  count: number,
  isSync: boolean,
): Promise<void> {
  for (let n = 0; n < count; n++) {
    const guard = await acquire(lock, isSync);
    const before = sum.view[0] as number;
    if (n % 100 === 0) await pause(1);
    sum.view[0] = before + 1;
    guard.release();
  }
}

export function addUnderSharedLock(count: number, isSync: boolean): Promise<void> {
  const { lock, sum } = taskContext().shared as { lock: Lock; sum: SharedArray<"float64"> };
  return addUnderLock(lock, sum, count, isSync);
}

export async function holdLock(lock: Lock | RLock, held: Event, release: Event, isSync: boolean): Promise<void> {
  const guard = await acquire(lock, isSync);
  held.set();
  if (isSync) release.waitSync();
  else await release.wait();
  guard.release();
}

export function releaseLock(lock: Lock | RLock | Semaphore): void {
  lock.release();
}

export function throwUnderLock(lock: Lock): never {
  using _guard = lock.acquireSync();
  throw new Error("thrown under a lock");
}

/** Acquires and releases as often; after each release, whether the lock is free. */
export function nestLock(lock: RLock, depth: number): boolean[] {
  const guards = Array.from({ length: depth }, () => lock.acquireSync());
  return guards.map((guard) => {
    guard.release();
    return !lock.locked;
  });
}

export async function waitForLock(lock: Lock, waiting: SharedValue<"int32">, isSync: boolean): Promise<void> {
  waiting.add(1);
  (await acquire(lock, isSync)).release();
}

/** Ends the worker while it holds the lock. */
export async function endUnderLock(lock: Lock, held: Event, code: number): Promise<void> {
  await lock.acquire();
  held.set();
  // So that others wait already, or are about to.
  await pause(50);
  await exitWorker(code);
}

export async function waitForNotification(
  condition: Condition,
  waiting: SharedValue<"int32">,
  woken: SharedValue<"int32">,
  isSync: boolean,
): Promise<void> {
  const guard = await acquire(condition.lock, isSync);
  waiting.add(1);
  if (isSync ? condition.waitSync() : await condition.wait()) woken.add(1);
  guard.release();
}

/** Takes items one by one until `total` are taken by all together; how many it took. */
export async function takeUnderCondition(
  condition: Condition,
  items: SharedValue<"int32">,
  taken: SharedValue<"int32">,
  total: number,
  isSync: boolean,
): Promise<number> {
  const isReady = (): boolean => items.value > 0 || taken.value === total;
  for (let mine = 0; ; mine++) {
    const guard = await acquire(condition.lock, isSync);
    if (isSync) condition.waitForSync(isReady);
    else await condition.waitFor(isReady);
    const isDone = items.value === 0;
    if (!isDone) {
      items.value -= 1;
      taken.value += 1;
      if (taken.value === total) condition.notifyAll();
    }
    guard.release();
    if (isDone) return mine;
  }
}

/** Acquires and releases; `most` keeps how many permits were in use at once. */
export async function usePermits(
  semaphore: Semaphore,
  inUse: SharedValue<"int32">,
  most: SharedValue<"int32">,
  rounds: number,
  isSync: boolean,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const guard = await acquire(semaphore, isSync);
    const now = inUse.add(1) + 1;
    for (let seen = most.value; seen < now; seen = most.value) most.compareExchange(seen, now);
    if (round % 50 === 0) await pause(0);
    inUse.sub(1);
    guard.release();
  }
}

export async function waitForEvent(event: Event, waiting: SharedValue<"int32">, isSync: boolean): Promise<boolean> {
  waiting.add(1);
  return isSync ? event.waitSync() : await event.wait();
}

/** Meets the others, round after round: its index, and how many had arrived when it went on. */
export async function meetInRounds(
  barrier: Barrier,
  arrivals: SharedArray<"int32">,
  rounds: number,
  isSync: boolean,
): Promise<Array<{ index: number; arrived: number }>> {
  const visits: Array<{ index: number; arrived: number }> = [];
  for (let round = 0; round < rounds; round++) {
    Atomics.add(arrivals.view, round, 1);
    const index = isSync ? barrier.waitSync() : await barrier.wait();
    visits.push({ index, arrived: Atomics.load(arrivals.view, round) });
  }
  return visits;
}

export async function meetOnce(barrier: Barrier, isSync: boolean): Promise<number | "broken"> {
  try {
    return isSync ? barrier.waitSync() : await barrier.wait();
  } catch (error) {
    if (error instanceof BrokenBarrierError) return "broken";
    throw error;
  }
}
