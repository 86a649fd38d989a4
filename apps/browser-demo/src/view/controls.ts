// What is to be run: scenario, backend, workers, size. The choice is in the page's address too, so that it can be linked to.

import type { AnyScenario } from "@everycore/scenarios";
import { describeAbsence, type FoundBackend } from "../backends.js";
import { reasonNotToRun } from "../run/session.js";
import { findScenario, type Size } from "../tasks/referee-tasks.js";
import { type ChoiceItem, showChoices } from "./choices.js";
import { byId } from "./element.js";

/** See above. */
export interface Choice {
  readonly scenario: string;
  readonly backend: string;
  readonly workers: number;
  readonly size: Size;
}

/** The form at the side. */
export class Controls {
  readonly #form = byId("controls", HTMLFormElement);
  readonly #scenarios: readonly AnyScenario[];
  #backends: readonly FoundBackend[];
  readonly #onChange: () => void;
  #choice: Choice;

  constructor(scenarios: readonly AnyScenario[], backends: readonly FoundBackend[], onChange: () => void) {
    this.#scenarios = scenarios;
    this.#backends = backends;
    this.#onChange = onChange;
    this.#choice = this.#fit(readAddress());
    this.#form.addEventListener("input", () => this.#read());
    this.#show();
  }

  get backends(): readonly FoundBackend[] {
    return this.#backends;
  }

  /** What has been found since. The choice stays what it is. */
  set backends(backends: readonly FoundBackend[]) {
    this.#backends = backends;
    this.#show();
  }

  get choice(): Choice {
    return this.#choice;
  }

  /** Nothing can be changed while something runs. */
  set locked(locked: boolean) {
    for (const element of this.#form.querySelectorAll<HTMLFieldSetElement | HTMLInputElement>(
      "fieldset, .field input, .field select, .field button",
    ))
      element.disabled = locked;
  }

  #read(): void {
    const data = new FormData(this.#form);
    const text = (name: string, otherwise: string): string => String(data.get(name) ?? otherwise);
    const workers = Number(byId("workers", HTMLInputElement).value);
    const size = byId("size", HTMLSelectElement).value as Size;
    const { scenario, backend } = this.#choice;
    const next = this.#fit({ scenario: text("scenario", scenario), backend: text("backend", backend), workers, size });
    if (JSON.stringify(next) === JSON.stringify(this.#choice)) return;
    this.#choice = next;
    writeAddress(next);
    this.#show();
    this.#onChange();
  }

  /** The nearest choice that there is: a scenario that some backend can run, and a backend that can run it. */
  #fit({ scenario, backend, workers, size }: Partial<Choice>): Choice {
    const able = (candidate: AnyScenario): FoundBackend[] =>
      this.#backends.filter((found) => reasonNotToRun(candidate, found) === undefined);
    const possible = this.#scenarios.filter((candidate) => able(candidate).length > 0);
    const chosen =
      possible.find(({ name }) => name === scenario) ?? possible.find(({ name }) => name === "primes") ?? possible[0];
    const backends = chosen ? able(chosen) : [];
    return {
      scenario: chosen?.name ?? "",
      backend: (backends.find(({ name }) => name === backend) ?? preferred(backends))?.name ?? "",
      workers: Math.min(Math.max(1, Math.round(workers || navigator.hardwareConcurrency)), mostWorkers()),
      size: size === "small" ? "small" : "full",
    };
  }

  #show(): void {
    const { scenario, backend, workers, size } = this.#choice;
    const chosen = findScenario(scenario, size);
    showChoices(
      byId("scenarios", HTMLElement),
      "scenario",
      this.#scenarios.map((one) => this.#scenarioItem(one)),
      scenario,
    );
    showChoices(
      byId("backends", HTMLElement),
      "backend",
      this.#backends.map((found) => backendItem(chosen, found)),
      backend,
    );
    const slider = byId("workers", HTMLInputElement);
    slider.max = String(mostWorkers());
    slider.value = String(workers);
    byId("workers-shown", HTMLOutputElement).textContent = String(workers);
    byId("size", HTMLSelectElement).value = size;
  }

  #scenarioItem(scenario: AnyScenario): ChoiceItem {
    const { name, title } = scenario;
    const reasons = this.#backends.map((found) => reasonNotToRun(scenario, found));
    const disabled = !reasons.includes(undefined);
    const group = scenario.requires.includes("kernels") ? "Kernels" : "Tasks";
    const detail = disabled ? `Cannot run here. ${joinReasons(this.#backends, reasons)}.` : undefined;
    return { value: name, name: title, group, disabled, detail };
  }
}

/** `inline, browser-workers: it shares no memory with workers` */
function joinReasons(backends: readonly FoundBackend[], reasons: ReadonlyArray<string | undefined>): string {
  const namesOf = (reason: string | undefined): string =>
    backends.flatMap(({ name }, index) => (reasons[index] === reason ? [name] : [])).join(", ");
  return [...new Set(reasons)].map((reason) => `${namesOf(reason)}: ${reason}`).join("; ");
}

function backendItem(scenario: AnyScenario, found: FoundBackend): ChoiceItem {
  const { name, availability } = found;
  const reason = reasonNotToRun(scenario, found);
  if (!availability.available) return { value: name, name, disabled: true, detail: describeAbsence(found) };
  if (reason) return { value: name, name, disabled: true, detail: `Cannot run this: ${reason}.` };
  return { value: name, name, detail: availability.details };
}

/** Workers before the page's own thread. */
function preferred(backends: readonly FoundBackend[]): FoundBackend | undefined {
  return backends.find(({ name }) => name === "browser-workers") ?? backends[0];
}

function mostWorkers(): number {
  return Math.max(8, 2 * navigator.hardwareConcurrency);
}

function readAddress(): Partial<Choice> {
  const { searchParams } = new URL(location.href);
  const text = (name: string): string => searchParams.get(name) ?? "";
  return {
    scenario: text("scenario"),
    backend: text("backend"),
    workers: Number(text("workers")),
    size: text("size") === "small" ? "small" : "full",
  };
}

function writeAddress(choice: Choice): void {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(choice)) url.searchParams.set(name, String(value));
  history.replaceState(null, "", url);
}
