// A thread or process of the user's own, Thread and Process: one worker that runs one function once.
//
//   initial → started → ended → closed        initial → closed
//
// 1. `start` posts all that the worker will ever be told: init, the one task, stop. From then on it needs nothing from this side:
//    it ends when the function has returned and its event loop is empty, also while this thread is blocked.
// 2. Only the endpoint's `onEnd`, which comes after all messages, leads to "ended". A start whose arguments cannot be sent
//    throws, and leads back to "initial".
// 3. The error of an activity is that of its function, or else what ended its worker, unless that was `terminate` or `kill`.
// 4. At the end come, in this order: the state, the listeners of portable objects, the excepthook (once), the joins.
// 5. The process is held while the activity is alive and is no daemon, or somebody joins it.

import {
  type Activity,
  type ActivityOptions,
  type AnyTask,
  checkFunction,
  checkOptions,
  decodeError,
  InvalidStateError,
  namedReference,
  reportError,
  type TaskReference,
  typeError,
  type WaitOptions,
  WorkerLostError,
  waitFor,
} from "@everycore/core";
import type { Endpoint, EndpointEvents, Runtime, WorkerEnd, WorkerSpec } from "../wire/endpoint.js";
import { prepareArguments } from "../wire/payload.js";
import {
  checkWorkerMessage,
  type HostMessage,
  protocolVersion,
  resultStatus,
  taskFlags,
  type WorkerMessage,
} from "../wire/protocol.js";
import { locateUncloneable } from "../wire/uncloneable.js";
import { appendSite, describeEnd } from "./outcome.js";
import { captureSite, type SubmitSite } from "./submit-sites.js";
import { WorkerRecipient } from "./worker-recipient.js";

/** What kind of activity this is. */
export interface ActivityKind extends Pick<Runtime, "kind" | "capabilities" | "resolver" | "optionNames"> {
  /** Whether the end of a worker tells that it was ended from outside, by a signal; else this is found out here. */
  readonly signals: boolean;
  /** Those that were started and have not ended, oldest first. */
  readonly alive: Set<Activity>;
  /** Receives the error that nobody caught, once. */
  excepthook(error: unknown, activity: Activity): void;
}

const optionNames: readonly string[] = ["args", "name", "daemon"];
const counts = new Map<string, number>();

/** The part of Thread and Process that does not depend on what runs them. */
export abstract class WorkerActivity implements Activity {
  static {
    // What console.log and util.inspect show.
    const inspect = Symbol.for("nodejs.util.inspect.custom");
    Object.defineProperty(this.prototype, inspect, { value: this.prototype.toString });
  }

  readonly name: string;
  readonly daemon: boolean;
  readonly #kind: ActivityKind;
  readonly #number: number;
  readonly #reference: TaskReference;
  readonly #args: readonly unknown[];
  readonly #joins = new Set<() => void>();
  #state: "initial" | "started" | "ended" | "closed" = "initial";
  #endpoint: Endpoint | undefined;
  #ready = false;
  #done = false;
  #stopped = false;
  #failure: { readonly error: unknown } | undefined;
  #end: WorkerEnd | undefined;
  #site: SubmitSite | undefined;

  constructor(kind: ActivityKind, target: AnyTask, options: ActivityOptions) {
    checkFunction("target", target);
    checkActivityOptions(options, kind);
    this.#kind = kind;
    this.#number = (counts.get(kind.kind) ?? 0) + 1;
    counts.set(kind.kind, this.#number);
    this.name = options.name ?? `${kind.kind}-${this.#number}`;
    this.daemon = options.daemon ?? false;
    this.#args = options.args ?? [];
    this.#reference = namedReference(target) ?? kind.resolver.resolve(target);
  }

  /** Starts the worker. */
  protected abstract launch(spec: WorkerSpec, events: EndpointEvents): Endpoint;

  /** How it ended, when it has. */
  protected get end(): WorkerEnd | undefined {
    return this.#end;
  }

  get isAlive(): boolean {
    return this.#state === "started";
  }

  get exitCode(): number | null | undefined {
    if (!this.#end) return undefined;
    const { exitCode = null, signal } = this.#end;
    return this.#failure && !signal && !exitCode ? 1 : exitCode;
  }

  start(): void {
    if (this.#state !== "initial") {
      const when = this.#state === "closed" ? this.#when() : "a second time";
      const instead = `A ${this.#kind.kind.toLowerCase()} runs once: create a new one.`;
      throw new InvalidStateError(`${this} cannot be started ${when}. ${instead}`);
    }
    const { sharedMemory, transfer } = this.#kind.capabilities;
    const recipient = new WorkerRecipient(this.name, sharedMemory);
    const limits = { sharedMemory, transfer, label: this.#kind.kind, recipient };
    const { value: args, transfer: moved, portables } = prepareArguments(this.#args, "auto", limits);
    this.#site = captureSite(this.start);
    const flags = taskFlags.noResult | (portables ? taskFlags.portables : 0);
    this.#post(recipient, { type: "run", define: [], tasks: [0, -1, this.#reference, flags, args] }, moved);
  }

  /** Rules 1 and 2. */
  #post(recipient: WorkerRecipient, task: HostMessage, moved: readonly object[]): void {
    let refused = false;
    const endpoint = this.launch(
      { id: this.#number, name: this.name },
      {
        onMessage: (message) => refused || this.#receive(message),
        onResult: (id, value, runMs) =>
          refused || this.#receive({ type: "done", results: [id, resultStatus.value, value, runMs] }),
        // It has no slots.
        onRing() {},
        onEnd: (end) => refused || this.#finish(end, recipient),
      },
    );
    this.#state = "started";
    this.#endpoint = endpoint;
    this.#kind.alive.add(this);
    try {
      endpoint.send(this.#init(), []);
      endpoint.send(task, moved);
      endpoint.send({ type: "stop", exitCode: 1 }, []);
    } catch (error) {
      refused = true;
      this.#state = "initial";
      this.#kind.alive.delete(this);
      endpoint.terminate(true);
      throw locateUncloneable(this.#args, "args", error);
    }
    this.#updateHold();
  }

  #init(): HostMessage {
    return {
      type: "init",
      version: protocolVersion,
      workerId: this.#number,
      workerName: this.name,
      slots: undefined,
      shared: undefined,
      setup: [],
      reportMemory: false,
    };
  }

  join(options: WaitOptions = {}): Promise<boolean> {
    if (this.#state === "initial" || this.#state === "closed") {
      return Promise.reject(new InvalidStateError(`${this} cannot be joined ${this.#when()}.`));
    }
    return waitFor(
      options,
      (resolve, reject) => {
        const look = (): void => {
          if (this.#failure) reject(this.#failure.error);
          else resolve(true);
        };
        if (this.#state === "ended") look();
        else this.#joins.add(look);
        this.#updateHold();
        return () => {
          this.#joins.delete(look);
          this.#updateHold();
        };
      },
      (resolve) => resolve(false),
    );
  }

  terminate(): void {
    this.#stop(false);
  }

  kill(): void {
    this.#stop(true);
  }

  toString(): string {
    return `${this.#kind.kind} ${JSON.stringify(this.name)} (${this.#state})`;
  }

  #stop(hard: boolean): void {
    if (this.#state === "ended") return;
    if (this.#state !== "started") throw new InvalidStateError(`${this} cannot be ended ${this.#when()}.`);
    this.#stopped = true;
    this.#endpoint?.terminate(hard);
  }

  /** From now on everything but looking is refused. */
  protected shut(): void {
    if (this.#state === "started") {
      throw new InvalidStateError(`${this} cannot be closed while it runs. Join it, or end it by terminate().`);
    }
    this.#state = "closed";
  }

  #when(): string {
    return this.#state === "closed" ? "after close()" : "before start()";
  }

  /** Rule 5. */
  #updateHold(): void {
    if (this.#state === "started") this.#endpoint?.hold(!this.daemon || this.#joins.size > 0);
  }

  #receive(raw: unknown): void {
    try {
      this.#handle(checkWorkerMessage(raw, this.name));
    } catch (error) {
      this.#fail(error);
      this.#endpoint?.terminate(true);
    }
  }

  #handle(message: WorkerMessage): void {
    if (message.type === "ready") this.#ready = true;
    if (message.type === "unready") this.#fail(decodeError(message.error));
    if (message.type !== "done") return;
    this.#done = true;
    const [, status, value] = message.results;
    if (status === resultStatus.error || status === resultStatus.aborted) {
      const error = decodeError(value as Parameters<typeof decodeError>[0]);
      this.#fail(error instanceof Error ? appendSite(error, this.#site, "started by") : error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Rules 3 and 4. */
  #finish(end: WorkerEnd, recipient: WorkerRecipient): void {
    if (!this.#failure && !this.#stopped) this.#failure = this.#failureOf(end);
    this.#state = "ended";
    this.#kind.alive.delete(this);
    this.#end = this.#wasCutOff(end) ? { ...end, exitCode: null } : end;
    this.#endpoint = undefined;
    recipient.end(describeEnd(end));
    if (this.#failure) this.#uncaught(this.#failure.error);
    for (const look of [...this.#joins]) look();
  }

  #uncaught(error: unknown): void {
    try {
      this.#kind.excepthook(error, this);
    } catch (broken) {
      reportError(broken, `${this.#kind.kind}.excepthook threw`);
    }
  }

  /** Threads that are terminated have code 1, or 0 while they start. */
  #wasCutOff({ exitCode, cause }: WorkerEnd): boolean {
    if (!this.#stopped || this.#kind.signals || cause !== undefined) return false;
    return exitCode === 1 || (exitCode === 0 && !this.#done);
  }

  #failureOf(end: WorkerEnd): { readonly error: unknown } | undefined {
    const { kind } = this.#kind;
    const how = `${kind} ${JSON.stringify(this.name)}`;
    if (!this.#ready) return { error: new WorkerLostError(`${how} could not start: it ${describeEnd(end)}.`, end) };
    if (end.cause === undefined) return undefined;
    return { error: end.description ? new WorkerLostError(`${how} ${describeEnd(end)}.`, end) : end.cause };
  }
}

function checkActivityOptions(options: ActivityOptions, kind: ActivityKind): void {
  checkOptions("options", options, [...optionNames, ...(kind.optionNames ?? [])]);
  const { args, name, daemon } = options;
  if (args !== undefined && !Array.isArray(args)) throw typeError("args", "an array", args);
  if (name !== undefined && typeof name !== "string") throw typeError("name", "a string", name);
  if (daemon !== undefined && typeof daemon !== "boolean") throw typeError("daemon", "a boolean", daemon);
}
