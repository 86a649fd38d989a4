// The `"run-inline"` policy: when the queue is full the caller does the work itself, and so slows down. The task has a
// context as in a worker; it cannot be ended if it does not listen.

import { reportProgress, setException, setResult, setRunning } from "@everycore/core";
import { callTask } from "../run/call-task.js";
import { RunningTask } from "../run/running-task.js";
import type { AbortDesk } from "./abort-desk.js";
import type { Job } from "./job.js";
import { settleAborted } from "./outcome.js";

/** Runs a job on the calling thread; synchronous until the task first awaits. */
export function runInline(job: Job, shared: unknown, aborts: AbortDesk, finish: () => void): void {
  const { future } = job;
  const running = new RunningTask(
    job.id,
    -1,
    { workerId: -1, workerName: "main", shared },
    {
      isAborting: () => false,
      report: (_task, value) => reportProgress(future, value),
    },
  );
  job.inline = running;
  setRunning(future);
  aborts.watch(job);
  aborts.started(job);
  const end = (settle: () => void): void => {
    running.end();
    if (!future.done()) settle();
    finish();
  };
  running
    .run(true, () => callTask(job.flags, job.task, job.args))
    .then(
      (value) => end(() => setResult(future, value)),
      (error) => end(() => (running.isStoppedBy(error) ? settleAborted(job) : setException(future, error))),
    );
}
