// All backends compared: a table whose bars are the chart, so that it can be read as well as seen. A backend that is still to come
// has its row already.

import type { AnyScenario } from "@everycore/scenarios";
import type { RunResult } from "../run/session.js";
import { byId, h } from "./element.js";
import { formatMs } from "./format.js";
import { createVerdict } from "./result-view.js";

/** What is to be said of a backend that has no result yet. */
type Pending = "waiting" | "running …" | "cancelled";

/** A row with a bar. */
interface Time {
  readonly name: string;
  readonly detail: string;
  readonly timeMs: number;
  readonly speedUp: string;
  readonly frames: string;
}

/** Keeps the times of one scenario on all backends. */
export class TimesView {
  readonly #container = byId("times", HTMLElement);
  /** In the order of the rows. */
  readonly #rows = new Map<string, RunResult | Pending>();
  #scenario: AnyScenario | undefined;
  #serialMs: number | undefined;

  /** Another scenario, or other inputs: earlier times compare no more. */
  clear(scenario: AnyScenario): void {
    this.#scenario = scenario;
    this.#rows.clear();
    this.#serialMs = undefined;
    this.#container.hidden = true;
  }

  /** These will be run, one after the other. */
  expect(backends: readonly string[]): void {
    // One alone has no chart to be in; beside earlier ones it keeps its place.
    if (backends.length > 1) this.#rows.clear();
    if (backends.length > 1 || this.#rows.size > 0) for (const name of backends) this.#rows.set(name, "waiting");
    this.#show();
  }

  begin(backend: string): void {
    if (this.#rows.get(backend) !== "waiting") return;
    this.#rows.set(backend, "running …");
    this.#show();
  }

  set serialMs(timeMs: number) {
    this.#serialMs = timeMs;
    this.#show();
  }

  add(result: RunResult): void {
    this.#rows.set(result.backend, result);
    this.#show();
  }

  /** What has no result now will have none. */
  end(): void {
    for (const [name, row] of this.#rows) if (typeof row === "string") this.#rows.set(name, "cancelled");
    this.#show();
  }

  #show(): void {
    const times = [...this.#rows.values()].map((row) => (typeof row === "string" ? 0 : (row.timeMs ?? 0)));
    const longest = Math.max(this.#serialMs ?? 0, ...times);
    const rows = [...this.#rows].map(([name, row]) => this.#createRow(name, row, longest));
    const serialMs = this.#serialMs;
    if (serialMs !== undefined) rows.unshift(createTimeRow({ ...serialRow, timeMs: serialMs }, longest));
    const head = ["where", "time", "speed-up", "frames"].map((text) => h("th", { scope: "col" }, text));
    const why = this.#scenario?.incomparable;
    const caption = `How long “${this.#scenario?.title}” takes. The shorter the bar, the faster; the speed-up is against the serial loop.`;
    this.#container.hidden = rows.length === 0;
    this.#container.replaceChildren(
      h("h2", {}, "Times"),
      h(
        "table",
        { class: "times" },
        h("caption", { class: "soft" }, caption),
        h("thead", {}, h("tr", {}, ...head)),
        h("tbody", {}, ...rows),
      ),
      ...(why ? [h("p", { class: "soft" }, `There is no serial run to compare with: ${why}.`)] : []),
    );
  }

  #createRow(name: string, row: RunResult | Pending, longest: number): HTMLElement {
    if (typeof row === "string") return createWordsRow(name, [], row);
    const { status, timeMs, problems } = row;
    if (timeMs === undefined) return createWordsRow(name, [createVerdict(status)], problems[0] ?? "");
    const speedUp = this.#serialMs === undefined ? "" : `${formatRatio(this.#serialMs / timeMs)} ×`;
    const element = createTimeRow(
      { name, detail: describePlace(row), timeMs, speedUp, frames: frameRate(row) },
      longest,
    );
    if (status !== "verified") element.querySelector("th")?.append(createVerdict(status));
    return element;
  }
}

const serialRow = { name: "serial", detail: "a loop on one thread", speedUp: "1 ×", frames: "" };

function describePlace({ backend, workers, details = "" }: RunResult): string {
  if (backend === "inline") return "the page’s own thread";
  // Whoever sees these times should know that no GPU has made them.
  if (workers === 0) return softwareDevices.test(details) ? "in software, no GPU" : "";
  return `${workers} ${workers === 1 ? "worker" : "workers"}`;
}

const softwareDevices = /swiftshader|llvmpipe|lavapipe|basic render/i;

function frameRate({ frames }: RunResult): string {
  return frames && frames.frames > 0 ? `${frames.rate.toFixed(0)}/s, longest ${formatMs(frames.longestMs)}` : "";
}

/** `0.043`, `0.66`, `14.5`, `144` */
function formatRatio(ratio: number): string {
  if (ratio < 0.1) return ratio.toPrecision(2);
  return ratio.toFixed(ratio < 10 ? 2 : ratio < 100 ? 1 : 0);
}

function createTimeRow({ name, detail, timeMs, speedUp, frames }: Time, longest: number): HTMLElement {
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

function createWordsRow(name: string, verdict: readonly HTMLElement[], words: string): HTMLElement {
  const head = h("th", { scope: "row" }, h("span", { class: "name" }, name), ...verdict);
  return h("tr", { class: "wordy" }, head, h("td", { colspan: 3, class: "detail" }, words));
}
