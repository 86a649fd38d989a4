// One lane for each worker: whether it is busy, and how many tasks it has done.

import type { WorkerStats } from "@everycore/core";
import { byId, h } from "./element.js";

interface Lane {
  readonly row: HTMLElement;
  readonly bar: HTMLElement;
  readonly count: HTMLElement;
}

/** See above. */
export class LanesView {
  readonly #container = byId("lanes", HTMLElement);
  readonly #lanes = new Map<string, Lane>();

  /** Words instead of lanes. */
  say(text: string): void {
    this.#lanes.clear();
    this.#container.replaceChildren(h("p", { class: "soft" }, text));
  }

  show(workers: readonly WorkerStats[]): void {
    if (workers.length === 0) return;
    if (workers.some(({ name }) => !this.#lanes.has(name))) this.#build(workers);
    const most = Math.max(1, ...workers.map(({ done, running }) => done + running));
    for (const { name, running, done } of workers) {
      const lane = this.#lanes.get(name);
      if (!lane) continue;
      lane.row.classList.toggle("busy", running > 0);
      lane.bar.style.setProperty("--share", String(done / most));
      lane.count.textContent = `${done.toLocaleString("en")} done${running > 0 ? ", busy" : ""}`;
    }
  }

  /** Nobody is busy any more. */
  rest(): void {
    for (const { row } of this.#lanes.values()) row.classList.remove("busy");
  }

  #build(workers: readonly WorkerStats[]): void {
    this.#lanes.clear();
    const rows = workers.map(({ name }) => {
      const bar = h("span", { class: "bar", "aria-hidden": "true" });
      const count = h("span", { class: "count" });
      const row = h(
        "li",
        { class: "lane" },
        h("span", { class: "who" }, name),
        h("span", { class: "track" }, bar),
        count,
      );
      this.#lanes.set(name, { row, bar, count });
      return row;
    });
    this.#container.replaceChildren(h("ul", {}, ...rows));
  }
}
