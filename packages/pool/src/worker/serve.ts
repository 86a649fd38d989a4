// The worker's side of the pool, for every runtime: takes messages, runs one task after the other, answers.
//
// Results that fit into a slot are left there (slots.ts), unless messages of the same task went before; others are
// posted at once, before the next task begins, so that nothing finished is lost when a later task ends the worker. The exception are
// results of quick tasks where there are no slots: they are held until a task comes that is not quick, something else is posted, or
// `holdMs` have passed. Tasks run in the order in which they came; between two of them the event loop has its turn at least every
// `turnMs`.

import {
  type AnyTask,
  DataCloneError,
  decodeError,
  encodeError,
  type TaskReference,
  type WireError,
} from "@everycore/core";
import { callChunk, isThenable } from "../run/call-task.js";
import { RunningTask, type TaskLink, type WorkerIdentity } from "../run/running-task.js";
import type { WorkerPort } from "../wire/endpoint.js";
import { isPlain, type PayloadLimits, preparePayload } from "../wire/payload.js";
import { revive, reviveWithImports } from "../wire/portables.js";
import {
  bufferShift,
  checkHostMessage,
  type HostMessage,
  type InputHole,
  protocolVersion,
  resultStatus,
  resultStride,
  taskFlags,
  taskStride,
  type WorkerMessage,
} from "../wire/protocol.js";
import { WorkerSlots, type WorkerTable } from "../wire/slots.js";
import { locateUncloneable } from "../wire/uncloneable.js";
import { InputReader } from "./input-reader.js";
import { StreamProducer } from "./stream-producer.js";

const turnMs = 10;
const holdMs = 2;
const mostHeld = 128;
const memoryEveryMs = 50;

interface Received {
  readonly id: number;
  readonly slot: number;
  readonly fn: unknown;
  readonly flags: number;
  readonly args: readonly unknown[];
}

/** Answers one pool through one port. Give it every message that arrives. */
export class WorkerServer implements TaskLink {
  readonly #port: WorkerPort;
  readonly #functions = new Map<number, TaskReference | Promise<AnyTask> | AnyTask>();
  readonly #inputs = new Map<number, InputReader>();
  readonly #holes = new Map<number, InputHole[]>();
  readonly #streams = new Map<number, StreamProducer>();
  #inbox: Received[] = [];
  /** What is being worked on, the next one last. */
  #batch: Received[] = [];
  /** Of tasks that have not begun: why they are not to. */
  readonly #withdrawn = new Map<number, unknown>();
  #held: unknown[] = [];
  #heldAt = 0;
  #slots: WorkerTable | undefined;
  #identity: WorkerIdentity | undefined;
  #current: RunningTask | undefined;
  #busy = false;
  #stopping = false;
  #failed = false;
  #failureCode: number | undefined;
  #turnAt = 0;
  #memoryAt = 0;
  #reportMemory = false;

  constructor(port: WorkerPort) {
    this.#port = port;
  }

  /** Whether it has nothing to do. */
  get isIdle(): boolean {
    return !this.#busy;
  }

  /** Handles a message of the pool. Throws a `ProtocolError` for what is none; the worker should then end. */
  receive(raw: unknown): void {
    const message = checkHostMessage(raw);
    switch (message.type) {
      case "init":
        void this.#init(message);
        break;
      case "run":
        this.#accept(message);
        break;
      case "abort":
        this.#abort(message.id, decodeError(message.reason));
        break;
      case "credit":
        this.#streams.get(message.id)?.credit(message.count);
        break;
      case "close":
        this.#streams.get(message.id)?.close();
        break;
      case "input":
        this.#inputs.get(message.input)?.receive(inputValues(message), message.end);
        break;
      case "stop":
        this.#stopping = true;
        this.#failureCode = message.exitCode;
        if (!this.#busy) this.#close();
        break;
    }
  }

  /** The runtime is about to end this worker in the middle of its work: tells the pool what was begun. Posts what was held. */
  leave(): void {
    this.#post({ type: "leaving", id: this.#current?.id ?? -1 });
  }

  #abort(id: number, reason: unknown): void {
    if (this.#current?.id === id) this.#current.abort(reason);
    else if ([...this.#batch, ...this.#inbox].some((task) => task.id === id)) this.#withdrawn.set(id, reason);
  }

  async #init(message: HostMessage & { type: "init" }): Promise<void> {
    this.#busy = true;
    this.#slots = message.slots ? new WorkerSlots(message.slots) : this.#port.table;
    this.#reportMemory = message.reportMemory;
    try {
      const { shared, setup } = message.portables ? await this.#reviveSetup(message) : message;
      this.#identity = { workerId: message.workerId, workerName: message.workerName, shared };
      for (const { reference, args } of setup) {
        const setup = await this.#port.loader.load(reference);
        const context = this.#createTask(-1, -1);
        await context.run(this.#port.sharesThread, () => (setup as (...args: readonly unknown[]) => unknown)(...args));
        context.end();
      }
    } catch (error) {
      this.#post({ type: "unready", error: encodeError(error) });
      this.#port.close();
      return;
    }
    this.#post({ type: "ready", version: protocolVersion });
    this.#busy = false;
    if (this.#inbox.length > 0) void this.#work();
    else if (this.#stopping) this.#close();
  }

  #accept({ define, tasks, holes = [] }: HostMessage & { type: "run" }): void {
    for (let at = 0; at < define.length; at += 2) {
      this.#functions.set(define[at] as number, define[at + 1] as TaskReference);
    }
    for (const hole of holes) {
      const list = this.#holes.get(hole.task) ?? [];
      this.#holes.set(hole.task, [...list, hole]);
      this.#inputs.set(hole.input, new InputReader(hole.input, (message) => this.#post(message)));
    }
    for (let at = 0; at < tasks.length; at += taskStride) {
      const [id, slot, fn] = [tasks[at] as number, tasks[at + 1] as number, tasks[at + 2]];
      const [flags, args] = [tasks[at + 3] as number, tasks[at + 4] as readonly unknown[]];
      this.#inbox.push({ id, slot, fn, flags, args });
    }
    if (!this.#busy) void this.#work();
  }

  /** What a `run` message of one task does, of a function that was defined before. */
  receiveTask(id: number, slot: number, fn: number, flags: number, args: readonly unknown[]): void {
    this.#inbox.push({ id, slot, fn, flags, args });
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    this.#turnAt = Date.now();
    while (this.#inbox.length > 0) {
      // From the end, so that each task and its arguments are let go as soon as it is over (law P9).
      this.#batch = this.#inbox.reverse();
      this.#inbox = [];
      for (let task = this.#batch.pop(); task; task = this.#batch.pop()) {
        if (this.#mustPostHeld(task)) this.#postHeld();
        const pending = this.#run(task);
        if (pending) {
          this.#postHeld();
          await pending;
        }
        // Either way: that clock can be set.
        if (Math.abs(Date.now() - this.#turnAt) > turnMs) {
          this.#flush();
          this.#postHeld();
          await this.#port.nextTurn();
          this.#turnAt = Date.now();
        }
      }
    }
    this.#flush();
    this.#postHeld();
    this.#busy = false;
    if (this.#stopping) this.#close();
  }

  /** Rule 5 of slots.ts, of a table that puts it off: nothing but the next task may come before it. */
  #flush(): void {
    if (!this.#slots?.flush) return;
    this.#slots.flush();
    this.#ring(this.#slots);
  }

  /** Rule 7 of slots.ts. In the middle of a burst a message is better than what is quicker: more is there when it arrives. */
  #ring(slots: WorkerTable): void {
    if (!slots.mustRing()) return;
    const isLast = this.#batch.length === 0 && this.#inbox.length === 0;
    if (isLast && this.#port.ring && !this.#reportMemory) this.#port.ring();
    else this.#post({ type: "look", ...this.#memory() });
  }

  #close(): void {
    this.#port.close(this.#failed ? this.#failureCode : undefined);
  }

  // ── one task ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Runs a task; returns a promise only if something has to be awaited. */
  #run(task: Received): Promise<void> | undefined {
    if (!this.#claim(task)) return undefined;
    const running = this.#createTask(task.id, task.slot);
    this.#current = running;
    if (task.flags & taskFlags.portables) return this.#runRevived(task, running);
    const fn = this.#find(task.fn);
    if (typeof fn === "function") return this.#start(task, fn, running);
    return fn.then(
      (found) => this.#start(task, found, running),
      (error) => this.#fail(task, error, clock(task)),
    );
  }

  async #runRevived(task: Received, running: RunningTask): Promise<void> {
    try {
      const args = (await this.#revive(task.args, "args")) as readonly unknown[];
      await this.#start({ ...task, args }, await this.#find(task.fn), running);
    } catch (error) {
      this.#fail(task, error, clock(task));
    }
  }

  async #reviveSetup({ shared, setup }: HostMessage & { type: "init" }): Promise<Setup> {
    return (await this.#revive({ shared, setup }, "shared")) as Setup;
  }

  #revive(value: unknown, path: string): Promise<unknown> {
    const { loader } = this.#port;
    return reviveWithImports(value, path, loader.importModule?.bind(loader));
  }

  #find(name: unknown): AnyTask | Promise<AnyTask> {
    if (typeof name !== "number") return this.#load(name as TaskReference);
    const known = this.#functions.get(name);
    if (typeof known === "function" || known instanceof Promise) return known;
    const loading = this.#load(known as TaskReference);
    this.#functions.set(name, loading);
    if (loading instanceof Promise) loading.then((fn) => this.#functions.set(name, fn)).catch(() => {});
    return loading;
  }

  #load(reference: TaskReference): AnyTask | Promise<AnyTask> {
    try {
      return this.#port.loader.load(reference);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #claim({ id, slot }: Received): boolean {
    const slots = this.#slots;
    if (!slots) return true;
    const started = slots.start(slot);
    if (slots.flush) this.#ring(slots);
    if (!started) this.#post({ type: "done", results: [id, resultStatus.skipped, slot, 0] });
    return started;
  }

  #start(task: Received, fn: AnyTask, running: RunningTask): Promise<void> | undefined {
    if (this.#withdrawn.size > 0 && this.#withdrawn.has(task.id)) {
      running.abort(this.#withdrawn.get(task.id));
      this.#withdrawn.delete(task.id);
    }
    if (running.isAborted) {
      this.#fail(task, running.context.signal.reason, clock(task));
      return undefined;
    }
    if (task.flags & taskFlags.announceStart) this.#post({ type: "started", id: task.id });
    const begin = clock(task);
    try {
      const value = running.run(this.#port.sharesThread, () => this.#callTask(task, fn, running));
      if (!isThenable(value)) {
        this.#succeed(task, value, begin);
        return undefined;
      }
      return Promise.resolve(value).then(
        (result) => this.#succeed(task, result, begin),
        (error) => this.#fail(task, error, begin),
      );
    } catch (error) {
      this.#fail(task, error, begin);
      return undefined;
    }
  }

  #callTask(task: Received, fn: AnyTask, running: RunningTask): unknown {
    const args = this.#holes.size > 0 ? this.#fillHoles(task) : task.args;
    if (task.flags & taskFlags.chunk) return callChunk(fn, args as ReadonlyArray<readonly unknown[]>);
    const value = (fn as (...args: readonly unknown[]) => unknown)(...args);
    if ((task.flags & taskFlags.stream) === 0) return value;
    const send = (values: readonly unknown[]): void => this.#yield(task, values);
    const producer = new StreamProducer(task.flags >> bufferShift, send, running.context.signal);
    this.#streams.set(task.id, producer);
    return producer.run(value).finally(() => this.#streams.delete(task.id));
  }

  #fillHoles(task: Received): readonly unknown[] {
    const holes = this.#holes.get(task.id);
    if (!holes) return task.args;
    const args = [...task.args];
    for (const { index, input } of holes) args[index] = this.#inputs.get(input);
    return args;
  }

  #succeed(task: Received, value: unknown, begin: number): void {
    const runMs = Math.max(0, clock(task) - begin);
    const posted = this.#current?.hasPosted ?? false;
    this.#end(task);
    if (task.flags & taskFlags.chunk) this.#answerChunk(task, value as Chunk, runMs);
    else if (task.flags & (taskFlags.stream | taskFlags.noResult))
      this.#answer(task, resultStatus.value, undefined, runMs);
    else if (posted) this.#answer(task, resultStatus.value, value, runMs);
    else this.#answerValue(task, value, runMs);
  }

  #fail(task: Received, error: unknown, begin: number): void {
    const runMs = Math.max(0, clock(task) - begin);
    const stopped = this.#current?.isStoppedBy(error) ?? false;
    this.#failed = true;
    this.#end(task);
    this.#answer(
      task,
      stopped ? resultStatus.aborted : resultStatus.error,
      withoutOurFrames(encodeError(error)),
      runMs,
    );
  }

  #end(task: Received): void {
    this.#current?.end();
    this.#current = undefined;
    if (this.#holes.size > 0) this.#closeInputs(task);
  }

  #closeInputs({ id }: Received): void {
    for (const { input } of this.#holes.get(id) ?? []) this.#inputs.delete(input);
    this.#holes.delete(id);
  }

  // ── answers ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #answerValue(task: Received, value: unknown, runMs: number): void {
    if (this.#slots?.done(task.slot, value, runMs)) this.#ring(this.#slots);
    else if (task.flags & taskFlags.quick && isPlain(value)) this.#answerQuick(task.id, value, runMs);
    else this.#answer(task, resultStatus.value, value, runMs);
  }

  #answerQuick(id: number, value: unknown, runMs: number): void {
    const isAlone = this.#held.length + this.#batch.length + this.#inbox.length === 0;
    if (isAlone && !this.#reportMemory && this.#port.postResult?.(id, value, runMs)) return;
    if (this.#held.length === 0) this.#heldAt = performance.now();
    this.#held.push(id, resultStatus.value, value, runMs);
  }

  #mustPostHeld(next: Received): boolean {
    if (this.#held.length === 0) return false;
    if ((next.flags & taskFlags.quick) === 0 || this.#held.length >= mostHeld * resultStride) return true;
    return performance.now() - this.#heldAt > holdMs;
  }

  #postHeld(): void {
    if (this.#held.length === 0) return;
    const results = this.#held;
    this.#held = [];
    this.#port.post({ type: "done", results, ...this.#memory() } satisfies WorkerMessage, []);
  }

  #answerChunk(task: Received, chunk: Chunk, runMs: number): void {
    const { values, thrown } = chunk;
    const value = thrown ? { values, thrown: encodeError(thrown.error) } : { values };
    this.#answer(task, resultStatus.chunk, value, runMs);
  }

  /** Posts a result. The slot is marked first: once the pool has the message, the slot is no longer this task's. */
  #answer(task: Received, status: number, value: unknown, runMs: number): void {
    this.#slots?.doneByMessage(task.slot);
    const done = (sent: unknown, as = status): WorkerMessage => ({
      type: "done",
      results: [task.id, as, sent, runMs],
      ...this.#memory(),
    });
    try {
      // An error is on the wire's form already.
      if (status === resultStatus.error || status === resultStatus.aborted) return this.#post(done(value));
      const mode = task.flags & taskFlags.moveResult ? "move" : "auto";
      const { value: prepared, transfer, portables } = preparePayload(value, "result", mode, this.#limits);
      if (!portables) return this.#post(done(prepared), transfer);
      const chunk = status === resultStatus.chunk;
      this.#post(
        done(chunk ? { ...(prepared as Chunk), portables } : prepared, chunk ? status : resultStatus.portables),
        transfer,
      );
    } catch (error) {
      const located = isLocated(error) ? error : explainResult(value, error);
      this.#post({ type: "done", results: [task.id, resultStatus.error, encodeError(located), runMs] });
    }
  }

  #yield(task: Received, values: readonly unknown[]): void {
    const mode = task.flags & taskFlags.moveResult ? "move" : "auto";
    const { value, transfer, portables } = preparePayload(values, "yielded", mode, this.#limits);
    try {
      this.#post({ type: "yield", id: task.id, values: value, ...(portables && { portables }) }, transfer);
    } catch (error) {
      throw locateUncloneable(values, "yielded", error);
    }
  }

  get #limits(): PayloadLimits {
    const { capabilities } = this.#port;
    const recipient = { name: "the pool", sharedMemory: capabilities.sharedMemory, onEnd() {} };
    return { ...capabilities, label: "the worker", recipient };
  }

  #memory(): { memoryBytes?: number } {
    if (!this.#reportMemory || !this.#port.memoryBytes) return {};
    const now = performance.now();
    if (now - this.#memoryAt < memoryEveryMs) return {};
    this.#memoryAt = now;
    return { memoryBytes: this.#port.memoryBytes() };
  }

  isAborting({ slot }: RunningTask): boolean {
    return slot >= 0 && (this.#slots?.isAborting(slot) ?? false);
  }

  report(task: RunningTask, value: unknown): void {
    const { id } = task;
    if (id < 0) return;
    try {
      task.hasPosted = true;
      this.#post({ type: "progress", id, value });
    } catch (error) {
      throw locateUncloneable(value, "progress", error);
    }
  }

  #createTask(id: number, slot: number): RunningTask {
    return new RunningTask(id, slot, this.#identity as WorkerIdentity, this);
  }

  #post(message: WorkerMessage, transfer: readonly object[] = []): void {
    this.#postHeld();
    this.#port.post(message, transfer);
  }
}

/**
 * Now, to tell how long a task runs. Of a quick one, which is over within a tick of a page's clock, only the mean says anything, and that is as
 * right in whole milliseconds; the finer clock of a page takes 5 µs of a lone task.
 */
function clock({ flags }: Received): number {
  return flags & taskFlags.quick ? Date.now() : performance.now();
}

type Setup = Pick<HostMessage & { type: "init" }, "shared" | "setup">;

function inputValues({ values, portables }: HostMessage & { type: "input" }): readonly unknown[] {
  return portables ? (revive(values, "the iterable's value") as readonly unknown[]) : values;
}

interface Chunk {
  readonly values: readonly unknown[];
  readonly thrown?: { readonly error: unknown };
}

/** Cuts a stack where the task was called: what is below is this file's business. */
function withoutOurFrames(wire: WireError): WireError {
  if (wire.kind !== "error" || !wire.stack) return wire;
  const end = wire.stack.search(/\n\s+at (async )?(\w+\.)?#(callTask|work)\b/);
  return end < 0 ? wire : { ...wire, stack: wire.stack.slice(0, end) };
}

function explainResult(value: unknown, cause: unknown): Error {
  if (typeof (value as { next?: unknown } | null)?.next !== "function")
    return locateUncloneable(value, "result", cause);
  return new DataCloneError("result", "is a generator", {
    hint: "call the task with executor.stream() to get its values",
    cause,
  });
}

function isLocated(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === "EVERYCORE_DATA_CLONE" || code === "EVERYCORE_UNSUPPORTED";
}
