// Two runtimes that are small and real. `HandRuntime`: workers that only record what they are sent, and say what the test
// has them say. `ChannelRuntime`: the real WorkerServer in this thread, behind a MessageChannel.

import { MessageChannel, type TransferListItem } from "node:worker_threads";
import { type AnyTask, defineCapabilities, findNamedTask, type TaskReference } from "@everycore/core";
import type { Endpoint, EndpointEvents, Runtime, WorkerEnd, WorkerSpec } from "../src/wire/endpoint.js";
import { type HostMessage, protocolVersion, taskStride } from "../src/wire/protocol.js";
import { WorkerSlots } from "../src/wire/slots.js";
import { WorkerServer } from "../src/worker/serve.js";

/** Names functions by number, as the inline backend does. */
class Tasks {
  readonly #list: AnyTask[] = [];

  resolve(task: AnyTask): TaskReference {
    if (!this.#list.includes(task)) this.#list.push(task);
    return { kind: "local", id: this.#list.indexOf(task), name: task.name };
  }

  load(reference: TaskReference): AnyTask {
    if (reference.kind === "named") return findNamedTask(reference) as AnyTask;
    return this.#list[(reference as { id: number }).id] as AnyTask;
  }
}

/** A task as a `run` message has it. */
export interface SentTask {
  readonly id: number;
  readonly slot: number;
  readonly flags: number;
  readonly args: unknown;
}

/** A worker that is played by the test. */
export class HandWorker implements Endpoint {
  readonly spec: WorkerSpec;
  readonly sent: HostMessage[] = [];
  readonly holds: boolean[] = [];
  readonly terminations: boolean[] = [];
  /** Called before a message is taken; may throw. */
  onSend: (message: HostMessage) => void = () => {};
  /** Whether terminate() ends it, as it ends real workers. */
  mortal = true;
  /** Whether it ends when it is told to stop. */
  obedient = true;
  ended = false;
  slots: WorkerSlots | undefined;
  readonly #events: EndpointEvents;

  constructor(spec: WorkerSpec, events: EndpointEvents) {
    this.spec = spec;
    this.#events = events;
  }

  send(message: HostMessage, transfer: readonly object[]): void {
    this.onSend(message);
    const { slots, ...rest } = message as HostMessage & { slots?: ArrayBuffer };
    if (slots) this.slots = new WorkerSlots(slots);
    this.sent.push(structuredClone(rest, { transfer: transfer as ArrayBuffer[] }) as HostMessage);
    if (message.type === "stop" && this.obedient) this.end({ exitCode: 0 });
  }

  terminate(hard: boolean): void {
    this.terminations.push(hard);
    if (this.mortal) this.end({ exitCode: 1, description: "was terminated" });
  }

  hold(held: boolean): void {
    this.holds.push(held);
  }

  /** Has the pool receive anything at all. */
  say(message: unknown): void {
    this.#events.onMessage(message);
  }

  /** Has the pool receive a result by the quick way. */
  result(id: number, value: unknown, runMs: number = 0): void {
    this.#events.onResult(id, value, runMs);
  }

  ready(): this {
    this.say({ type: "ready", version: protocolVersion });
    return this;
  }

  /** Answers a task with a value, or any other status. */
  answer(id: number, value: unknown = undefined, status = 0): void {
    this.say({ type: "done", results: [id, status, value, 1] });
  }

  end(end: WorkerEnd = {}): void {
    if (this.ended) return;
    this.ended = true;
    queueMicrotask(() => this.#events.onEnd(end));
  }

  /** The end once more, as only a broken runtime tells it. */
  endAgain(end: WorkerEnd): void {
    this.#events.onEnd(end);
  }

  get types(): string[] {
    return this.sent.map(({ type }) => type);
  }

  /** Every task that it was sent. */
  get tasks(): SentTask[] {
    return this.sent.flatMap((message) => {
      if (message.type !== "run") return [];
      const { tasks } = message;
      return Array.from({ length: tasks.length / taskStride }, (_, index) => {
        const [id, slot, , flags, args] = tasks.slice(index * taskStride) as [number, number, unknown, number, unknown];
        return { id, slot, flags, args };
      });
    });
  }

  get ids(): number[] {
    return this.tasks.map(({ id }) => id);
  }

  /** Runs what it was sent, in order, as real workers do; gives the ids of those that it could start. */
  runAll(from = 0, to = Number.POSITIVE_INFINITY): number[] {
    const started: number[] = [];
    for (let index = from; index < Math.min(to, this.tasks.length); index++) {
      const { id, slot } = this.tasks[index] as SentTask;
      if (this.slots && !this.slots.start(slot)) {
        this.say({ type: "done", results: [id, 4, slot, 0] });
        continue;
      }
      started.push(id);
      if (!this.slots) this.answer(id, id);
      else if (this.slots.done(slot, id, 0.01) && this.slots.mustRing()) this.say({ type: "look" });
    }
    return started;
  }
}

/** Options of both runtimes. */
export interface FakeOptions {
  readonly slots?: boolean;
  readonly start?: (worker: HandWorker) => Endpoint;
  readonly transfer?: boolean;
}

export class HandRuntime implements Runtime {
  readonly kind = "HandPool";
  readonly capabilities;
  readonly defaultWorkers = 1;
  readonly resolver = new Tasks();
  readonly workers: HandWorker[] = [];
  readonly #options: FakeOptions;

  constructor(options: FakeOptions = {}) {
    this.#options = options;
    const transfer = options.transfer ?? true;
    this.capabilities = defineCapabilities({
      tasks: true,
      terminate: true,
      memoryLimit: true,
      sharedMemory: true,
      transfer,
    });
  }

  start(spec: WorkerSpec, events: EndpointEvents): Endpoint {
    const worker = new HandWorker(spec, events);
    this.workers.push(worker);
    return this.#options.start?.(worker) ?? worker;
  }

  createSlots(byteLength: number): ArrayBufferLike | undefined {
    return this.#options.slots ? new ArrayBuffer(byteLength) : undefined;
  }

  /** The worker with this number, which must have been started. */
  worker(index: number): HandWorker {
    const worker = this.workers[index];
    if (!worker) throw new Error(`Worker ${index} was not started.`);
    return worker;
  }
}

export class ChannelRuntime implements Runtime {
  readonly kind = "ChannelPool";
  readonly capabilities = defineCapabilities({
    tasks: true,
    terminate: true,
    closures: true,
    transfer: true,
    sharedMemory: true,
  });
  readonly defaultWorkers = 2;
  readonly resolver = new Tasks();
  started = 0;
  live = 0;
  readonly #slots: boolean;

  constructor(options: FakeOptions = {}) {
    this.#slots = options.slots ?? false;
  }

  start(_spec: WorkerSpec, events: EndpointEvents): Endpoint {
    this.started++;
    this.live++;
    const { port1, port2 } = new MessageChannel();
    let ended = false;
    const end = (description?: string): void => {
      if (ended) return;
      ended = true;
      this.live--;
      // What was posted before arrives before.
      setImmediate(() => {
        port1.close();
        events.onEnd(description ? { exitCode: 1, description } : { exitCode: 0 });
      });
    };
    const server = new WorkerServer({
      loader: this.resolver,
      capabilities: this.capabilities,
      sharesThread: true,
      post: (message, transfer) => port2.postMessage(message, transfer as TransferListItem[]),
      nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
      close: () => setImmediate(end),
    });
    port2.on("message", (message: unknown) => {
      if (!ended) server.receive(message);
    });
    port1.on("message", (message: unknown) => {
      if (!ended) events.onMessage(message);
    });
    return {
      send: (message, transfer) => port1.postMessage(message, transfer as TransferListItem[]),
      terminate: () => end("was terminated"),
      hold() {},
    };
  }

  createSlots(byteLength: number): ArrayBufferLike | undefined {
    return this.#slots ? new SharedArrayBuffer(byteLength) : undefined;
  }
}
