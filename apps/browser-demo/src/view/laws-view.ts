// The list of laws: what became of each test, as it happens.

import type { LawResult, Outcome, PlannedTest, Totals } from "@everycore/conformance";
import { type LawGroup, testsOf } from "../kit/law-groups.js";
import { byId, h } from "./element.js";
import { formatMs } from "./format.js";

const marks: Readonly<Record<Outcome, readonly [sign: string, kind: string, word: string]>> = {
  pass: ["✓", "good", "passed"],
  fail: ["✗", "bad", "failed"],
  skipped: ["–", "soft", "skipped"],
  untested: ["?", "warn", "untested"],
};

/** See above. */
export class LawsView {
  readonly #list = byId("laws", HTMLElement);
  readonly #totals = byId("totals", HTMLElement);
  readonly #rows = new Map<PlannedTest, HTMLElement>();
  #counts: Record<Outcome, number> = { pass: 0, fail: 0, skipped: 0, untested: 0 };

  get totals(): Totals {
    return this.#counts;
  }

  /** Shows what will run. */
  show(groups: readonly LawGroup[], tests: readonly PlannedTest[]): void {
    this.#rows.clear();
    this.#counts = { pass: 0, fail: 0, skipped: 0, untested: 0 };
    const cards = groups.map((group) => this.#createGroup(group, testsOf(group, tests)));
    this.#list.replaceChildren(...cards);
    this.#showTotals();
  }

  begin(test: PlannedTest): void {
    this.#rows.get(test)?.classList.add("busy");
  }

  add(test: PlannedTest, result: LawResult): void {
    this.#counts[result.outcome]++;
    this.#showTotals();
    const row = this.#rows.get(test);
    row?.replaceWith(this.#createRow(test, result));
  }

  #createGroup({ letter, title }: LawGroup, tests: readonly PlannedTest[]): HTMLElement {
    const rows = tests.map((test) => this.#createRow(test));
    return h("section", { class: "card" }, h("h2", {}, `${letter} · ${title}`), h("ul", {}, ...rows));
  }

  #createRow(test: PlannedTest, result?: LawResult): HTMLElement {
    const [sign, kind, word] = result ? marks[result.outcome] : ["·", "soft", "not run"];
    const note = result?.reason ?? (result?.outcome === "pass" ? formatMs(result.ms) : "");
    const row = h(
      "li",
      { class: `law ${result?.outcome ?? "waiting"}` },
      h("span", { class: `mark ${kind}`, role: "img", "aria-label": word }, sign),
      h("span", { class: "number" }, test.law),
      h("span", { class: "what" }, test.title),
      h("span", { class: "note soft" }, note),
      ...(result?.error ? [h("pre", {}, result.error)] : []),
    );
    this.#rows.set(test, row);
    return row;
  }

  #showTotals(): void {
    const items = Object.entries(this.#counts).map(([outcome, count]) => {
      const [, kind, word] = marks[outcome as Outcome];
      return h("div", {}, h("dt", {}, word), h("dd", { class: count > 0 ? kind : "soft" }, String(count)));
    });
    this.#totals.replaceChildren(...items);
  }
}
