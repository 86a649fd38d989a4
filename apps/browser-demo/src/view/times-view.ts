// All backends compared: a table whose bars are the chart, so that it can be read as well as seen.

import type { AnyScenario } from "@everycore/scenarios";
import type { RunResult } from "../run/session.js";
import { byId, h } from "./element.js";
import { formatMs } from "./format.js";
import { createVerdict } from "./result-view.js";

/** Keeps the times of one scenario on all backends. */
export class TimesView {
  readonly #container = byId("times", HTMLElement);
  readonly #results = new Map<string, RunResult>();
  #scenario: AnyScenario | undefined;
  #serialMs: number | undefined;

  /** Another scenario, or other inputs: earlier times compare no more. */
  clear(scenario: AnyScenario): void {
    this.#scenario = scenario;
    this.#results.clear();
    this.#serialMs = undefined;
    this.#container.hidden = true;
  }

  set serialMs(timeMs: number) {
    this.#serialMs = timeMs;
    this.#show();
  }

  add(result: RunResult): void {
    this.#results.set(result.backend, result);
    this.#show();
  }

  #show(): void {
    const results = [...this.#results.values()];
    const longest = Math.max(this.#serialMs ?? 0, ...results.map(({ timeMs = 0 }) => timeMs));
    const rows = results.map((result) => this.#row(result, longest));
    if (this.#serialMs !== undefined) {
      rows.unshift(createRow("serial", "plain JavaScript on one thread", this.#serialMs, longest, "1 ×", ""));
    }
    const head = ["where", "time", "speed-up", "frames"].map((text) => h("th", { scope: "col" }, text));
    const why = this.#scenario?.incomparable;
    this.#container.hidden = rows.length === 0;
    this.#container.replaceChildren(
      h("h2", {}, "Times"),
      h("table", { class: "times" }, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows)),
      ...(why ? [h("p", { class: "soft" }, `There is no serial run to compare with: ${why}.`)] : []),
    );
  }

  #row({ backend, status, timeMs, workers, problems, frames }: RunResult, longest: number): HTMLElement {
    if (timeMs === undefined) return createEmptyRow(backend, status, problems[0] ?? "");
    const speedUp = this.#serialMs === undefined ? "" : `${(this.#serialMs / timeMs).toFixed(2)} ×`;
    const detail = workers === 0 ? "" : `${workers} ${workers === 1 ? "worker" : "workers"}`;
    const rate =
      frames && frames.frames > 0 ? `${frames.rate.toFixed(0)}/s, longest ${formatMs(frames.longestMs)}` : "";
    const row = createRow(backend, detail, timeMs, longest, speedUp, rate);
    if (status !== "verified") row.querySelector("th")?.append(createVerdict(status));
    return row;
  }
}

function createRow(
  name: string,
  detail: string,
  timeMs: number,
  longest: number,
  speedUp: string,
  frames: string,
): HTMLElement {
  const bar = h("span", { class: `bar of-${name}`, "aria-hidden": "true" });
  bar.style.setProperty("--share", String(timeMs / longest));
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("span", { class: "name" }, name), h("span", { class: "detail" }, detail), bar),
    h("td", {}, formatMs(timeMs)),
    h("td", {}, speedUp),
    h("td", {}, frames),
  );
}

function createEmptyRow(name: string, status: RunResult["status"], reason: string): HTMLElement {
  const head = h("th", { scope: "row" }, h("span", { class: "name" }, name), createVerdict(status));
  return h("tr", {}, head, h("td", { colspan: 3, class: "detail" }, reason));
}
