// Primitives that are wrong once they are in a worker.

import { Event, Lock, RLock } from "@everycore/sync";
import { backend as threads } from "../../../node-threads/dist/index.js";
import { changeArguments, type Fault } from "./fault.js";
import { WrongPrimitive } from "./fixtures/wrong-locks.js";

/** A backend in whose workers primitives of the class are wrong. */
function wrongIn(type: typeof Lock | typeof RLock | typeof Event, fault: string): Fault["backend"] {
  return changeArguments(threads, (arg) => (arg instanceof type ? new WrongPrimitive(arg, fault) : arg));
}

/** See fault.ts. */
export const syncFaults: readonly Fault[] = [
  {
    what: "has locks that let a second one in now and then",
    law: "Y1",
    sentence: "no increment under a lock is lost",
    titles: /excludes four workers/,
    backend: wrongIn(Lock, "lets in"),
  },
  {
    what: "lets any thread release an RLock",
    law: "Y2",
    sentence: "another thread releases an RLock",
    titles: /re-entrant/,
    backend: wrongIn(RLock, "releases for others"),
  },
  {
    what: "polls events, and so misses one that is cleared at once",
    law: "Y5",
    sentence: "the results of wait",
    backend: wrongIn(Event, "polls"),
  },
];
