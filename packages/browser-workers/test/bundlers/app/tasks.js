// The tasks of the app: what the page submits and the worker runs.
import { defineTasks, taskContext } from "@everycore/core";

function countPrimes(from, to) {
  let count = 0;
  for (let n = Math.max(from, 2); n < to; n++) {
    let prime = true;
    for (let d = 2; d * d <= n && prime; d++) prime = n % d !== 0;
    if (prime) count++;
  }
  return count;
}

function announce(channel, text) {
  new BroadcastChannel(channel).postMessage(`${text} from ${taskContext().workerName}`);
}

export const tasks = defineTasks(import.meta.url, { countPrimes, announce });
