// The form, the buttons and the list of the page with the laws.

import type { PlannedTest, Report } from "@everycore/conformance";
import { type AnyBackend, describeAbsence, type FoundBackend } from "../backends.js";
import { planKit, runKit } from "../kit/kit-run.js";
import { type LawGroup, lawGroups } from "../kit/law-groups.js";
import { showChoices } from "./choices.js";
import { byId, h } from "./element.js";
import { formatMs } from "./format.js";
import { LawsView } from "./laws-view.js";

/** See above. */
export class KitPage {
  #backends: readonly FoundBackend[];
  readonly #form = byId("controls", HTMLFormElement);
  readonly #run = byId("run", HTMLButtonElement);
  readonly #stop = byId("stop", HTMLButtonElement);
  readonly #download = byId("download", HTMLButtonElement);
  readonly #status = byId("status", HTMLElement);
  readonly #progress = byId("progress", HTMLProgressElement);
  readonly #laws = new LawsView();
  #running: AbortController | undefined;
  #report: Report | undefined;

  constructor(backends: readonly FoundBackend[]) {
    this.#backends = backends;
    const wanted = new URL(location.href).searchParams;
    const able = backends.filter(({ backend }) => backend !== undefined);
    const chosen = able.find(({ name }) => name === wanted.get("backend")) ?? able[0];
    this.#showBackends(chosen?.name);
    this.#showGroups(wanted.get("groups")?.toUpperCase());
    this.#listen();
    this.#setRunning(undefined);
    this.#showPlan();
    this.#status.textContent = "Ready.";
  }

  /** What has been found since. The choice stays what it is. */
  set backends(backends: readonly FoundBackend[]) {
    this.#backends = backends;
    this.#showBackends(this.#form.querySelector<HTMLInputElement>("input[name=backend]:checked")?.value);
  }

  #showBackends(chosen = ""): void {
    showChoices(byId("backends", HTMLElement), "backend", this.#backends.map(choiceOf), chosen);
  }

  #showGroups(wanted = ""): void {
    const items = lawGroups.map(({ letter, title }) => {
      const checked = wanted === "" || wanted.includes(letter);
      const input = h("input", { type: "checkbox", name: "group", value: letter, checked });
      const label = h("label", { class: "choice" }, input, h("span", { class: "name" }, `${letter} · ${title}`));
      return h("div", { class: "option" }, label);
    });
    byId("groups", HTMLElement).replaceChildren(...items);
  }

  #listen(): void {
    const check = (checked: boolean): void => {
      for (const box of this.#form.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) box.checked = checked;
      this.#showPlan();
    };
    byId("all", HTMLButtonElement).addEventListener("click", () => check(true));
    byId("none", HTMLButtonElement).addEventListener("click", () => check(false));
    this.#form.addEventListener("input", () => this.#showPlan());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#start();
    });
    this.#stop.addEventListener("click", () => this.#running?.abort());
    this.#download.addEventListener("click", () => this.#save());
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.#running?.abort();
    });
  }

  #chosenBackend(): AnyBackend | undefined {
    const name = new FormData(this.#form).get("backend");
    return this.#backends.find((found) => found.name === name)?.backend;
  }

  #chosenGroups(): LawGroup[] {
    const letters = new FormData(this.#form).getAll("group");
    return lawGroups.filter(({ letter }) => letters.includes(letter));
  }

  #showPlan(): readonly PlannedTest[] {
    const backend = this.#chosenBackend();
    const groups = this.#chosenGroups();
    const tests = backend
      ? planKit(
          backend,
          groups.map(({ letter }) => letter),
        ).tests
      : [];
    this.#laws.show(groups, tests);
    this.#run.disabled = tests.length === 0;
    return tests;
  }

  async #start(): Promise<void> {
    const backend = this.#chosenBackend();
    if (this.#running || !backend) return;
    const groups = this.#chosenGroups();
    const plan = planKit(
      backend,
      groups.map(({ letter }) => letter),
    );
    this.#laws.show(groups, plan.tests);
    this.#progress.max = Math.max(1, plan.tests.length);
    const controller = new AbortController();
    this.#setRunning(controller);
    let done = 0;
    this.#report = await runKit(plan, controller.signal, {
      onBegin: (test) => {
        this.#laws.begin(test);
        this.#status.textContent = `${test.law} ${test.title} …`;
      },
      onResult: (test, result) => {
        this.#laws.add(test, result);
        this.#progress.value = ++done;
      },
    });
    this.#status.textContent = describe(this.#report, controller.signal.aborted);
    this.#setRunning(undefined);
  }

  #setRunning(controller: AbortController | undefined): void {
    const focused = document.activeElement;
    this.#running = controller;
    for (const fieldset of this.#form.querySelectorAll("fieldset")) fieldset.disabled = controller !== undefined;
    this.#run.disabled = controller !== undefined;
    this.#stop.disabled = controller === undefined;
    this.#download.disabled = controller !== undefined || this.#report === undefined;
    byId("stage", HTMLElement).classList.toggle("running", controller !== undefined);
    if (controller && focused === this.#run) this.#stop.focus();
    if (!controller && focused === this.#stop) this.#run.focus();
  }

  #save(): void {
    const report = this.#report;
    if (!report) return;
    const url = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: "application/json" }));
    h("a", { href: url, download: `everycore-${report.backend}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }
}

function choiceOf(found: FoundBackend): Parameters<typeof showChoices>[2][number] {
  const { name, availability } = found;
  const detail = availability.available ? availability.details : describeAbsence(found);
  return { value: name, name, detail, disabled: !availability.available };
}

function describe({ totals, ms, results }: Report, stopped: boolean): string {
  const { pass, fail, skipped, untested } = totals;
  const verdict = fail === 0 ? "no law is broken" : `${fail} ${fail === 1 ? "test has" : "tests have"} failed`;
  const how = stopped ? "Stopped" : "Done";
  return `${how} after ${formatMs(ms)} and ${results.length} tests: ${verdict}. ${pass} passed, ${skipped} skipped, ${untested} untested.`;
}
