// Runs a scenario on the inline backend as an app does, and lets its checker judge what came out, or something else.

import { backend, type InlineExecutor } from "@everycore/inline";
import type { DevicePicture, Host, Scenario } from "../src/index.js";
import { memoryHost } from "./memory-host.js";

export interface Options {
  readonly host?: Host;
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, text: string) => void;
  readonly show?: (picture: DevicePicture) => Promise<void>;
}

/** An outcome, and its scenario's judgement of it and of others. */
export interface Run<O> {
  readonly outcome: O;
  readonly serial: O | undefined;
  check(outcome: O, parallel?: boolean): Promise<readonly string[]>;
}

export async function runInline<I, O>(
  scenario: Scenario<I, O, InlineExecutor>,
  options: Options = {},
): Promise<Run<O>> {
  const { host = memoryHost(), workers = 2, signal = new AbortController().signal, onProgress, show } = options;
  const base = { host, signal, progress: onProgress ?? (() => {}) };
  const input = await scenario.prepare(base);
  const serial = await scenario.serial?.({ ...base, input });
  const executor = await backend.create({ maxWorkers: workers });
  try {
    const outcome = await scenario.run({ ...base, input, executor, backend, ...(show && { show }) });
    return {
      outcome,
      serial,
      check: (judged, parallel = false) =>
        scenario.check(judged, {
          host,
          input,
          maxWorkers: workers,
          capabilities: { ...backend.capabilities, parallel },
        }),
    };
  } finally {
    await executor.shutdown();
  }
}
