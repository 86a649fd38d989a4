// Threads and processes as Python's `threading.Thread` and `multiprocessing.Process` have them: one function that runs
// once, with a beginning and an end that the program sees. For many functions there are executors.

import type { Task } from "./tasks.js";
import type { WaitOptions } from "./waiting.js";

/** Options of a thread or process that runs one function. */
export interface ActivityOptions<A extends readonly unknown[] = readonly unknown[]> {
  /** Arguments of the function; sent, like those of a task, when the activity starts. Default: none. */
  readonly args?: A | undefined;
  /** Name in messages, and inside of the activity. Default: `Thread-1`, `Process-1`, … */
  readonly name?: string | undefined;
  /** Whether the program may end while this runs, which ends it too. Default false: it holds the program. */
  readonly daemon?: boolean | undefined;
}

/** One function that runs once on a thread or process of its own. */
export interface Activity {
  readonly name: string;
  readonly daemon: boolean;
  /** True from `start()` until it has ended. */
  readonly isAlive: boolean;
  /**
   * `undefined` until it has ended; then 0, 1 after an uncaught error, what `process.exit(code)` or `process.exitCode` said, or `null`
   * when it was ended from outside.
   */
  readonly exitCode: number | null | undefined;
  /**
   * Starts it. It ends when the function has returned (and its promise has settled) and its event loop has nothing left to do.
   *
   * @throws InvalidStateError the second time; DataCloneError or UnsupportedError for arguments that cannot be sent.
   */
  start(): void;
  /**
   * Waits for its end: true after it, false when `timeoutMs` has passed. Rejects with the error that the function, or what it
   * left behind, did not catch; with an `InvalidStateError` before `start()`. Holds the program meanwhile, also for a daemon.
   */
  join(options?: WaitOptions): Promise<boolean>;
  /** Ends it now. Does nothing after its end. @throws InvalidStateError before `start()`. */
  terminate(): void;
  /** Ends it by the hardest means there is. @throws InvalidStateError before `start()`. */
  kill(): void;
}

/** Makes a thread or process that is yet to be started; see `Backend.createActivity`. */
export type ActivityFactory = <A extends readonly unknown[]>(
  target: Task<A>,
  ...options: OptionsFor<A, ActivityOptions<A>>
) => Activity;

/** A parameter list: the options `O` with `args` for a function with parameters `A`; they may be left out if `A` may be empty. */
export type OptionsFor<A extends readonly unknown[], O extends ActivityOptions<A>> = [] extends A
  ? [options?: O]
  : [options: O & { readonly args: A }];
