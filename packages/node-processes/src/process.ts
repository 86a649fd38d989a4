// Python's `multiprocessing.Process` over child processes of Node. The life of one is in pool's activity.ts.

import { type Activity, type ActivityOptions, type OptionsFor, reportError, type Task } from "@everycore/core";
import { NodeTaskResolver } from "@everycore/node-tasks";
import {
  type ActivityKind,
  type Endpoint,
  type EndpointEvents,
  WorkerActivity,
  type WorkerSpec,
} from "@everycore/pool";
import { capabilities } from "./process-capabilities.js";
import { startProcess } from "./process-endpoint.js";
import { checkProcessOptions, type ProcessSettings, processOptionNames } from "./process-options.js";

/** What {@link Process.excepthook} is given. */
export interface ProcessException {
  readonly error: unknown;
  readonly process: Process;
}

/** Options of {@link Process}. */
export interface ProcessOptions<A extends readonly unknown[] = readonly unknown[]>
  extends ActivityOptions<A>,
    ProcessSettings {}

const alive = new Set<Activity>();

const processKind: ActivityKind = {
  kind: "Process",
  capabilities,
  optionNames: processOptionNames,
  resolver: new NodeTaskResolver("another process"),
  signals: true,
  alive,
  excepthook: (error, activity) => Process.excepthook({ error, process: activity as Process }),
};

let watchesExit = false;

/** Daemons need not notice by themselves that this process is gone. (If it is killed, they do: lifeline.ts.) */
function endDaemonsAtExit(): void {
  if (watchesExit) return;
  watchesExit = true;
  process.on("exit", () => {
    for (const child of alive) if (child.daemon && child.isAlive) child.terminate();
  });
}

/**
 * A child process that runs one function once, with memory, environment and working directory of its own.
 *
 * `new` throws a `TaskReferenceError` for a function that cannot be sent. What the function returns is dropped. Its standard output and
 * error are those of this process. A process never outlives the one that started it: a daemon does not hold it either.
 *
 * @example
 * ```ts
 * const process = new Process(printNumbers, { args: [5] });
 * process.start();
 * await process.join();
 * process.exitCode; // 0
 * ```
 */
export class Process<A extends readonly unknown[] = readonly unknown[]> extends WorkerActivity {
  /**
   * Receives the error that a process did not catch, once, at the process's end; `join()` rejects with it too. Assign a function to
   * it. The default reports `Exception in process Process-1` and the error to the handler of unobserved errors, which prints it.
   */
  static excepthook: (exception: ProcessException) => void = ({ error, process }) =>
    reportError(error, `Exception in process ${process.name}`);

  readonly #options: ProcessSettings;
  #pid: number | undefined;

  constructor(target: Task<A>, ...[options = {}]: OptionsFor<A, ProcessOptions<A>>) {
    super(processKind, target, options);
    checkProcessOptions(options);
    this.#options = options;
  }

  /** Its process id, from `start()` on. */
  get pid(): number | undefined {
    return this.#pid;
  }

  /** The signal that ended it, such as `"SIGTERM"`; `null` if none did, `undefined` until it has ended. */
  get signal(): string | null | undefined {
    return this.end && (this.end.signal ?? null);
  }

  /** Sends `SIGTERM`, which a process may listen to. Does nothing after its end. @throws InvalidStateError before `start()`. */
  override terminate(): void {
    super.terminate();
  }

  /** Sends `SIGKILL`, which ends any process. Does nothing after its end. @throws InvalidStateError before `start()`. */
  override kill(): void {
    super.kill();
  }

  /** Gives it up: from now on it can only be looked at. @throws InvalidStateError while it runs. */
  close(): void {
    this.shut();
  }

  protected launch(spec: WorkerSpec, events: EndpointEvents): Endpoint {
    const options = { ...this.#options, daemon: this.daemon };
    const endpoint = startProcess(spec, options, events);
    if (this.daemon) endDaemonsAtExit();
    this.#pid = endpoint.pid;
    return endpoint;
  }
}

/** The processes that were started here by `Process` and have not ended, oldest first: Python's `active_children()`. */
export function activeChildren(): Process[] {
  return [...alive] as Process[];
}
