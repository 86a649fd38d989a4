// The stage: what was chosen, the buttons, and everything that is seen while something runs and after it.

import type { AnyScenario } from "@everycore/scenarios";
import type { FoundBackend, FoundBackends } from "../backends.js";
import { describeError, type Phase, type RunResult, type Session, type SessionObserver } from "../run/session.js";
import { findScenario, type Progress, type ScenarioChoice } from "../tasks/referee-tasks.js";
import type { Controls } from "./controls.js";
import { byId } from "./element.js";
import type { FilePicker } from "./file-picker.js";
import { formatMs } from "./format.js";
import { FramesView } from "./frames-view.js";
import { LanesView } from "./lanes-view.js";
import { ResultView } from "./result-view.js";
import { TimesView } from "./times-view.js";

/** What the stage works with. */
export interface StageParts {
  readonly controls: Controls;
  readonly files: FilePicker;
  readonly backends: FoundBackends;
  createSession(observer: SessionObserver): Session;
}

/** See above. */
export class Stage {
  readonly #parts: StageParts;
  readonly #session: Session;
  readonly #run = byId("run", HTMLButtonElement);
  readonly #compare = byId("compare", HTMLButtonElement);
  readonly #cancel = byId("cancel", HTMLButtonElement);
  readonly #status = byId("status", HTMLElement);
  readonly #progress = byId("progress", HTMLProgressElement);
  readonly #frames = new FramesView();
  readonly #lanes = new LanesView();
  readonly #result = new ResultView();
  readonly #times = new TimesView();
  #scenario: AnyScenario;
  #compared = "";
  #running: AbortController | undefined;
  /** Of the run that goes on or was the last. */
  #results: RunResult[] = [];
  #order: readonly string[] = [];

  constructor(parts: StageParts) {
    this.#parts = parts;
    this.#session = parts.createSession(this.#createObserver());
    this.#scenario = this.#chosenScenario();
    byId("controls", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const { backends, choice } = parts.controls;
      void this.#start(async () => backends.filter(({ name }) => name === choice.backend));
    });
    this.#compare.addEventListener("click", () => void this.#start(() => parts.backends.all()));
    this.#cancel.addEventListener("click", () => this.#running?.abort());
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.#running?.abort();
    });
    this.#frames.clear();
    this.choose();
    this.#setRunning(undefined);
    this.#say("Ready.");
  }

  /** Shows what is chosen now. */
  choose(): void {
    this.#scenario = this.#chosenScenario();
    const { name, title, description, requires } = this.#scenario;
    byId("title", HTMLElement).textContent = title;
    byId("description", HTMLElement).textContent = description;
    document.title = `${title} · Everycore in the browser`;
    this.#parts.files.show(name);
    this.#lanes.say(requires.includes("kernels") ? kernelWords : "Each worker has a lane here while something runs.");
    const compared = JSON.stringify(this.#scenarioChoice());
    if (compared === this.#compared) return;
    this.#compared = compared;
    this.#times.clear(this.#scenario);
    this.#result.clear();
  }

  #chosenScenario(): AnyScenario {
    const { scenario, size } = this.#parts.controls.choice;
    return findScenario(scenario, size);
  }

  #scenarioChoice(): ScenarioChoice {
    const { scenario, size } = this.#parts.controls.choice;
    return { name: scenario, size, files: this.#parts.files.files };
  }

  async #start(find: () => Promise<readonly FoundBackend[]>): Promise<void> {
    if (this.#running) return;
    const controller = new AbortController();
    this.#setRunning(controller);
    this.#result.clear();
    this.#results = [];
    try {
      this.#say("Looking for backends …");
      const backends = await find();
      controller.signal.throwIfAborted();
      this.#expect(backends);
      const { workers } = this.#parts.controls.choice;
      const [choice, { signal }] = [this.#scenarioChoice(), controller];
      // A comparison is about times.
      await this.#session.run({ choice, backends, workers, show: backends.length === 1, signal });
      this.#say(conclude(this.#results));
    } catch (error) {
      if (controller.signal.aborted) this.#cancelled();
      else this.#fail(error);
    } finally {
      this.#lanes.rest();
      this.#times.end();
      this.#setRunning(undefined);
    }
  }

  /** Of several, the chart is what was asked for, and comes first; of one, it is the result. */
  #expect(backends: readonly FoundBackend[]): void {
    this.#order = backends.map(({ name }) => name);
    this.#times.expect(this.#order);
    const [times, result] = [byId("times", HTMLElement), byId("result", HTMLElement)];
    if (backends.length > 1) result.before(times);
    else result.after(times);
  }

  #cancelled(): void {
    if (this.#results.length === 0) this.#result.clear();
    this.#say("Cancelled: everything has been stopped.");
  }

  #fail(error: unknown): void {
    this.#result.showError(this.#scenario.title, describeError(error));
    this.#say("It could not be run; the reason stands below.");
  }

  #setRunning(controller: AbortController | undefined): void {
    const focused = document.activeElement;
    this.#running = controller;
    this.#parts.controls.locked = controller !== undefined;
    for (const button of [this.#run, this.#compare]) button.disabled = controller !== undefined;
    this.#cancel.disabled = controller === undefined;
    byId("stage", HTMLElement).classList.toggle("running", controller !== undefined);
    if (controller === undefined) this.#showProgress(0, 1);
    // Who uses the keyboard stays where something can be done.
    if (controller && (focused === this.#run || focused === this.#compare)) this.#cancel.focus();
    if (!controller && focused === this.#cancel) this.#run.focus();
  }

  #createObserver(): SessionObserver {
    return {
      onPhase: (phase, backend) => this.#enter(phase, backend),
      onProgress: ({ done, total, text }: Progress) => {
        this.#showProgress(done, total);
        this.#status.dataset.detail = text;
      },
      onWorkers: (workers) => {
        if (!this.#scenario.requires.includes("kernels")) this.#lanes.show(workers);
      },
      onFrame: (ms) => this.#frames.add(ms),
      onSerial: (timeMs) => {
        this.#times.serialMs = timeMs;
      },
      onCanvas: (canvas, backend) => this.#result.showCanvas(this.#scenario.title, backend, canvas),
      onResult: (result) => this.#showResult(result),
    };
  }

  #enter(phase: Phase, backend: string | undefined): void {
    this.#say(`${phases[phase]}${backend ? ` on ${backend}${this.#place(backend)}` : ""} …`);
    if (backend) this.#times.begin(backend);
    this.#progress.removeAttribute("value");
    if (phase === "running") this.#frames.clear();
  }

  /** `, 2 of 4`, where there are several. */
  #place(backend: string): string {
    return this.#order.length > 1 ? `, ${this.#order.indexOf(backend) + 1} of ${this.#order.length}` : "";
  }

  #showResult(result: RunResult): void {
    this.#results.push(result);
    this.#times.add(result);
    if (result.status === "unable") return;
    this.#result.show(this.#scenario.title, result);
    if (result.frames) this.#frames.show(result.frames);
  }

  #showProgress(done: number, total: number): void {
    this.#progress.max = Math.max(1, total);
    this.#progress.value = Math.min(done, total);
  }

  #say(text: string): void {
    this.#status.textContent = text;
    delete this.#status.dataset.detail;
  }
}

/** The outcome in a sentence, for the status line: screen readers say it. */
function conclude(results: readonly RunResult[]): string {
  const wrong = results.filter(({ status }) => status === "failed" || status === "error").length;
  const [first] = results;
  if (wrong > 0) return `Done, but not as it should be on ${wrong} of ${results.length}: see below.`;
  if (results.length > 1) return "Done: all backends have been compared.";
  return `Done: verified, ${formatMs(first?.timeMs ?? 0)} on ${first?.backend}.`;
}

const phases: Readonly<Record<Phase, string>> = {
  preparing: "Making the inputs",
  serial: "Measuring one thread, in plain JavaScript",
  starting: "Starting",
  running: "Running",
  showing: "Drawing straight from the GPU’s memory",
  checking: "Checking the result",
};

const kernelWords =
  "A kernel is one launch for all threads, on workers or on a GPU: they take pieces of it until nothing is left, and report nothing in between.";
