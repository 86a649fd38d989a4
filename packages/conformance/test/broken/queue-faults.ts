// Queues that are wrong once they are in a worker.

import { Queue } from "@everycore/sync";
import { backend as threads } from "../../../node-threads/dist/index.js";
import { changeArguments, type Fault } from "./fault.js";
import { WrongQueue } from "./fixtures/wrong-queues.js";

function queueFault(fault: "loses" | "doubles" | "reorders", sentence: string): Fault {
  return {
    what: `has a queue that ${fault} an item now and then`,
    law: "Y7",
    sentence,
    titles: /each producer's order/,
    backend: changeArguments(threads, (arg) => (arg instanceof Queue ? new WrongQueue(arg, fault) : arg)),
  };
}

/** See fault.ts. */
export const queueFaults: readonly Fault[] = [
  queueFault("loses", "nothing is lost in a queue (30 of 6000 items are)"),
  queueFault("doubles", "nothing is doubled in a queue (30 of 6000 items are)"),
  queueFault("reorders", "the items of one producer stay in order"),
];
