// The worker behind everything that is not the run itself: see tasks/referee-tasks.ts. The page stays free for frames, and what runs
// meanwhile on other workers is measured undisturbed.

import { WorkerPoolExecutor } from "@everycore/browser-workers";
import type { Executor, Future } from "@everycore/core";
import {
  type Judgement,
  type Progress,
  type RunFacts,
  refereeTasks,
  type ScenarioChoice,
} from "../tasks/referee-tasks.js";

function startRefereeWorker(): Worker {
  return new Worker(new URL("../tasks/referee.worker.ts", import.meta.url), { type: "module" });
}

/** How work of the referee can be stopped and watched. */
export interface Watch {
  readonly signal: AbortSignal;
  onProgress(progress: Progress): void;
}

/** Prepares, measures and judges, one thing at a time. */
export class Referee {
  readonly #executor: Executor = new WorkerPoolExecutor(startRefereeWorker, { maxWorkers: 1, name: "referee" });

  prepare(choice: ScenarioChoice, watch: Watch): Promise<unknown> {
    return this.#watched(watch, (executor) => executor.submit(refereeTasks.prepare, choice));
  }

  /** Milliseconds of the serial run, if there is one. */
  runSerially(choice: ScenarioChoice, input: unknown, watch: Watch): Promise<number | undefined> {
    return this.#watched(watch, (executor) => executor.submit(refereeTasks.runSerially, choice, input));
  }

  judge(choice: ScenarioChoice, input: unknown, outcome: unknown, facts: RunFacts, watch: Watch): Promise<Judgement> {
    return this.#watched(watch, (executor) => executor.submit(refereeTasks.judge, choice, input, outcome, facts));
  }

  async release(choice: ScenarioChoice, input: unknown): Promise<void> {
    await this.#executor.submit(refereeTasks.release, choice, input);
  }

  async #watched<T>({ signal, onProgress }: Watch, submit: (executor: Executor) => Future<T>): Promise<T> {
    return submit(this.#executor.with({ signal })).onProgress((progress) => onProgress(progress as Progress));
  }
}
