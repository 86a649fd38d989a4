// Threads that meet, as Python's threading.Barrier, in rounds.
//
// Words      state     bits 0–11: how many have arrived; 12–13: the mode; 14: one of them knows the action; 15–30: number of the round
//            bell      changes whenever those who wait should look again
//            parties   how many meet
//            action    1: there is one
//            outcomes  a bit for each of the last 1024 rounds: 1, it was broken
//
// Mode       open      they arrive
//            summoned  all have arrived; somebody who knows the action is to run it
//            acting    the action runs
//            broken    until `reset`
//
// Rules
//   1. open → one more arrived, by compare-and-swap. Who arrives gets as index the number of those who were there before.
//   2. The last one to arrive ends the round if there is no action; else it runs it (→ acting), or if it does not know it
//      (a function cannot be sent to another thread), has it run by one that does (→ summoned, then → acting by compare-and-swap).
//   3. The round ends (→ the next round, open, nobody there) by whoever ran the action, unless the barrier was broken meanwhile.
//   4. Any mode → broken by whoever gives up waiting, whose action threw, or by `abort`; always of the round that it is in.
//   5. `reset` breaks the round if somebody is there, writes its outcome, and goes on to the next. So who was there learns
//      that it was broken, however late it looks (up to 511 rounds late), and who comes now is in a new round.
//   6. Who waits reads `bell`, then `state`, and sleeps while `bell` has that value.

import { BrokenBarrierError, checkCount, checkFunction, InvalidStateError, rangeError } from "@everycore/core";
import { type Deadline, deadlineAfter, parkAsync, parkSync, ring } from "./park.js";
import {
  type AsyncWaitOptions,
  checkWait,
  type FormData,
  noOptions,
  Primitive,
  Received,
  registerPrimitive,
  type SyncWaitOptions,
} from "./primitive.js";
import { checkPrimitiveOptions, firstWord, type PrimitiveOptions, Region } from "./region.js";

const words = {
  state: firstWord,
  bell: firstWord + 1,
  parties: firstWord + 2,
  action: firstWord + 3,
  outcomes: firstWord + 4,
};
const roundsKept = 1024;
const barrierWords = 4 + roundsKept / 32;

const arrivedMask = 0xfff;
const modeMask = 3 << 12;
const modes = { open: 0, summoned: 1 << 12, acting: 2 << 12, broken: 3 << 12 } as const;
const known = 1 << 14;
const roundShift = 15;
const roundMask = 0xffff;

/** Options of a barrier. */
export interface BarrierOptions extends PrimitiveOptions {
  /** The timeout of waits that have none of their own. */
  readonly timeoutMs?: number | undefined;
  /** What runs once per round, when all have arrived and before any goes on. It stays in the thread that made the barrier. */
  readonly action?: (() => void) | undefined;
}

type Parts = { readonly timeoutMs: number | undefined };

/**
 * A place where `parties` threads wait for each other, any number of times. At most 4095.
 *
 * The action, a function, runs in one of the threads that know it: the one that made the barrier, and those that set
 * `barrier.action`. One of them must be among the parties.
 *
 * @example
 * ```ts
 * const barrier = new Barrier(4);
 * const index = await barrier.wait(); // 0 to 3, each once
 * ```
 */
export class Barrier extends Primitive {
  readonly #timeoutMs: number | undefined;
  #action: (() => void) | undefined;

  constructor(parties: number, options?: BarrierOptions);
  /** @internal */
  constructor(received: Received<Parts>);
  constructor(parties: number | Received<Parts>, options: BarrierOptions = {}) {
    if (parties instanceof Received) super(Region.adopt(parties.data.region));
    else {
      checkBarrier(parties, options);
      super(Region.create("Barrier", options, barrierWords));
      this.region.ints[words.parties] = parties;
    }
    this.#timeoutMs = parties instanceof Received ? parties.data.timeoutMs : options.timeoutMs;
    if (options.action) this.action = options.action;
  }

  /** What this thread runs once per round. */
  get action(): (() => void) | undefined {
    return this.#action;
  }

  /** Lets this thread know the action. For the barrier to have one, it must have had it when it was made, or get it before its first round. */
  set action(action: () => void) {
    checkFunction("action", action);
    this.#action = action;
    Atomics.store(this.region.ints, words.action, 1);
  }

  /** How many meet. */
  get parties(): number {
    return this.region.ints[words.parties] as number;
  }

  /** How many have arrived and wait. */
  get waiting(): number {
    return this.broken ? 0 : this.#load() & arrivedMask;
  }

  /** Whether the barrier is broken. */
  get broken(): boolean {
    return modeOf(this.#load()) === modes.broken;
  }

  /**
   * Waits until all have arrived. Resolves to a number from 0 to `parties` − 1, another one for each. A timeout breaks the barrier,
   * so does the signal.
   *
   * Rejects with `BrokenBarrierError`, the signal's reason, or, in the thread where it ran, with what the action threw.
   */
  async wait(options: AsyncWaitOptions = noOptions): Promise<number> {
    checkWait(options);
    options.signal?.throwIfAborted();
    const visit = this.#visit(options);
    for (;;) {
      const bell = this.#bell();
      const index = this.#look(visit);
      if (index !== undefined) return index;
      if (!(await this.#parkAsync(bell, visit, options.signal))) this.#late(visit);
    }
  }

  /** The same, and blocks the thread meanwhile. */
  waitSync(options: SyncWaitOptions = noOptions): number {
    checkWait(options, true);
    const visit = this.#visit(options);
    for (;;) {
      const bell = this.#bell();
      const index = this.#look(visit);
      if (index !== undefined) return index;
      if (!this.#parkSync(bell, visit)) this.#late(visit);
    }
  }

  /** Breaks the barrier, so that all who wait and who come get a BrokenBarrierError, until `reset`. */
  abort(): void {
    this.#break(undefined);
  }

  /** Makes the barrier new. Those who wait get a BrokenBarrierError. */
  reset(): void {
    for (;;) {
      const state = this.#load();
      if (modeOf(state) === modes.open && (state & arrivedMask) === 0) return;
      if (modeOf(state) !== modes.broken) this.#break(roundOf(state));
      else if (this.#beginRound(state, true)) return;
    }
  }

  #visit(options: AsyncWaitOptions): Visit {
    const timeoutMs = options.timeoutMs ?? this.#timeoutMs;
    return { deadline: deadlineAfter(timeoutMs), timeoutMs, round: undefined, index: 0 };
  }

  /** Does what there is to do; the visitor's index when its round has ended, and undefined if it has to wait. */
  #look(visit: Visit): number | undefined {
    for (;;) {
      const state = this.#load();
      if (visit.round !== undefined && roundOf(state) !== visit.round) return this.#outcome(visit);
      const mode = modeOf(state);
      if (mode === modes.broken) throw this.#error("it was aborted, or a wait for it ended early");
      if (mode === modes.summoned && this.#action) this.#act(state);
      else if (mode !== modes.open || visit.round !== undefined) return undefined;
      else this.#arrive(state, visit);
    }
  }

  /** Rules 1 and 2. */
  #arrive(state: number, visit: Visit): void {
    const index = state & arrivedMask;
    const arrived = (state + 1) | (this.#action ? known : 0);
    const isLast = index + 1 === this.parties;
    const hasAction = Atomics.load(this.region.ints, words.action) === 1;
    const next = isLast && hasAction ? arrived | modes.summoned : arrived;
    if (isLast && hasAction && (arrived & known) === 0) throw this.#nobodyKnows(roundOf(state));
    if (isLast && !hasAction ? !this.#beginRound(state, false) : !this.#swap(state, next)) return;
    visit.round = roundOf(state);
    visit.index = index;
    if (next !== arrived && !this.#action) ring(this.region.ints, words.bell);
  }

  /** Rules 2 and 3. */
  #act(state: number): void {
    const acting = (state & ~modeMask) | modes.acting;
    if (!this.#swap(state, acting)) return;
    try {
      this.#action?.();
    } catch (error) {
      this.#break(roundOf(state));
      throw error;
    }
    this.#beginRound(acting, false);
  }

  /** Rules 3 and 5, from exactly this state. */
  #beginRound(state: number, wasBroken: boolean): boolean {
    const round = roundOf(state);
    const next = (round + 1) & roundMask;
    if (wasBroken) this.#setOutcome(round);
    this.#prepareOutcome(round + roundsKept / 2);
    if (!this.#swap(state, next << roundShift)) return false;
    ring(this.region.ints, words.bell);
    return true;
  }

  /** Rule 4: the round, or whichever it is. Whether it is broken now by this call. */
  #break(round: number | undefined): boolean {
    for (;;) {
      const state = this.#load();
      if (modeOf(state) === modes.broken || (round !== undefined && roundOf(state) !== round)) return false;
      if (!this.#swap(state, (state & ~modeMask) | modes.broken)) continue;
      ring(this.region.ints, words.bell);
      return true;
    }
  }

  async #parkAsync(bell: number, visit: Visit, signal: AbortSignal | undefined): Promise<boolean> {
    try {
      return await parkAsync(this.region.ints, words.bell, bell, visit.deadline, signal);
    } catch (reason) {
      // A round that has ended just now has ended well.
      if (visit.round !== undefined && roundOf(this.#load()) !== visit.round) return true;
      return this.#breakFor(visit, reason);
    }
  }

  #parkSync(bell: number, visit: Visit): boolean {
    try {
      return parkSync(this.region.ints, words.bell, bell, visit.deadline, "wait()");
    } catch (error) {
      return this.#breakFor(visit, error);
    }
  }

  /** The visitor's deadline has passed: its next look finds the round at its end, or broken. */
  #late(visit: Visit): void {
    const round = visit.round ?? roundOf(this.#load());
    if (this.#break(round)) throw this.#error(`not all ${this.parties} parties arrived within ${visit.timeoutMs} ms`);
  }

  #breakFor(visit: Visit, reason: unknown): never {
    this.#break(visit.round ?? roundOf(this.#load()));
    throw reason;
  }

  #outcome({ round = 0, index }: Visit): number {
    const word = words.outcomes + ((round % roundsKept) >> 5);
    if (((Atomics.load(this.region.ints, word) >> (round & 31)) & 1) === 0) return index;
    throw this.#error("it was reset while this thread waited");
  }

  #setOutcome(round: number): void {
    Atomics.or(this.region.ints, words.outcomes + ((round % roundsKept) >> 5), 1 << (round & 31));
  }

  /** Well before the round comes, and not at its end, when somebody may have written its outcome. */
  #prepareOutcome(round: number): void {
    Atomics.and(this.region.ints, words.outcomes + ((round % roundsKept) >> 5), ~(1 << (round & 31)));
  }

  #nobodyKnows(round: number): InvalidStateError {
    this.#break(round);
    return new InvalidStateError(
      `${this.region.label} has an action, which no party knows: a function stays in its thread. Set barrier.action in one of the parties.`,
    );
  }

  #error(reason: string): BrokenBarrierError {
    return new BrokenBarrierError(`${this.region.label} is broken: ${reason}.`);
  }

  #bell(): number {
    return Atomics.load(this.region.ints, words.bell);
  }

  #load(): number {
    return Atomics.load(this.region.ints, words.state);
  }

  #swap(from: number, to: number): boolean {
    return Atomics.compareExchange(this.region.ints, words.state, from, to) === from;
  }

  protected override get kind(): string {
    return "Barrier";
  }

  protected override parts(): Record<string, unknown> {
    return { timeoutMs: this.#timeoutMs };
  }

  protected override describe(): string {
    return this.broken ? "broken" : `${this.waiting} of ${this.parties} waiting`;
  }
}

/** One call of `wait`. */
interface Visit {
  readonly deadline: Deadline;
  readonly timeoutMs: number | undefined;
  /** Undefined until it has arrived. */
  round: number | undefined;
  index: number;
}

function modeOf(state: number): number {
  return state & modeMask;
}

function roundOf(state: number): number {
  return (state >>> roundShift) & roundMask;
}

function checkBarrier(parties: number, options: BarrierOptions): void {
  checkCount("parties", parties);
  if (parties > arrivedMask) throw rangeError("parties", `at most ${arrivedMask}`, parties);
  checkPrimitiveOptions(options, ["timeoutMs", "action"]);
  if (options.timeoutMs !== undefined) checkWait({ timeoutMs: options.timeoutMs });
}

registerPrimitive("Barrier", (data: FormData<Parts>) => new Barrier(new Received(data)));
