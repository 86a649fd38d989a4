// One run on one backend, with the clock and the page's frames measured. It has an executor of its own, whose workers are started
// before the clock and ended after it, however the run ends; only a device whose picture is on the page stays until that is gone.

import type { Executor, WorkerStats } from "@everycore/core";
import { type AnyScenario, type RunContext, startWorkers, timeFastest } from "@everycore/scenarios";
import type { AnyBackend } from "../backends.js";
import { createHost } from "../host/page-host.js";
import { enoughMs, type Progress, type ScenarioChoice } from "../tasks/referee-tasks.js";
import type { DeviceScreen } from "./device-screen.js";
import { FrameMeter, type FrameReport } from "./frame-meter.js";
import { findScreen, giveUp, type Straight } from "./straight-picture.js";

/** Who watches a run. */
export interface RunObserver {
  onStarted(): void;
  onProgress(progress: Progress): void;
  /** The run is over, and its picture is about to be drawn straight from the device, on this canvas. */
  onShowing(canvas: HTMLCanvasElement): void;
  /** Now and then: what each worker has done. */
  onWorkers(workers: readonly WorkerStats[]): void;
  onFrame(ms: number): void;
}

/** What is to be run, on what. */
export interface RunRequest {
  readonly scenario: AnyScenario;
  readonly choice: ScenarioChoice;
  readonly input: unknown;
  readonly backend: AnyBackend;
  /** Options of the executor. */
  readonly options: object;
  /** Whether to do it once more for the picture, where that can be drawn straight from the device. */
  readonly show: boolean;
  readonly signal: AbortSignal;
}

/** A run's outcome, and how it went. */
export interface MeasuredRun {
  readonly outcome: unknown;
  readonly timeMs: number;
  readonly frames: FrameReport;
  /** Where the picture of this outcome is, or why it is not there. */
  readonly straight?: Straight | undefined;
}

const lookEveryMs = 100;

/** Runs a scenario; rejects at once when the signal fires, also where the scenario does not listen. */
export async function measureRun(request: RunRequest, observer: RunObserver): Promise<MeasuredRun> {
  const { scenario, choice, input, backend, options, signal } = request;
  const executor = await backend.create(options);
  const end = (): Promise<void> => endExecutor(executor, signal.aborted);
  let screen: DeviceScreen | undefined;
  try {
    if (backend.capabilities.tasks) await abortable(startWorkers(executor as Executor), signal);
    observer.onStarted();
    const progress = (done: number, total: number, text: string): void => observer.onProgress({ done, total, text });
    const context = { input, host: createHost(choice.files), executor, backend, signal, progress };
    const measured = await watched(executor, observer, () =>
      abortable(
        timeFastest(() => scenario.run(context), enoughMs[choice.size]),
        signal,
      ),
    );
    const straight = request.show ? findScreen(scenario, backend, executor) : undefined;
    if (!straight || "problem" in straight) return { ...measured, straight };
    observer.onShowing(straight.screen.canvas);
    const shown = await showOn(straight.screen, scenario, context);
    if (shown.straight && "screen" in shown.straight) screen = shown.straight.screen;
    return { ...measured, ...shown };
  } finally {
    if (screen) screen.keepUntilClosed(() => void end());
    // What was cancelled may take a while to notice, and nobody waits for it.
    else if (signal.aborted) end().catch(() => {});
    else await end();
  }
}

/** Does it once more, and shows each step. What goes wrong with the showing leaves the run as it is. */
async function showOn(
  screen: DeviceScreen,
  scenario: AnyScenario,
  context: RunContext<unknown, AsyncDisposable>,
): Promise<Pick<MeasuredRun, "straight"> & Partial<MeasuredRun>> {
  try {
    const run = scenario.run({ ...context, show: (picture) => screen.show(picture) });
    return { outcome: await abortable(run, context.signal), straight: { screen } };
  } catch (error) {
    context.signal.throwIfAborted();
    return { straight: giveUp(error) };
  }
}

async function watched(
  executor: AsyncDisposable,
  observer: RunObserver,
  work: () => Promise<{ outcome: unknown; timeMs: number }>,
): Promise<MeasuredRun> {
  const look = (): void => observer.onWorkers((executor as Partial<Executor>).stats?.().perWorker ?? []);
  const meter = new FrameMeter((ms) => observer.onFrame(ms));
  const timer = setInterval(look, lookEveryMs);
  meter.start();
  try {
    const result = await work();
    look();
    return { ...result, frames: meter.report };
  } finally {
    clearInterval(timer);
    meter.stop();
  }
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
  });
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
    work.catch(() => {});
    aborted.catch(() => {});
  }
}

async function endExecutor(executor: AsyncDisposable & Partial<Executor>, now: boolean): Promise<void> {
  if (now && executor.capabilities?.terminate) await executor.terminateWorkers?.();
  else if (now) await executor.shutdown?.({ cancelFutures: true });
  await executor[Symbol.asyncDispose]();
}
