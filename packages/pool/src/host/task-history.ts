// What a pool has seen of a function that it was given before.

import type { TaskReference } from "@everycore/core";
import { Pace } from "./pace.js";
import { SubmitSites } from "./submit-sites.js";

/** Of one function. */
export class TaskHistory {
  readonly pace: Pace = new Pace();
  readonly sites: SubmitSites = new SubmitSites();

  /** A run is over. */
  ran(runMs: number, threw: boolean): void {
    this.pace.ran(runMs);
    this.sites.ran(threw);
  }
}

/** Of all functions of a pool, for as long as somebody has them. */
export class TaskHistories {
  readonly #histories = new WeakMap<TaskReference, TaskHistory>();

  of(reference: TaskReference): TaskHistory {
    let history = this.#histories.get(reference);
    if (!history) {
      history = new TaskHistory();
      this.#histories.set(reference, history);
    }
    return history;
  }
}
