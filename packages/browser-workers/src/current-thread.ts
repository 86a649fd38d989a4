// Who the calling thread is. Kept on globalThis, because the page's bundle and the worker's may each have a copy of this file.

/** A thread as it sees itself; see {@link currentThread}. */
export interface CurrentThread {
  /** Name of the `Thread`, or of the worker of a pool; `"main"` in a page. */
  readonly name: string;
  /** Number of the worker in its page; 0 in a page. */
  readonly ident: number;
  readonly daemon: boolean;
  readonly isMain: boolean;
}

const key = Symbol.for("everycore.browser-workers.current-thread");
const host = globalThis as { [key]?: CurrentThread };

/** The thread that calls this: Python's `current_thread()`. */
export function currentThread(): CurrentThread {
  return host[key] ?? { name: "main", ident: 0, daemon: false, isMain: true };
}

/** For a worker that has been told who it is. */
export function setCurrentThread(thread: Omit<CurrentThread, "isMain">): void {
  host[key] = Object.freeze({ ...thread, isMain: false });
}
