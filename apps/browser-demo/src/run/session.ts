// Runs a scenario on backends, one after the other, from the page's own thread, as a visitor's program would. What is not the run
// itself is the referee's: inputs, the serial run, the check.

import { type Capabilities, isEverycoreError } from "@everycore/core";
import { type AnyScenario, missingCapability } from "@everycore/scenarios";
import type { AnyBackend, FoundBackend } from "../backends.js";
import { findScenario, type Judgement, type ScenarioChoice } from "../tasks/referee-tasks.js";
import type { FrameReport } from "./frame-meter.js";
import { measureRun, type RunObserver } from "./measured-run.js";
import type { Referee } from "./referee.js";
import type { Straight } from "./straight-picture.js";

/** What a session is doing. */
export type Phase = "preparing" | "serial" | "starting" | "running" | "showing" | "checking";

/** Who watches a session. */
export interface SessionObserver extends Omit<RunObserver, "onStarted" | "onShowing"> {
  onPhase(phase: Phase, backend: string | undefined): void;
  /** The picture is about to be drawn on this canvas, straight from the device. */
  onCanvas(canvas: HTMLCanvasElement, backend: string): void;
  /** How long the work takes on one thread. */
  onSerial(timeMs: number): void;
  onResult(result: RunResult): void;
}

/** How a run ended: `failed` by its check, `error` because something threw; `unable` never ran. */
export type RunStatus = "verified" | "failed" | "error" | "unable";

/** A scenario on a backend. */
export interface RunResult extends Partial<Judgement> {
  readonly backend: string;
  readonly status: RunStatus;
  /** From the first submit to the last result; of short work that was repeated, the fastest. */
  readonly timeMs?: number;
  /** How the page did meanwhile. */
  readonly frames?: FrameReport;
  /** 0 where there are none. */
  readonly workers: number;
  /** What it ran on, in the backend's words. */
  readonly details?: string | undefined;
  /** Where the picture was drawn straight from the device, or why it was not, where one could expect it. */
  readonly straight?: Straight | undefined;
  /** What is wrong, or why it did not run. */
  readonly problems: readonly string[];
}

/** What is to be run. */
export interface SessionRequest {
  readonly choice: ScenarioChoice;
  readonly backends: readonly FoundBackend[];
  readonly workers: number;
  /** Whether to draw the picture straight from the device where that can be done, which takes another run. */
  readonly show: boolean;
  readonly signal: AbortSignal;
}

interface Prepared {
  readonly key: string;
  readonly choice: ScenarioChoice;
  readonly input: unknown;
  readonly serialMs: number | undefined;
}

/** Runs scenarios. Keeps the last one's inputs and serial time for the next backend. */
export class Session {
  readonly #referee: Referee;
  readonly #observer: SessionObserver;
  #prepared: Prepared | undefined;

  constructor(referee: Referee, observer: SessionObserver) {
    this.#referee = referee;
    this.#observer = observer;
  }

  /** Rejects if the inputs cannot be made, or with the signal's reason; what goes wrong on a backend is that one's result. */
  async run(request: SessionRequest): Promise<void> {
    const scenario = findScenario(request.choice.name, request.choice.size);
    const reasons = new Map(request.backends.map((found) => [found, reasonNotToRun(scenario, found)]));
    const some = [...reasons.values()].includes(undefined);
    const prepared = some ? await this.#prepare(request) : undefined;
    for (const [found, reason] of reasons) {
      const result = prepared && !reason ? await this.#runOn(scenario, found, prepared, request) : undefined;
      const unable = { backend: found.name, status: "unable", workers: 0, problems: [reason ?? ""] } as const;
      this.#observer.onResult(result ?? unable);
    }
  }

  async #prepare({ choice, signal }: SessionRequest): Promise<Prepared> {
    const key = JSON.stringify(choice);
    if (this.#prepared?.key !== key) {
      await this.#release();
      this.#prepared = { key, choice, ...(await this.#make(choice, signal)) };
    }
    const { serialMs } = this.#prepared;
    if (serialMs !== undefined) this.#observer.onSerial(serialMs);
    return this.#prepared;
  }

  async #make(choice: ScenarioChoice, signal: AbortSignal): Promise<Pick<Prepared, "input" | "serialMs">> {
    const watch = { signal, onProgress: this.#observer.onProgress };
    this.#observer.onPhase("preparing", undefined);
    const input = await this.#referee.prepare(choice, watch);
    try {
      this.#observer.onPhase("serial", undefined);
      return { input, serialMs: await this.#referee.runSerially(choice, input, watch) };
    } catch (error) {
      await this.#referee.release(choice, input);
      throw error;
    }
  }

  async #release(): Promise<void> {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    if (prepared) await this.#referee.release(prepared.choice, prepared.input);
  }

  async #runOn(
    scenario: AnyScenario,
    found: FoundBackend,
    prepared: Prepared,
    request: SessionRequest,
  ): Promise<RunResult> {
    const workers = found.backend?.capabilities.tasks ? request.workers : 0;
    const details = found.availability.available ? found.availability.details : undefined;
    const where = { backend: found.name, workers, details };
    try {
      return { ...where, ...(await this.#judged(scenario, found, prepared, request)) };
    } catch (error) {
      request.signal.throwIfAborted();
      return { ...where, status: "error", problems: [describeError(error)] };
    }
  }

  async #judged(
    scenario: AnyScenario,
    found: FoundBackend,
    { choice, input }: Prepared,
    { workers, show, signal }: SessionRequest,
  ): Promise<Omit<RunResult, "backend" | "workers" | "details">> {
    const observer = this.#observer;
    const backend = found.backend as AnyBackend;
    observer.onPhase("starting", found.name);
    const options = backend.capabilities.tasks ? { maxWorkers: workers, name: found.name } : {};
    const { outcome, timeMs, frames, straight } = await measureRun(
      { scenario, choice, input, backend, options, show, signal },
      {
        ...observer,
        onStarted: () => observer.onPhase("running", found.name),
        onShowing: (canvas) => {
          observer.onPhase("showing", found.name);
          observer.onCanvas(canvas, found.name);
        },
      },
    );
    observer.onPhase("checking", found.name);
    const screen = straight && "screen" in straight ? straight.screen : undefined;
    const facts = { capabilities: backend.capabilities, maxWorkers: workers, isDrawn: screen !== undefined };
    const watch = { signal, onProgress() {} };
    const judgement = await this.#referee.judge(choice, input, outcome, facts, watch).catch((error: unknown) => {
      screen?.close();
      throw error;
    });
    const status = judgement.problems.length === 0 ? "verified" : "failed";
    return { ...judgement, status, timeMs, frames, straight };
  }
}

/** Why a scenario does not run on a backend; `undefined` if it does. */
export function reasonNotToRun(scenario: AnyScenario, { availability, backend }: FoundBackend): string | undefined {
  if (!backend) return availability.available ? undefined : availability.reason;
  const missing = missingCapability(scenario, backend);
  return missing && (lacking[missing] ?? `it lacks the capability ${missing}`);
}

const lacking: Partial<Record<keyof Capabilities, string>> = {
  tasks: "it runs kernels, and no other tasks",
  kernels: "it runs no kernels",
  parallel: "it has only the page’s own thread",
  sharedMemory: "it shares no memory with workers",
  activities: "it has no threads of one’s own (Thread)",
  barriers: "its kernels have no barriers",
  atomics: "its kernels have no atomic operations",
};

/** An error as a visitor should read it. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = isEverycoreError(error) || error.name !== "Error" ? `${error.name}: ${error.message}` : error.message;
  return error.cause instanceof Error ? `${text} (${error.cause.message})` : text;
}
