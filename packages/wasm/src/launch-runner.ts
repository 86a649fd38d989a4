// Runs the launches of one executor: takes them from the backlog, puts them into the ring, and settles them. Loaded with the first
// kernel, together with the compiler.
//
// Rules
//   1. Items leave the backlog in order. A launch goes into the ring; a step (a copy to or from a device array) runs on the host,
//      alone: when everything before it is over, and before anything behind it is in the ring. So does a launch with a barrier start.
//   2. Launches settle in order, after what they wrote was copied out.
//   3. A launch that is worth less than `smallNs`, or any while no thread is up, runs on the calling thread, but never inside of
//      `submit`, and never for longer than `turnMs` in one turn of the event loop. Programs with loops are left to the threads, if
//      there are any: how long a unit takes is not known, and nothing could stop it here. `run` takes part without a limit.
//   4. While `run` waits, nothing of the program is called: futures of other launches settle in the microtask after it.
//   5. The process is kept alive exactly while something is pending: by the threads, or by the next turn that was asked for.

import {
  AbortError,
  CancelledError,
  InvalidStateError,
  setCancelled,
  setException,
  setResult,
  startTimer,
  TimeoutError,
  WorkerLostError,
} from "@everycore/core";
import type { LaunchPlan } from "@everycore/kernel/ir";
import type { ArrayOwner } from "./device-array.js";
import { DirectRun } from "./direct-run.js";
import type { FoundFeatures } from "./engine.js";
import { type Executable, Executables, type Tool } from "./executable.js";
import { type KernelThreadEnd, KernelThreads, type StartKernelThread } from "./kernel-threads.js";
import { Launch } from "./launch.js";
import type { BacklogRunner, LaunchBacklog } from "./launch-backlog.js";
import { frameSize, writeFrame } from "./launch-frame.js";
import { resultOf } from "./launch-result.js";
import { LaunchRing, maxThreads, ringBytes } from "./launch-ring.js";
import { chunkUnits, longUnitNs, smallNs } from "./launch-worth.js";

const turnMs = 1;
const abortGraceMs = 250;
const spins = 1000;

/** What a runner is made with. */
export interface RunnerOptions {
  readonly maxWorkers: number;
  readonly startThread: StartKernelThread | undefined;
  /** Whether the calling thread may block. */
  readonly blocking: boolean;
  /** Calls back in a later turn of the event loop, and keeps the process alive until then. */
  readonly later: (callback: () => void) => void;
}

/** See above. */
export class LaunchRunner implements BacklogRunner {
  readonly #backlog: LaunchBacklog;
  readonly #owner: ArrayOwner;
  readonly #options: RunnerOptions;
  readonly #executables: Executables;
  readonly #ring: LaunchRing;
  readonly #threads: KernelThreads | undefined;
  readonly #flying: Launch[] = [];
  readonly #direct = new WeakMap<Executable, DirectRun>();
  /** Launches of which a thread died, and which others have not left yet. */
  readonly #lost = new Set<number>();
  #planned = false;
  #turnPlanned = false;
  /** Settlements that wait for the end of `run`; see rule 4. */
  #deferred: Array<() => void> | undefined;

  constructor(backlog: LaunchBacklog, owner: ArrayOwner, features: FoundFeatures, tool: Tool, options: RunnerOptions) {
    this.#backlog = backlog;
    this.#owner = owner;
    this.#options = options;
    const { heap, label } = owner;
    this.#executables = new Executables(features, heap, tool);
    this.#ring = new LaunchRing(heap.shared ? new SharedArrayBuffer(ringBytes) : new ArrayBuffer(ringBytes));
    for (let thread = 0; thread < maxThreads; thread++) this.#ring.clearRow(thread);
    if (!heap.shared || !options.startThread) return;
    const onLost = (number: number, end: KernelThreadEnd): void => this.#onLost(number, end);
    const host = { label, ring: this.#ring, memory: heap.memory, onBell: () => this.#pump(), onLost };
    this.#threads = new KernelThreads(options.startThread, host, spins);
  }

  get last(): Launch | undefined {
    return this.#flying.at(-1);
  }

  /** The program of a plan, compiled. Throws what the compiler throws. */
  executableOf(plan: LaunchPlan): Executable {
    return this.#executables.of(plan);
  }

  /** Runs a launch here and now, after everything that was submitted before; gives its result or throws its error. */
  run(plan: LaunchPlan): unknown {
    const executable = this.#executables.of(plan);
    const units = executable.unitsOf(plan);
    if (this.#backlog.isIdle && units * executable.nsPerUnit <= smallNs && DirectRun.takes(plan, units)) {
      return this.#directRun(executable, plan).run(plan, units);
    }
    const { startThread, maxWorkers } = this.#options;
    const launch = new Launch(plan, this.#backlog, startThread ? maxWorkers - 1 : 0, false);
    launch.executable = executable;
    this.#backlog.staging.place(launch);
    this.#drive(launch);
    const { outcome } = launch;
    if (outcome && "error" in outcome) throw outcome.error;
    return outcome?.value;
  }

  #directRun(executable: Executable, plan: LaunchPlan): DirectRun {
    let direct = this.#direct.get(executable);
    if (!direct) {
      direct = new DirectRun(this.#owner, executable, plan);
      this.#direct.set(executable, direct);
    }
    return direct;
  }

  /** Runs everything that is pending, up to and with `launch`, with the help of the calling thread. */
  #drive(launch: Launch): void {
    this.#backlog.items.push(launch);
    this.#deferred ??= [];
    try {
      while (launch.state !== "over") {
        this.#turnOver();
        const head = this.#flying[0];
        if (!head) continue;
        if (head.estimateNs > smallNs) this.#wakeThreads(head);
        if (this.#takePart(head, Number.POSITIVE_INFINITY)) continue;
        if (!this.#ring.await(head.number, this.#options.blocking)) throw this.#refusal(launch, head);
      }
    } finally {
      const settlements = this.#deferred;
      this.#deferred = undefined;
      queueMicrotask(() => settlements.forEach((settle) => settle()));
      this.plan();
    }
  }

  /** Rule 10 of the ring: `launch` is behind `head`, so that no part of it has run. */
  #refusal(launch: Launch, head: Launch): InvalidStateError {
    this.#backlog.withdraw(launch, new CancelledError());
    const [own, other] = [launch.plan.program.name, head.plan.program.name];
    return new InvalidStateError(
      `run("${own}") cannot wait for "${other}", which was submitted before: a kernel thread that works on it is being ended. Await its future first.`,
    );
  }

  /** Starts the threads that launches would start. */
  startThreads(): void {
    this.#threads?.want(this.#options.maxWorkers);
  }

  /** Ends the threads now: the launch that runs fails. */
  terminateThreads(): void {
    this.#threads?.terminate();
  }

  /** Ends the threads for good. */
  async end(): Promise<void> {
    await this.#threads?.end();
  }

  // ── what a launch in the ring asks ────────────────────────────────────────────────────────────────────────────────

  /** Its memory is in use until the ring has passed it. */
  withdraw(launch: Launch, error: CancelledError): boolean {
    if (!this.#ring.withdraw(launch.number)) return false;
    launch.end();
    if (launch.future) setCancelled(launch.future, error);
    this.plan();
    return true;
  }

  stop(launch: Launch): void {
    launch.incomplete = this.#ring.stop(launch.number) > 0;
    const endThreads = (): void => this.#threads?.terminateIn(launch.number);
    launch.addCleanup(startTimer(abortGraceMs, endThreads));
    this.plan();
  }

  hasStarted(launch: Launch): boolean {
    return this.#ring.hasStarted(launch.number);
  }

  cancelAll(): void {
    for (const launch of [...this.#flying]) launch.future?.cancel();
  }

  // ── turns ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      this.#pump();
    });
  }

  /** Rule 3. */
  #pump(): void {
    const deadline = performance.now() + turnMs;
    for (;;) {
      this.#turnOver();
      const head = this.#flying[0];
      if (!head) return this.#rest();
      if (this.#turnPlanned) return;
      const late = performance.now() >= deadline;
      if ((late || head.estimateNs > smallNs || head.executable?.unbounded) && this.#wakeThreads(head)) {
        if (this.#sleepUntilBell(head)) return;
      } else if (late) return this.#planTurn();
      else if (!this.#takePart(head, deadline) && this.#sleepUntilBell(head)) return;
    }
  }

  #planTurn(): void {
    this.#turnPlanned = true;
    this.#options.later(() => {
      this.#turnPlanned = false;
      this.#pump();
    });
  }

  /** Settles what is over and puts into the ring what may follow. */
  #turnOver(): void {
    do {
      this.#ring.advance();
      for (const number of this.#lost) {
        if (this.#ring.isPast(number) || this.#ring.giveUp(number)) this.#lost.delete(number);
      }
      this.#collect();
    } while (this.#fill());
  }

  #collect(): void {
    for (let head = this.#flying[0]; head && this.#ring.isPast(head.number); head = this.#flying[0]) {
      this.#flying.shift();
      if (head.state === "over") this.#backlog.release(head);
      else this.#finish(head);
    }
  }

  /** Rule 1. Whether there is something to collect at once. */
  #fill(): boolean {
    const { items } = this.#backlog;
    for (let item = items[0]; item && this.#ring.hasRoom(this.#flying[0]?.number); item = items[0]) {
      if (this.#flying.length > 0 && ("step" in item || item.barrier)) break;
      items.shift();
      if ("step" in item) {
        item.step();
        this.#backlog.release(item);
      } else this.#tryToFly(item);
    }
    const head = this.#flying[0];
    if (head?.timeoutMs !== undefined && !head.timed) this.#startClock(head, head.timeoutMs);
    return head !== undefined && this.#ring.isPast(head.number);
  }

  #tryToFly(launch: Launch): void {
    try {
      this.#fly(launch);
    } catch (error) {
      launch.failure = { error };
      this.#finish(launch);
    }
  }

  #fly(launch: Launch): void {
    const { plan } = launch;
    const { heap } = this.#owner;
    launch.executable ??= this.#executables.of(plan);
    const { executable } = launch;
    if (launch.late) this.#backlog.staging.placeLate(launch);
    launch.units = executable.unitsOf(plan);
    launch.frame = heap.allocate(frameSize(plan, plan.program.kind === "reduction" ? launch.units : 0));
    launch.blocks.push(launch.frame);
    const scratch = executable.scratchOf(plan);
    if (scratch > 0) {
      launch.scratchStride = scratch;
      launch.scratch = heap.allocate(scratch * (launch.helpers + 1));
      launch.blocks.push(launch.scratch);
    }
    const module = this.#threads ? executable.share() : { address: 0, bytes: 0 };
    writeFrame(heap, launch);
    this.#ring.pages = heap.bytes.length / 65536;
    launch.number = this.#ring.push({
      units: launch.units,
      chunkUnits: chunkUnits(launch, this.#options.maxWorkers),
      module: executable.id,
      moduleAddress: module.address,
      moduleBytes: module.bytes,
      frame: launch.frame,
      scratch: launch.scratch,
      scratchStride: launch.scratchStride,
      helpers: launch.helpers,
    });
    launch.state = "flying";
    this.#flying.push(launch);
  }

  /** Wakes the threads, or starts them. Whether to leave the launch to them: also if they start yet, and its units are long. */
  #wakeThreads(head: Launch): boolean {
    const threads = this.#threads;
    if (!threads?.usable || head.helpers === 0) return false;
    threads.want(head.helpers);
    this.#ring.wake();
    return threads.up > 0 || head.executable?.unbounded === true || head.estimateNs > longUnitNs * head.units;
  }

  /** The threads have work. Whether there is nothing to do for the host before they say so. */
  #sleepUntilBell(head: Launch): boolean {
    this.#threads?.hold(true);
    this.#ring.listen();
    return !this.#ring.isPast(head.number);
  }

  /** The calling thread runs chunks of the oldest launch until the deadline. Whether there were any. */
  #takePart(head: Launch, deadline: number): boolean {
    const { executable, number } = head;
    if (!executable) return false;
    const scratch = head.scratch + head.scratchStride * head.helpers;
    const begin = performance.now();
    let units = 0;
    let now = begin;
    const run = (from: number, to: number): void => {
      try {
        executable.run(head, scratch, from, to);
        units += to - from;
      } catch (error) {
        head.failure ??= { error };
        this.#ring.stop(number);
      }
    };
    const count = this.#ring.work(number, run, () => {
      now = performance.now();
      return now >= deadline;
    });
    if (units > 0) executable.observe(units, now - begin);
    return count > 0;
  }

  #rest(): void {
    this.#threads?.hold(false);
    this.#backlog.checkIdle();
  }

  // ── ends ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  #onLost(number: number, end: KernelThreadEnd): void {
    const launch = this.#flying.find((candidate) => candidate.number === number);
    if (launch && !this.#ring.isPast(number)) {
      const how = end.cause instanceof Error ? `failed with ${end.cause.message}` : `exited with code ${end.exitCode}`;
      const what = `A kernel thread of ${this.#owner.label} ${how} while it ran "${launch.plan.program.name}".`;
      launch.failure ??= { error: new WorkerLostError(`${what} What the launch wrote so far is lost.`, end) };
      if (launch.stopped) launch.incomplete = true;
      this.#lost.add(number);
    }
    this.#pump();
  }

  /** Rule 2. */
  #finish(launch: Launch): void {
    const settle = this.#settlement(launch);
    this.#backlog.release(launch);
    launch.end();
    if (this.#deferred) this.#deferred.push(settle);
    else settle();
  }

  #settlement(launch: Launch): () => void {
    const { future, stopped } = launch;
    // Read in any case: there is room for one.
    const complaint = launch.number < 0 ? undefined : this.#ring.failure(launch.number);
    let value: unknown;
    try {
      if (stopped && launch.incomplete) {
        if (stopped.timeoutMs === undefined)
          return () => future && setCancelled(future, new AbortError(stopped.reason));
        throw new TimeoutError(`The launch ran longer than its timeoutMs (${stopped.timeoutMs}) and was stopped.`);
      }
      if (launch.failure) throw launch.failure.error;
      if (complaint !== undefined)
        throw new Error(`"${launch.plan.program.name}" failed in a kernel thread: ${complaint}`);
      this.#backlog.staging.copyOut(launch);
      value = resultOf(this.#owner, launch);
    } catch (error) {
      launch.outcome = { error };
      return () => future && setException(future, error);
    }
    launch.outcome = { value };
    return () => future && setResult(future, value);
  }

  #startClock(launch: Launch, timeoutMs: number): void {
    const expire = (): void => {
      if (this.hasStarted(launch)) launch.stop({ reason: undefined, timeoutMs });
      else this.#startClock(launch, timeoutMs);
    };
    launch.timed = true;
    launch.addCleanup(startTimer(Math.max(1, timeoutMs), expire));
  }
}
