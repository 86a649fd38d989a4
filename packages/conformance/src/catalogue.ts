// Every law: its number, what it is for, and where to look when it does not hold. SPEC.md says the same for readers;
// test/spec.test.ts keeps the two together.

/** One law. */
export interface Law {
  readonly law: string;
  /** What it asks for, in a line. */
  readonly intent: string;
  /** Where to look when it does not hold; follows "If this fails, look at ". */
  readonly hint: string;
  /** Set if the kit has no test for it: why. */
  readonly untested?: string;
  /**
   * JavaScript alone decides it: the books of futures and executors, in which no worker, channel, collector or compiler of the runtime
   * has a part. Of a backend that kept it on one version of a runtime, another version says nothing new: `Environment.fullRunOn`.
   */
  readonly isPortable?: true;
}

/** The laws in the order of the specification. */
export const laws: readonly Law[] = [
  {
    law: "F1",
    intent: "callbacks run on result, error and cancel, in the order they were added; one added late runs at once",
    hint: "the order in which the future calls its callbacks, and when it is settled",
    isPortable: true,
  },
  {
    law: "F2",
    intent: "a callback that throws is reported and does not stop the later ones",
    hint: "the loop over callbacks: each call needs a catch of its own",
    isPortable: true,
  },
  {
    law: "F3",
    intent: "truth tables of cancel, cancelled, running and done in all four states",
    hint: "the owner's cancel and hasStarted, and when the executor says that a body has started",
    isPortable: true,
  },
  {
    law: "F4",
    intent: "result({ timeoutMs: 0 }) is a TimeoutError, a CancelledError, the stored error, or the value",
    hint: "the order of checks in result: settled first, the timeout last",
    isPortable: true,
  },
  {
    law: "F5",
    intent: "exception() is the error, or null on success; falsy thrown values still count",
    hint: "places that test an error for truth instead of asking whether there is one",
    isPortable: true,
  },
  {
    law: "F6",
    intent: "waiting wakes on settlement and on cancellation, from wherever it comes",
    hint: "every way to settle a future: each must go through the one function that wakes waiters",
    isPortable: true,
  },
  {
    law: "F7",
    intent: "a second settlement is an InvalidStateError with the state in its message; the first one stands",
    hint: "the check at the top of settling, before anything is changed",
    isPortable: true,
  },
  {
    law: "F8",
    intent: "String(future) and util.inspect show state, and the value's or error's type",
    hint: 'toString and Symbol.for("nodejs.util.inspect.custom") of your futures',
    isPortable: true,
  },
  {
    law: "F9",
    intent: "await, then, catch and finally behave as on a Promise; a wait that ends early leaves the work running",
    hint: "what a timeout or a signal of a wait does: it must remove a listener and nothing else",
    isPortable: true,
  },
  {
    law: "F10",
    intent: "cancel() returns true exactly when the task's body never ran, and always in the turn of the submit",
    hint: "how the start of a body and its withdrawal are decided: by one atomic claim, not by messages that cross",
  },
  {
    law: "F11",
    intent: "an unobserved failure is reported exactly once, through a hook, and never ends the process",
    hint: "code that makes a promise of a future without catching it, or reports by itself",
  },
  {
    law: "F12",
    intent: "dropped futures, arguments, results and errors can be garbage-collected",
    hint: "tables of jobs by id or future: an entry must go when its task is over",
  },
  {
    law: "W1",
    intent: "duplicates collapse",
    hint: "the set that wait makes of its input",
    isPortable: true,
  },
  {
    law: "W2",
    intent: "FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED, also with some already done",
    hint: "whether futures that were done before are counted before listeners are added",
    isPortable: true,
  },
  {
    law: "W3",
    intent: "a timeout resolves with the partial sets and does not throw",
    hint: "the timeout of wait",
    isPortable: true,
  },
  {
    law: "W4",
    intent: "100 futures racing settle once each",
    hint: "how results find their future: by an id that is never used twice at a time",
    isPortable: true,
  },
  {
    law: "W5",
    intent: "a signal rejects the wait and cancels nothing",
    hint: "what the signal of a wait is connected to",
    isPortable: true,
  },
  {
    law: "A1",
    intent: "finished ones first, each once, any iterable",
    hint: "the queue of what has finished but was not yielded yet",
    isPortable: true,
  },
  {
    law: "A2",
    intent: "with a timeout, what finished is yielded, then TimeoutError",
    hint: "the deadline: it counts from the call and is looked at only when nothing is ready",
    isPortable: true,
  },
  {
    law: "A3",
    intent: "references to yielded futures are dropped",
    hint: "arrays and closures that keep futures after they were yielded",
  },
  {
    law: "A4",
    intent: "breaking the loop leaks no listener",
    hint: "the finally of the generator",
    isPortable: true,
  },
  {
    law: "E1",
    intent: "submit gives the value; several arguments; async functions are awaited; undefined and null are values",
    hint: 'how results are encoded: undefined must differ from "no result"',
  },
  {
    law: "E2",
    intent: "map zips several iterables, stops at the shortest; equal results for any chunkSize; order kept",
    hint: "the queue of batches in map, and how a chunk's tuples are applied",
    isPortable: true,
  },
  {
    law: "E3",
    intent:
      "an error surfaces at its position; earlier results were delivered; breaking or throwing cancels the unstarted rest",
    hint: "the error of a chunk (it must carry the values before it), and the iterator's return",
    isPortable: true,
  },
  {
    law: "E4",
    intent: "a TimeoutError thrown by the task is not the map's timeout; the map's deadline counts from the call",
    hint: "when the deadline is computed, and what the map does with a task's own error",
    isPortable: true,
  },
  {
    law: "E5",
    intent: "map without bufferSize submits everything before the first next(); with it exactly n are pulled ahead",
    hint: "when the inputs are pulled: at the call, and once for each result that was consumed",
    isPortable: true,
  },
  {
    law: "E6",
    intent: "wrong options are refused at the call, with RangeError or TypeError; so is a kernel without kernels",
    hint: "the checks at the top of the public methods and of the constructor",
    isPortable: true,
  },
  {
    law: "E7",
    intent: "a signal that fired already: never runs; while queued: cancelled; while running: aborted",
    hint: "where the signal is looked at (before queueing), and that its listener goes when the task is over",
  },
  {
    law: "E8",
    intent: "timeoutMs on a task aborts it and fails it with TimeoutError",
    hint: "when the clock starts (with the body, not with submit), and how an abort by timeout is told from another one",
  },
  {
    law: "E9",
    intent: "higher priority first; equal priority keeps order; no starvation",
    hint: "the order of the queue, and tasks that were sent ahead to workers",
    isPortable: true,
  },
  {
    law: "E10",
    intent: "maxQueue with each policy; ready() resolves when there is room; nothing is lost or run twice",
    hint: "the count of outstanding tasks, and who is woken when it falls",
    isPortable: true,
  },
  {
    law: "E11",
    intent: "with(options) is a view: same pool, same shutdown",
    hint: "what the view forwards, and whether it copies options into its executor",
    isPortable: true,
  },
  {
    law: "E12",
    intent: "stats() adds up: submitted = pending + running + done; and so do its workers, one by one",
    hint: "every place that settles a future: each must count exactly once",
    isPortable: true,
  },
  {
    law: "L1",
    intent: "submit, map, broadcast, stream after shutdown throw",
    hint: "the check of the state at the top of each operation",
  },
  {
    law: "L2",
    intent: "shutdown twice is fine",
    hint: "the promise of the end: one for all callers",
  },
  {
    law: "L3",
    intent: "queued work finishes on shutdown; with cancelFutures what has not started is cancelled, the rest finishes",
    hint: "when workers are told to end: not before the queue is empty",
  },
  {
    law: "L4",
    intent:
      "shutdown({ wait: false }) returns at once, queued work still finishes, and the process can end by itself after",
    hint: "what keeps the process alive while work is left, and that it lets go afterwards",
  },
  {
    law: "L5",
    intent: "an idle pool lets the process exit and uses no CPU; a busy one holds it until its work is done",
    hint: "ref and unref of workers and ports, and anything that polls",
  },
  {
    law: "L6",
    intent: "submit, cancel and shutdown in one tick do not hang",
    hint: "a shutdown that finds neither workers nor work, and workers that are only starting",
  },
  {
    law: "L7",
    intent: "a failing task with maxTasksPerWorker 1 and shutdown neither crashes nor hangs",
    hint: "the replacement of a worker while the pool is closing",
  },
  {
    law: "L8",
    intent: "no worker, handle, listener or timer outlives shutdown",
    hint: "timers of timeouts, grace periods and waits: each must be cleared when its task is over",
  },
  {
    law: "L9",
    intent: "each operation behaves as the table says in each state of the executor",
    hint: "the check of the state at the top of the operation that the title names",
    isPortable: true,
  },
  {
    law: "P1",
    intent: "at most maxWorkers; 15×N tasks make exactly N; three sequential tasks make one",
    hint: "when a worker is started: for work that no idle or starting worker will take",
  },
  {
    law: "P2",
    intent: "idle workers are reused first, and work is spread over those that are there",
    hint: "the choice of the worker for the next task",
  },
  {
    law: "P3",
    intent: "a worker that ends fails only what it was running, one error object per future; the pool goes on",
    hint: "what happens to tasks that a lost worker had been sent but had not begun",
  },
  {
    law: "P4",
    intent: "a worker that cannot start breaks the pool with that cause; nothing hangs",
    hint: "the end of a worker before it was ready, and who is told",
  },
  {
    law: "P5",
    intent: "exit(3) in a task is a lost worker with code 3",
    hint: "what the endpoint says about the end of its worker",
  },
  {
    law: "P6",
    intent: "out of memory in a task is a lost worker, said so",
    hint: "what the endpoint says about the end of its worker",
  },
  {
    law: "P7",
    intent: "maxTasksPerWorker: replaced after so many tasks; a backlog with recycling never strands",
    hint: "tasks that were sent ahead to a worker that is at its limit",
  },
  {
    law: "P8",
    intent: "a worker above its memory limit is replaced between tasks, never during one",
    hint: "when the worker reports its memory, and what a retiring worker is still given",
  },
  {
    law: "P9",
    intent: "arguments are not kept alive in the worker after the task",
    hint: "variables of the worker's loop that still hold the last task",
  },
  {
    law: "P10",
    intent: "worker names prefix-0 …",
    hint: "the names that workers are started with",
  },
  {
    law: "P11",
    intent:
      "terminateWorkers() and killWorkers() stop running tasks; no-op on a pool never started; later submit throws",
    hint: "the end of workers on purpose: it is neither a broken pool nor a reason to start new ones",
  },
  {
    law: "P12",
    intent: "worker processes notice that their parent died, and exit within a second",
    hint: "what a worker process does when its channel closes",
  },
  {
    law: "P13",
    intent: "a task stuck in a loop: abort terminates its worker after the grace period; the others do not notice",
    hint: "the timer of the grace period, and what is done with the other tasks of that worker",
  },
  {
    law: "P14",
    intent: "sticky key: same key, same worker while it lives",
    hint: "the table from keys to workers, and what happens to it when a worker ends",
  },
  {
    law: "P15",
    intent: "broadcast(fn) runs once in every worker, also in later ones",
    hint: "what a new worker is told to run before its first task",
  },
  {
    law: "P16",
    intent: "console.log from tasks arrives, in order per worker, and nothing is lost at exit",
    hint: "how a worker's output travels: over the same channel as its results",
  },
  {
    law: "D1",
    intent: "everything that structured clone carries arrives equal",
    hint: "the preparation of values before they are posted: it must keep types, identity and cycles",
  },
  {
    law: "D2",
    intent: "an argument that cannot be cloned fails that submit with its path; the pool lives",
    hint: "the catch around posting: which tasks of a batch it fails",
  },
  {
    law: "D3",
    intent: "a result that cannot be cloned fails its task with its path",
    hint: "the catch around posting a result in the worker",
  },
  {
    law: "D4",
    intent: "a subarray sends its own bytes, not the whole buffer behind it",
    hint: "the preparation of views before they are posted",
  },
  {
    law: "D5",
    intent: "move detaches the sender's buffer; copy leaves it; auto never detaches",
    hint: "the transfer list",
  },
  {
    law: "D6",
    intent: "a SharedArrayBuffer is shared, or refused",
    hint: "the preparation of shared memory before it is posted",
  },
  {
    law: "D7",
    intent: "a worker that ends in the middle of a large message breaks nothing else",
    hint: "how a message that is only half there is told from a whole one",
  },
  {
    law: "D8",
    intent: "64 MB arguments and results pass",
    hint: "limits of the transport, and copies of large values",
  },
  {
    law: "D9",
    intent: "100,000 queued tiny tasks: memory bounded, all settle once",
    hint: "what is kept per task, and work per task that grows with the queue",
  },
  {
    law: "D10",
    intent: "what cannot be received fails that task, on either side",
    hint: "the events for messages that cannot be deserialised, on either side",
  },
  {
    law: "D11",
    intent: "hostile messages are refused, reported, and end at most that worker",
    hint: "the check of every message that arrives, before anything is done with it",
  },
  {
    law: "D12",
    intent: "a portable object arrives as an object of its class, wherever it lies",
    hint: "marks in arguments, shared data and results, and the flag that says that there are any",
  },
  {
    law: "X1",
    intent: "name, message, cause chain, own properties, AggregateError.errors and DOMException name are kept",
    hint: "the encoding of errors: structured clone alone keeps too little",
  },
  {
    law: "X2",
    intent: "the remote stack is there, and so is the submit site",
    hint: "where the stack of the submit is captured and appended",
  },
  {
    law: "X3",
    intent: "registered error classes keep instanceof",
    hint: "the key under which a class is registered on both sides",
  },
  {
    law: "X4",
    intent: "a thrown non-error arrives as thrown",
    hint: "the encoding of what is no Error",
  },
  {
    law: "X5",
    intent: "an abort is an AbortError with the reason",
    hint: "who settles an aborted task: it must use the reason that was given here, not a copy",
  },
  {
    law: "X6",
    intent: "every error has a permanent code, says what happened and what to do, and is recognised across copies",
    hint: "the table of errors in core, and errors that are made elsewhere",
  },
  {
    law: "X7",
    intent: "closures, methods and bound functions are refused at submit, and the captured names are in the message",
    hint: "the resolver: it must refuse before anything is queued",
  },
  {
    law: "S1",
    intent: "the initializer ran in every worker, before any task",
    hint: "whether a worker takes tasks while its initializer is still awaited",
  },
  {
    law: "S2",
    intent: "shared data is there; SharedArrayBuffers in it are shared",
    hint: "what a worker is started with",
  },
  {
    law: "S3",
    intent: "taskContext().signal fires on abort; throwIfAborted() works in a loop that never yields",
    hint: "how an abort reaches a running task: by message for the signal, by memory for the loop",
  },
  {
    law: "S4",
    intent: "progress reports arrive in order, before the result",
    hint: "whether results overtake messages that were posted before them",
  },
  {
    law: "S5",
    intent:
      "a stream delivers in order, holds its producer, runs finally on break, and ends with an error at its position",
    hint: "the credit of the stream, and what happens when its consumer leaves",
  },
  {
    law: "S6",
    intent: "an async iterable may be an argument",
    hint: "who pulls the iterable, how far ahead, and who closes it",
  },
  {
    law: "S7",
    intent: "the submitter's async context is current in callbacks and in awaits on the future",
    hint: "where callbacks are bound to the context: when they are added",
  },
  {
    law: "T1",
    intent:
      "start twice throws; join before start throws; join returns after the end; join with a timeout returns false",
    hint: "the states of your threads and processes, and that join is told of the end whichever way it came",
  },
  {
    law: "T2",
    intent: "an uncaught error in a thread or process reaches join and the excepthook, once",
    hint: "the two ways of an error: the answer of the function, and the worker's own end",
  },
  {
    law: "T3",
    intent: "a daemon does not hold the process, and ends with it; others hold it",
    hint: "hold of the endpoint: after start, and around each join",
  },
  {
    law: "T4",
    intent: "exit codes, signals, terminate, kill, pid, isAlive",
    hint: "what the endpoint says about the end of its worker, and who asked for it",
  },
  {
    law: "T5",
    intent: "stdout and stderr pass through, in order and to the end",
    hint: "how the output travels, and that the channel is open until the worker has ended",
  },
  {
    law: "Y1",
    intent:
      "Lock: exclusion under contention from several threads; timeout that names the holder; release of an unheld lock throws; a guard releases on a throw",
    hint: "how a portable object reaches a worker and that its memory is shared there; then the rules at the top of mutex.ts of sync",
  },
  {
    law: "Y2",
    intent: "RLock: re-entrant in one thread, and released only by it",
    hint: "how a worker gets its number as a holder: the same recipient must be the same number (holders.ts of sync)",
  },
  {
    law: "Y3",
    intent: "Condition: notify(n) wakes exactly n; wait and notify without the lock throw; waitFor",
    hint: "the rules at the top of condition.ts and wait-list.ts of sync",
  },
  {
    law: "Y4",
    intent: "Semaphore counts; a BoundedSemaphore is not released beyond its first value",
    hint: "the rules at the top of semaphore.ts of sync",
  },
  {
    law: "Y5",
    intent: "Event: set wakes all that wait, even when clear follows at once",
    hint: "the word of event.ts of sync, which counts how often it was set",
  },
  {
    law: "Y6",
    intent:
      "Barrier: lock-step for ten rounds, indices, one action per round; abort, reset and a timeout free all that wait",
    hint: "the rules at the top of barrier.ts of sync",
  },
  {
    law: "Y7",
    intent:
      "Queue, LifoQueue, PriorityQueue: between many producers and consumers nothing is lost or doubled; maxSize blocks; shutDown wakes; taskDone and join",
    hint: "how a portable object reaches a worker, and that memory stays shared; then the rules at the top of queue-memory.ts of sync",
  },
  {
    law: "Y8",
    intent: "async and blocking forms wait for the same primitive, and wake each other",
    hint: "what wakes async functions: park.ts of sync, and that the worker's event loop runs while a task awaits",
  },
  {
    law: "Y9",
    intent:
      "a worker that ends while it holds a lock is reported to those who wait, and who come, until the lock is reset",
    hint: "when the recipient's onEnd is called: once, after the worker has ended, with its exit code in words",
  },
  {
    law: "G1",
    intent:
      "TaskGroup: all children awaited; an error cancels siblings and the body; only errors are grouped; groups nest; a parent's abort wins",
    hint: "how an abort settles your futures: as cancelled, with an AbortError",
    isPortable: true,
  },
  {
    law: "G2",
    intent: "timeout(): nested, rescheduled, expired; foreign errors pass through",
    hint: "how an abort by signal settles your futures",
    isPortable: true,
  },
  {
    law: "K1",
    intent:
      "each construct of the language, on each dtype: as the simulator and as JavaScript, bit for bit or within the ULP table",
    hint: "the emitter of the construct that the message names, then the rules of the IR (packages/kernel/src/ir/ir.ts)",
  },
  {
    law: "K2",
    intent:
      "NaN, ±Inf, −0, subnormals, integer wrap, division and remainder by zero, shifts beyond the width, conversions",
    hint: "how the emitter lowers the operation: hardware and host languages differ from the IR just there",
  },
  {
    law: "K3",
    intent:
      "scalars, typed arrays, DeviceArrays, broadcasting, empty arrays, sizes around powers of two, beyond 65,535 groups",
    hint: "remainders of strips and groups, how scalars are passed, and what is done when a size is 0",
  },
  {
    law: "K4",
    intent:
      "in-place updates; the same array in two parameters; several outputs; scatter; atomics; barriers and shared memory",
    hint: "what is copied to and from the device around a launch, masks of threads that do not take part, and the order of launches",
  },
  {
    law: "K5",
    intent:
      "reductions: any length, identity on empty, min and max with NaN, sums within the pairwise bound, deterministic",
    hint: "how partial results are combined: in an order that the number of elements alone decides",
  },
  {
    law: "K6",
    intent: "minified, bundled, tsx-compiled and coverage-instrumented kernels give the same results as the source",
    hint: "the front end: which shapes of the tool that the title names it takes apart",
  },
  {
    law: "K7",
    intent: "a kernel error points at the user's line; what the backend lacks is refused by name",
    hint: "what is checked before anything is queued, and how its error is made",
  },
  {
    law: "K8",
    intent: "random programs, seeded and shrunk: no crash, no disagreement",
    hint: "the smallest program in the message: its operations one by one, on backend and simulator",
  },
  {
    law: "K9",
    intent:
      "a thousand launches leak nothing; disposing twice is fine; using a disposed array throws; so does another executor's",
    hint: "what is freed when a launch settles and when an array is disposed, and the check of arrays before a launch",
  },
  {
    law: "K10",
    intent: "two executors of one kind do not disturb each other",
    hint: "state that is shared by executors: memories, caches, threads, queues",
  },
  {
    law: "K11",
    intent: "a lost device fails what was pending with DeviceLostError, and a new executor works",
    hint: "who is told that the device is gone, and which futures they hold",
  },
  {
    law: "K12",
    intent: "run gives what submit gives, at once, and is refused before the compiler was loaded",
    hint: "the queue that run and submit share, and the state of the compiler",
  },
];

/** Groups of laws that the kit does not test yet. */
export const untestedGroups: ReadonlyArray<Pick<Law, "law" | "intent"> & { readonly reason: string }> = [];

/** See {@link Law.isPortable}. */
export function isPortable(law: string): boolean {
  return laws.some((entry) => entry.law === law && entry.isPortable);
}

/** Where to look when a law does not hold. */
export function hintFor(law: string): string {
  return laws.find((entry) => entry.law === law)?.hint ?? "the specification of this law";
}
