// The launches that kernel threads may work on: a ring in memory that host and threads share, and the rules by which many
// threads run its launches in order, without the host and without locks. Everything is also right in memory that is not shared,
// with the host as the only one who works.
//
// Words                whose meaning
//   submitted          number of the launch that will be put in next; the host's
//   current            number of the oldest launch that is not complete; equal to `submitted`: there is none
//   event              changes when a parked thread should look again
//   bell               1: the host wants a message when `current` moves
//   pages              size of the kernels' memory; the host's
//   row[thread]        number of the launch in which the thread is inside, or −1; that thread's
//   barred[thread]     1: the host ends this thread; the host's
//   slot[number % 256] the launch: what to run, and the chunks: `next` to be claimed, `done`, and `chunks` in all
// Numbers are of 30 bits and wrap. A launch is complete when done = chunks: nobody runs it any more, or ever will.
//
// Rules
//   1. The host fills slot n only when launch n − 256 is complete and no row holds its number; then it stores `submitted`. If a
//      row does (the thread came late, or died before it left), number n is passed over: its slot stays that of a complete launch.
//   2. A thread enters launch n by storing n in its row, and then checks that `current` is still n, and that launch n has been
//      put in (the ring may have become empty since it looked). If not, it leaves: only so is what it reads in the slot, until it
//      leaves, launch n's. It leaves by storing −1.
//   3. Whoever adds 1 to `next` and finds less than `chunks` has claimed that chunk: it alone runs it, then adds 1 to `done`.
//   4. Chunks are claimed of `current` only: launches run in order.
//   5. To stop a launch is to claim all chunks that are left at once (`next` becomes huge), and to count them as done unrun.
//      To withdraw it is the same by compare-and-swap from 0: if it succeeds, no part of the launch runs, ever.
//   6. Whoever adds to `done` then moves `current` past all launches that are complete, one compare-and-swap each. (Of two that
//      complete launches at the same time, the later one sees both.)
//   7. A thread that moved `current`: notifies it (a host that blocks waits there), changes `event` if there are more launches,
//      and clears `bell` and posts a message if it was set. The host sets `bell` when it has seen everything, then looks again.
//   8. A thread reads `event` before it looks for work, and parks only if it found none and `event` is still the same.
//   9. The row of a thread that died is cleared by the host. If it held a launch that is not complete, the host stops that launch,
//      and when no other row holds it, stores `done` = `chunks`: nobody else can.
//  10. The host bars a thread before it ends it. A barred thread leaves what it enters (it looks after rule 2), so that a launch
//      whose number is not in its row by then never is. Whether it died inside, the host learns only in its event loop: one that
//      blocks does not wait for a launch that a barred thread holds. (A thread that others end, by way of Node's
//      "worker" event, is not barred: a host that blocks then waits for good. No code of the program runs in these threads.)

const words = {
  submitted: 0,
  current: 1,
  event: 2,
  bell: 3,
  pages: 4,
  ended: 5,
  failed: 6,
  rows: 16,
  barred: 128,
} as const;
const slots = 240;
const slotWords = 16;
const fields = {
  next: 0,
  done: 1,
  chunks: 2,
  chunkUnits: 3,
  units: 4,
  module: 5,
  moduleAddress: 6,
  moduleBytes: 7,
  frame: 8,
  scratch: 9,
  scratchStride: 10,
  helpers: 11,
  lost: 12,
  failed: 13,
} as const;
const mask = 0x3fffffff;
const all = 0x40000000;
const outside = -1;
/** How long a host that blocks gives a barred thread to leave. */
const patienceMs = 100;

/** How many launches fit into the ring. */
export const ringSize = 256;
/** The most kernel threads. */
export const maxThreads: number = words.barred - words.rows;
const textWords = 256;
/** Size of the ring's memory. */
export const ringBytes: number = 4 * (slots + slotWords * ringSize) + 2 * textWords;

/** What the host puts into the ring. */
export interface RingLaunch {
  readonly units: number;
  readonly chunkUnits: number;
  readonly module: number;
  readonly moduleAddress: number;
  readonly moduleBytes: number;
  readonly frame: number;
  /** Scratch memory of thread 0; of the others, `scratchStride` further each; the host's is behind the last. */
  readonly scratch: number;
  readonly scratchStride: number;
  /** Only threads with a lower index take part. */
  readonly helpers: number;
}

/** Runs units [from, to) of a launch. */
export type RunUnits = (frame: number, scratch: number, from: number, to: number) => void;

/** The ring, seen from host and threads. */
export class LaunchRing {
  readonly buffer: ArrayBufferLike;
  readonly #ints: Int32Array;
  readonly #text: Uint16Array;

  constructor(buffer: ArrayBufferLike) {
    this.buffer = buffer;
    this.#ints = new Int32Array(buffer, 0, slots + slotWords * ringSize);
    this.#text = new Uint16Array(buffer, this.#ints.byteLength, textWords);
  }

  get current(): number {
    return Atomics.load(this.#ints, words.current);
  }

  /** Whether every launch is complete. */
  get isEmpty(): boolean {
    return this.current === Atomics.load(this.#ints, words.submitted);
  }

  get event(): number {
    return Atomics.load(this.#ints, words.event);
  }

  get pages(): number {
    return Atomics.load(this.#ints, words.pages);
  }

  set pages(pages: number) {
    Atomics.store(this.#ints, words.pages, pages);
  }

  // ── claiming ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Rule 3. Calls `run(from, to)`, which does not throw, for chunks of launch `number` until none is left or `enough()`; says how many it ran. */
  work(number: number, run: (from: number, to: number) => void, enough?: () => boolean): number {
    const slot = slotOf(number);
    const ints = this.#ints;
    const chunks = ints[slot + fields.chunks] as number;
    const size = (ints[slot + fields.chunkUnits] as number) >>> 0;
    const units = (ints[slot + fields.units] as number) >>> 0;
    let count = 0;
    for (;;) {
      const chunk = Atomics.add(ints, slot + fields.next, 1);
      if (chunk >= chunks) return count;
      run(chunk * size, Math.min(units, (chunk + 1) * size));
      count++;
      Atomics.add(ints, slot + fields.done, 1);
      if (enough?.()) return count;
    }
  }

  /** Rule 5. How many chunks will now never run. */
  stop(number: number): number {
    const slot = slotOf(number);
    const chunks = this.#ints[slot + fields.chunks] as number;
    const left = Math.max(0, chunks - Atomics.exchange(this.#ints, slot + fields.next, all));
    Atomics.add(this.#ints, slot + fields.done, left);
    return left;
  }

  /** Rule 5. Whether no part of the launch runs, ever. */
  withdraw(number: number): boolean {
    const slot = slotOf(number);
    if (Atomics.compareExchange(this.#ints, slot + fields.next, 0, all) !== 0) return false;
    Atomics.store(this.#ints, slot + fields.done, this.#ints[slot + fields.chunks] as number);
    return true;
  }

  /** Rule 6. Whether it moved. */
  advance(): boolean {
    let moved = false;
    for (;;) {
      const number = this.current;
      if (number === Atomics.load(this.#ints, words.submitted) || !this.#isDone(number)) return moved;
      if (Atomics.compareExchange(this.#ints, words.current, number, (number + 1) & mask) === number) moved = true;
    }
  }

  #isDone(number: number): boolean {
    const slot = slotOf(number);
    return Atomics.load(this.#ints, slot + fields.done) >= (this.#ints[slot + fields.chunks] as number);
  }

  // ── the host ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Rule 1. Whether there is room for a launch, if `oldest` is the oldest that the host has not settled. */
  hasRoom(oldest: number | undefined): boolean {
    for (;;) {
      const number = Atomics.load(this.#ints, words.submitted);
      if (oldest !== undefined && ((number - oldest) & mask) >= ringSize) return false;
      if (!this.#isInside((number - ringSize) & mask)) return true;
      Atomics.store(this.#ints, words.submitted, (number + 1) & mask);
      this.advance();
    }
  }

  /** Rule 1; there is room. Gives the launch's number. Wakes nobody. */
  push(launch: RingLaunch): number {
    const number = Atomics.load(this.#ints, words.submitted);
    const slot = slotOf(number);
    const chunks = Math.ceil(launch.units / launch.chunkUnits);
    for (const name of Object.keys(fields) as Array<keyof typeof fields>) {
      this.#ints[slot + fields[name]] = name in launch ? launch[name as keyof RingLaunch] : 0;
    }
    this.#ints[slot + fields.next] = chunks === 0 ? all : 0;
    this.#ints[slot + fields.chunks] = chunks;
    Atomics.store(this.#ints, words.submitted, (number + 1) & mask);
    if (chunks === 0) this.advance();
    return number;
  }

  /** Whether launch `number` is complete. */
  isPast(number: number): boolean {
    const distance = (this.current - number) & mask;
    return distance > 0 && distance <= ringSize;
  }

  /** Whether a part of the launch has been claimed. */
  hasStarted(number: number): boolean {
    return this.isPast(number) || Atomics.load(this.#ints, slotOf(number) + fields.next) !== 0;
  }

  /** Makes parked threads look. */
  wake(): void {
    Atomics.add(this.#ints, words.event, 1);
    Atomics.notify(this.#ints, words.event);
  }

  /** Rule 7: asks for a message when `current` moves. Look once more afterwards. */
  listen(): void {
    Atomics.store(this.#ints, words.bell, 1);
  }

  /** Waits until launch `number` is complete: blocks, or where that is not allowed, spins. False if it may never be: rule 10. */
  await(number: number, blocking: boolean): boolean {
    const begin = performance.now();
    while (this.current === number) {
      const held = this.#isInside(number, true);
      if (held && performance.now() - begin > patienceMs) return false;
      if (blocking) Atomics.wait(this.#ints, words.current, number, held ? 1 : undefined);
    }
    return true;
  }

  /** Tells the threads to end. */
  end(): void {
    Atomics.store(this.#ints, words.ended, 1);
    this.wake();
  }

  /** The launch in which a thread is inside, or −1. */
  row(thread: number): number {
    return Atomics.load(this.#ints, words.rows + thread);
  }

  /** Rule 9, and the first state of a row. */
  clearRow(thread: number): void {
    Atomics.store(this.#ints, words.rows + thread, outside);
  }

  /** Rule 10, and the first state of a thread. */
  bar(thread: number, barred: boolean): void {
    Atomics.store(this.#ints, words.barred + thread, barred ? 1 : 0);
  }

  #isBarred(thread: number): boolean {
    return Atomics.load(this.#ints, words.barred + thread) === 1;
  }

  /** Rule 9. Whether it could be done: others may still be inside; the last of them to leave posts a message. */
  giveUp(number: number): boolean {
    const slot = slotOf(number);
    Atomics.store(this.#ints, slot + fields.lost, 1);
    this.stop(number);
    if (this.#isInside(number)) return false;
    Atomics.store(this.#ints, slot + fields.done, this.#ints[slot + fields.chunks] as number);
    this.advance();
    return true;
  }

  /** Why launch `number`, which is complete, failed in a thread; `undefined` if it did not. */
  failure(number: number): string | undefined {
    if (Atomics.load(this.#ints, slotOf(number) + fields.failed) === 0) return undefined;
    if (Atomics.load(this.#ints, words.failed) !== number + 1) return "as the launch before";
    const text = String.fromCharCode(...this.#text.subarray(1, 1 + (this.#text[0] as number)));
    Atomics.store(this.#ints, words.failed, 0);
    return text;
  }

  /** Whether a thread is inside of the launch; or one that is barred. */
  #isInside(number: number, barred = false): boolean {
    for (let thread = 0; thread < maxThreads; thread++) {
      if (this.row(thread) === number && (!barred || this.#isBarred(thread))) return true;
    }
    return false;
  }

  // ── a thread ──────────────────────────────────────────────────────────────────────────────────────────────────────

  get hasEnded(): boolean {
    return Atomics.load(this.#ints, words.ended) === 1;
  }

  /** Rules 2 and 10. */
  enter(thread: number, number: number): boolean {
    Atomics.store(this.#ints, words.rows + thread, number);
    if (this.#isBarred(thread) || this.current !== number || Atomics.load(this.#ints, words.submitted) === number)
      return false;
    return thread < (this.#ints[slotOf(number) + fields.helpers] as number);
  }

  /** Rule 2. Whether the host must be told that the thread left (rule 9). */
  leave(thread: number, number: number): boolean {
    this.clearRow(thread);
    return Atomics.load(this.#ints, slotOf(number) + fields.lost) !== 0;
  }

  /** What the thread inside of launch `number` is to run. */
  field(
    number: number,
    name: "module" | "moduleAddress" | "moduleBytes" | "frame" | "scratch" | "scratchStride",
  ): number {
    return (this.#ints[slotOf(number) + fields[name]] as number) >>> 0;
  }

  /** Reports, before the chunk is counted, that launch `number` failed. There is room for one text that the host has not read. */
  fail(number: number, error: unknown): void {
    Atomics.store(this.#ints, slotOf(number) + fields.failed, 1);
    if (Atomics.compareExchange(this.#ints, words.failed, 0, number + 1) !== 0) return;
    const text = String(error).slice(0, textWords - 1);
    this.#text[0] = text.length;
    for (let index = 0; index < text.length; index++) this.#text[index + 1] = text.charCodeAt(index);
  }

  /** Rules 6 and 7. Whether the host must be told. */
  passOn(): boolean {
    if (!this.advance()) return false;
    Atomics.notify(this.#ints, words.current);
    if (!this.isEmpty) this.wake();
    return Atomics.load(this.#ints, words.bell) === 1 && Atomics.exchange(this.#ints, words.bell, 0) === 1;
  }

  /** Rule 8. Looks `spins` times first, which is cheaper than sleeping if the next launch is near. */
  park(seen: number, spins: number): void {
    for (let spin = 0; spin < spins; spin++) if (this.event !== seen) return;
    Atomics.wait(this.#ints, words.event, seen);
  }
}

function slotOf(number: number): number {
  return slots + slotWords * (number & (ringSize - 1));
}
