// An Endpoint over one worker thread. Messages have a private channel, so that what a task does with `parentPort` is
// its own affair. What tasks print comes over the same channel, in order with their results, because Node's own stream
// from a thread is lost when the thread is blocked or the process exits.

import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  type TransferListItem,
  Worker,
} from "node:worker_threads";
import type { Endpoint, EndpointEvents, WorkerEnd, WorkerSpec } from "@everycore/pool";
import type { ThreadSettings } from "./thread-options.js";
import { isPrinted, type ThreadData } from "./thread-protocol.js";

/** A worker that may be a `Thread`. */
export interface ThreadSpec extends WorkerSpec {
  readonly daemon?: boolean | undefined;
}

/** One thread. */
export interface StartedThread extends Endpoint {
  /** Its `threadId`; 0 if it could not be created. */
  readonly ident: number;
}

/** Starts a thread. Every failure, also of the start itself, comes through `events.onEnd`. */
export function startThread(spec: ThreadSpec, settings: ThreadSettings, events: EndpointEvents): StartedThread {
  const { port1, port2 } = new MessageChannel();
  try {
    return new ThreadEndpoint(createWorker(spec, settings, port2), port1, events);
  } catch (cause) {
    port1.close();
    queueMicrotask(() => events.onEnd({ cause }));
    return { ident: 0, send() {}, terminate() {}, hold() {} };
  }
}

function createWorker(spec: ThreadSpec, settings: ThreadSettings, port: MessagePort): Worker {
  const { execArgv, env, resourceLimits } = settings;
  const { name, daemon = false } = spec;
  const workerData: ThreadData = { everycorePort: port, everycoreName: name, everycoreDaemon: daemon };
  const url = settings.workerUrl ?? new URL("./worker.js", import.meta.url);
  // Threads inherit this process's options; with --input-type (as in `node --input-type=module -e …`) Node starts them
  // only from a string.
  const fromString = !execArgv && process.execArgv.some((option) => option.startsWith("--input-type"));
  return new Worker(fromString ? `import(${JSON.stringify(url.href)})` : url, {
    eval: fromString,
    name,
    workerData,
    transferList: [port],
    stdout: false,
    ...(execArgv && { execArgv: [...execArgv] }),
    ...(env && { env: { ...env } }),
    ...(resourceLimits && { resourceLimits }),
  });
}

class ThreadEndpoint implements StartedThread {
  readonly ident: number;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #events: EndpointEvents;
  #cause: unknown;
  #terminated = false;

  constructor(worker: Worker, port: MessagePort, events: EndpointEvents) {
    this.#worker = worker;
    this.ident = worker.threadId;
    this.#port = port;
    this.#events = events;
    port.on("message", (message: unknown) => this.#receive(message));
    port.on("messageerror", (error: Error) => this.#garbled(error));
    worker.on("error", (error: unknown) => {
      this.#cause = error;
    });
    worker.on("exit", (code) => this.#exited(code));
  }

  send(message: unknown, transfer: readonly object[]): void {
    this.#port.postMessage(message, transfer as TransferListItem[]);
  }

  terminate(): void {
    this.#terminated = true;
    void this.#worker.terminate();
  }

  hold(held: boolean): void {
    if (held) {
      this.#worker.ref();
      this.#port.ref();
    } else {
      this.#worker.unref();
      this.#port.unref();
    }
  }

  #receive(message: unknown): void {
    if (isPrinted(message)) (message.stream === 2 ? process.stderr : process.stdout).write(message.printed);
    else this.#events.onMessage(message);
  }

  #garbled(error: Error): void {
    this.#cause = error;
    this.terminate();
  }

  /** The thread is gone; what it posted before may still lie in the channel. */
  #exited(exitCode: number): void {
    for (let next = receiveMessageOnPort(this.#port); next; next = receiveMessageOnPort(this.#port)) {
      this.#receive(next.message);
    }
    this.#port.close();
    this.#events.onEnd({ exitCode, cause: this.#cause, ...this.#description(exitCode) });
  }

  #description(exitCode: number): Pick<WorkerEnd, "description"> {
    if ((this.#cause as { code?: string } | undefined)?.code === "ERR_WORKER_OUT_OF_MEMORY") {
      return { description: "ran out of memory (see resourceLimits)" };
    }
    if (this.#cause !== undefined) return {};
    return this.#terminated ? { description: "was terminated" } : { description: `exited with code ${exitCode}` };
  }
}
