// The tasks of the tests in pages.

import { currentThread } from "@everycore/browser-workers/worker";
import { defineTasks, taskContext } from "@everycore/core";
import type { Lock, SharedValue } from "@everycore/sync";

const remembered: unknown[] = [];
/** Messages that other listeners than ours have heard; see lab.worker.ts. */
const heard: unknown[] = [];
let turns = 0;

export const tasks = defineTasks(import.meta.url, {
  add: (a: number, b: number): number => a + b,
  identity: <T>(value: T): T => value,
  remember: (value: unknown): number => remembered.push(value),
  recall: (): readonly unknown[] => remembered,
  recallHeard: (): readonly unknown[] => heard,
  /** Leaves something behind that needs the event loop, turn after turn. */
  countTurns: (ms: number): void => {
    const end = performance.now() + ms;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      turns++;
      if (performance.now() < end) port2.postMessage(0);
      else port1.close();
    };
    port2.postMessage(0);
  },
  recallTurns: (): number => turns,
  sleep: (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms)),
  closeWorker: async (): Promise<void> => {
    close();
    await new Promise(() => {});
  },
  /** Ends its worker as soon as it has returned `last`. */
  closeAfter: (value: number, last: number): number => {
    if (value === last) queueMicrotask(close);
    return value;
  },
  say: (value: unknown): void => postMessage(value),
  spin: (ms: number): number => {
    const end = performance.now() + ms;
    while (performance.now() < end);
    return ms;
  },
  rejectLater: (): void => void Promise.reject(new RangeError("left behind")),
  greet: (): string => `${currentThread().name} ${currentThread().isMain} ${taskContext().workerName}`,
  collect: (lock: Lock, total: SharedValue<"int32">, count: number): void => {
    for (let n = 0; n < count; n++) {
      using _ = lock.acquireSync();
      total.value = total.value + 1;
    }
  },
  repeat: (times: number): void => {
    let left = times;
    const timer = setInterval(() => {
      console.log(`repeat ${left}`);
      if (--left === 0) clearInterval(timer);
    }, 5);
  },
});

export const others = defineTasks(import.meta.url, { add: (a: number, b: number): number => 100 * a + b });

/** In a worker, after `serve`: notes what else is heard. */
export function hear(): void {
  addEventListener("message", ({ data }) => heard.push(data));
}
