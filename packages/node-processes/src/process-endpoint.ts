// An Endpoint over one child process. Messages go through a channel per direction (process-protocol.ts), as frames; what
// tasks print goes to this process's own stdout and stderr, which the child inherits, so that nothing of it is lost.
//
// The end of a process comes in two parts, in any order: its exit, and the end of its channel, when everything that it
// posted has been read. `onEnd` follows the second of them.

import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { decodeError } from "@everycore/core";
import type { Endpoint, EndpointEvents, HostMessage, WorkerEnd, WorkerSpec } from "@everycore/pool";
import { encodeFrame, FrameReader } from "./frames.js";
import { inheritedExecArgv, type ProcessSettings } from "./process-options.js";
import { descriptors, isUncaught, type ProcessData } from "./process-protocol.js";

/** How long the channel may stay open after the process has ended, because another one has inherited it. */
const channelGraceMs = 1000;

/** What can be set for one process. */
export interface ProcessStartOptions extends ProcessSettings {
  readonly daemon?: boolean | undefined;
  /** How long a process may go on after SIGTERM before it gets SIGKILL. Default: as long as it wants. */
  readonly killAfterMs?: number | undefined;
}

/** One process. */
export interface StartedProcess extends Endpoint {
  /** Its process id; `undefined` if it could not be created. */
  readonly pid: number | undefined;
}

/** Starts a process. Every failure, also of the start itself, comes through `events.onEnd`. `ledger`: a file to inherit. */
export function startProcess(
  spec: WorkerSpec,
  options: ProcessStartOptions,
  events: EndpointEvents,
  ledger?: number,
): StartedProcess {
  try {
    return new ProcessEndpoint(createChild(spec, options, ledger), spec, options, events);
  } catch (cause) {
    queueMicrotask(() => events.onEnd({ cause }));
    return { pid: undefined, send() {}, terminate() {}, hold() {} };
  }
}

function createChild(spec: WorkerSpec, options: ProcessStartOptions, ledger: number | undefined): ChildProcess {
  const { env, cwd, execArgv, daemon = false, workerUrl = new URL("./worker.js", import.meta.url) } = options;
  const data: ProcessData = { name: spec.name, daemon, ledger: ledger !== undefined };
  const args = [...(execArgv ?? inheritedExecArgv()), fileURLToPath(workerUrl), JSON.stringify(data)];
  return spawn(process.execPath, args, {
    // Its own input stays ours; in the order of `descriptors`.
    stdio: ["ignore", "inherit", "inherit", "pipe", ledger ?? "ignore", "pipe", "pipe"],
    windowsHide: true,
    ...(cwd !== undefined && { cwd }),
    ...(env && { env: { ...env } }),
  });
}

class ProcessEndpoint implements StartedProcess {
  readonly pid: number | undefined;
  readonly #child: ChildProcess;
  readonly #sockets: readonly Socket[];
  readonly #out: Socket;
  readonly #reader: FrameReader;
  readonly #events: EndpointEvents;
  readonly #options: ProcessStartOptions;
  #uncaught: unknown;
  #refusal: unknown;
  #exit: Pick<WorkerEnd, "exitCode" | "signal"> | undefined;
  #channelEnded = false;
  #ended = false;
  #terminated = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(child: ChildProcess, spec: WorkerSpec, options: ProcessStartOptions, events: EndpointEvents) {
    this.#child = child;
    this.pid = child.pid;
    this.#events = events;
    this.#options = options;
    this.#reader = new FrameReader((message) => this.#receive(message), { from: `worker ${spec.name}` });
    const at = (descriptor: number): Socket => child.stdio[descriptor] as unknown as Socket;
    this.#out = at(descriptors.fromPool);
    const channel = at(descriptors.toPool);
    const lifeline = at(descriptors.lifeline);
    this.#sockets = [this.#out, channel];
    // Failed writes and reads mean that the process is gone, or soon will be; its exit says why.
    for (const socket of [this.#out, channel, lifeline]) socket.on("error", () => {});
    lifeline.unref();
    channel.on("data", (chunk: Uint8Array) => this.#read(chunk));
    channel.on("close", () => this.#closed());
    child.on("error", (error) => this.#failed(error));
    child.on("exit", (exitCode, signal) => this.#exited({ exitCode, signal }));
  }

  send(message: unknown): void {
    const chunks = encodeFrame(message);
    if (!this.#out.writable) return;
    // What an iterable has yielded may be used again by its generator; tasks' arguments stay as they are until the end.
    if ((message as HostMessage).type === "input")
      for (let at = 1; at < chunks.length; at++) chunks[at] = (chunks[at] as Uint8Array).slice();
    if (chunks.length > 1) this.#out.cork();
    for (const chunk of chunks) this.#out.write(chunk);
    if (chunks.length > 1) this.#out.uncork();
  }

  terminate(hard: boolean): void {
    this.#terminated = true;
    this.#child.kill(hard ? "SIGKILL" : "SIGTERM");
    const { killAfterMs } = this.#options;
    if (hard || killAfterMs === undefined || this.#timer || this.#exit) return;
    this.#timer = setTimeout(() => this.#child.kill("SIGKILL"), killAfterMs);
  }

  hold(held: boolean): void {
    const method = held ? "ref" : "unref";
    this.#child[method]();
    for (const socket of this.#sockets) socket[method]();
  }

  #read(chunk: Uint8Array): void {
    // After a broken frame nobody knows where the next one begins.
    if (this.#ended || this.#refusal) return;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      // The pool refuses what is no message; it also logs it, and ends the worker.
      this.#events.onMessage(error);
      this.#refusal = error;
      this.terminate(true);
    }
  }

  #receive(message: unknown): void {
    if (isUncaught(message)) this.#uncaught = decodeError(message.uncaught);
    else this.#events.onMessage(message);
  }

  /** Without a pid there is no process, and will be none. */
  #failed(error: Error): void {
    if (this.pid !== undefined) return;
    const where = this.#options.cwd === undefined ? "" : ` (is there a folder ${String(this.#options.cwd)}?)`;
    this.#finish({ cause: error, description: `could not be started: ${error.message}${where}` });
  }

  #exited(exit: Pick<WorkerEnd, "exitCode" | "signal">): void {
    this.#exit = exit;
    clearTimeout(this.#timer);
    if (this.#channelEnded) this.#finish(this.#end());
    else this.#timer = setTimeout(() => this.#finish(this.#end()), channelGraceMs);
  }

  #closed(): void {
    this.#channelEnded = true;
    if (this.#exit) this.#finish(this.#end());
  }

  #finish(end: WorkerEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    for (const socket of this.#child.stdio) socket?.destroy();
    this.#events.onEnd(end);
  }

  #end(): WorkerEnd {
    const { exitCode, signal } = this.#exit ?? {};
    const description = this.#describe(exitCode, signal);
    // A program that handles uncaught errors goes on after them; then they are not why it ended.
    const cause = this.#refusal ?? (exitCode ? this.#uncaught : undefined);
    return {
      exitCode: exitCode ?? null,
      signal: signal ?? null,
      cause,
      ...(description !== undefined && { description }),
    };
  }

  /** What is known beyond exit code, signal and cause. */
  #describe(exitCode: number | null | undefined, signal: string | null | undefined): string | undefined {
    if (this.#refusal) return `was ended for what it sent (${(this.#refusal as Error).message})`;
    if (this.#terminated && signal) return `was terminated by ${signal}`;
    if (signal === "SIGABRT" || exitCode === 134) {
      return "was ended by SIGABRT, as Node does when it runs out of memory (see what it said on stderr)";
    }
    if (signal === "SIGKILL") return "was ended by SIGKILL, as the system does when it runs out of memory";
    return undefined;
  }
}
