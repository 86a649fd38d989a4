// What a scenario is: a description that apps run on one backend after the other. A scenario knows no backend and no
// platform; an app measures, draws and prints.

import type { Backend, Capabilities, Executor } from "@everycore/core";
import type { Host } from "./host.js";
import type { DevicePicture, Picture } from "./kernels/picture.js";

/** What a scenario's inputs are made from. */
export interface PrepareContext {
  readonly host: Host;
  /** Fires when the user wants to stop. */
  readonly signal: AbortSignal;
  /** Says how much is done, in numbers and in words: `progress(3, 20, "3 of 20 files")`. */
  progress(done: number, total: number, text: string): void;
}

/** What the serial reference run is given. */
export interface SerialContext<Input> extends PrepareContext {
  readonly input: Input;
}

/** What a run on a backend is given. */
export interface RunContext<Input, E> extends SerialContext<Input> {
  readonly executor: E;
  /** What the backend has besides executors: threads or processes of one's own, and queues between them. */
  readonly backend: Pick<Backend, "createActivity" | "createQueue">;
  /**
   * Given where a picture can be seen while it lies on the device. A scenario with a `picture` then paints there, and shows what there
   * is after each step; such a run is to be looked at, not measured. The pixels are the scenario's again when the promise settles.
   */
  show?(picture: DevicePicture): Promise<void>;
}

/** What a check is given: the inputs, and which backend it was. */
export interface CheckContext<Input> {
  readonly host: Host;
  readonly input: Input;
  readonly capabilities: Capabilities;
  readonly maxWorkers: number;
}

/**
 * Something worth showing, in a form that runs on every backend with the capabilities in `requires`.
 *
 * `run` does the work on the executor; `serial` does the same work on the calling thread, as the measure of speed-up;
 * `check` judges an outcome by other means than those by which it was made.
 */
export interface Scenario<Input = unknown, Outcome = unknown, E extends AsyncDisposable = Executor> {
  /** Its name on the command line. */
  readonly name: string;
  readonly title: string;
  /** What it shows, and how that is checked. */
  readonly description: string;
  /** A backend that lacks one of these is listed as skipped, with the capability's name. */
  readonly requires: ReadonlyArray<keyof Capabilities>;
  /** Sends messages through a queue: the backend has `createQueue`, or else it must share memory. */
  readonly needsQueue?: true;
  /** Why there is no serial run to compare with. Given exactly when there is no `serial`. */
  readonly incomparable?: string;
  /** Makes the inputs, once for all backends. */
  prepare(context: PrepareContext): Promise<Input>;
  /** Frees what `prepare` made. */
  release?(input: Input, host: Host): Promise<void>;
  /** The same work on the calling thread. */
  serial?(context: SerialContext<Input>): Promise<Outcome>;
  /** Does the work on the executor. Apps may call it several times, to find the fastest. */
  run(context: RunContext<Input, E>): Promise<Outcome>;
  /** Everything that is wrong with an outcome, as sentences; verified if there is none. */
  check(outcome: Outcome, context: CheckContext<Input>): Promise<readonly string[]>;
  /** What was found, in one line for people. */
  describe(outcome: Outcome): string;
  /** The outcome as a picture, if it is one. */
  picture?(outcome: Outcome): Picture;
  /** What the picture was made from, if that is one too. */
  source?(input: Input): Picture;
}

/** A scenario of any kind, as apps handle them. */
export type AnyScenario = Scenario<unknown, unknown, AsyncDisposable>;

/** The first capability that the scenario requires and the backend lacks, or `undefined`. */
export function missingCapability(
  { requires, needsQueue }: Pick<AnyScenario, "requires" | "needsQueue">,
  { capabilities, createQueue }: Pick<Backend, "capabilities" | "createQueue">,
): keyof Capabilities | undefined {
  const needed = needsQueue && !createQueue ? ([...requires, "sharedMemory"] as const) : requires;
  return needed.find((name) => !capabilities[name]);
}

/** `3 of 20 files` */
export function amount(done: number, total: number, what: string): string {
  return `${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${what}`;
}

/** A sentence if the values differ, for {@link Scenario.check}. */
export function expectEqual<T extends string | number | boolean>(what: string, actual: T, expected: T): string[] {
  return Object.is(actual, expected) ? [] : [`${what}: ${String(actual)} instead of ${String(expected)}`];
}
