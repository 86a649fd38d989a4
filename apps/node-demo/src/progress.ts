// What can be seen while scenarios run: a bar on a terminal, plain lines elsewhere. Always on standard error, so that
// standard output holds the result and nothing else.

import cliProgress from "cli-progress";
import { formatMs, type Output, paintFor } from "./output.js";

/** Shows one run after the other. */
export interface Progress {
  begin(scenario: string, backend: string): RunProgress;
}

/** Shows one run. */
export interface RunProgress {
  /** Can be called without its object. */
  readonly update: (done: number, total: number, text: string) => void;
  /** Says how the run ended, where that is not drawn elsewhere. */
  conclude(status: string, timeMs?: number): void;
  /** Takes the run off the screen. */
  end(): void;
}

/** How many lines and columns there will be. */
export interface ProgressLayout {
  /** The longest `scenario · backend`. */
  readonly labelWidth: number;
}

/** Progress in the manner that fits the stream. */
export function createProgress(output: Output, layout: ProgressLayout): Progress {
  const terminal = output.isTTY && process.env.TERM !== "dumb";
  return terminal ? new BarProgress(output, layout) : new LineProgress(output, layout);
}

/** Width of what stands right of the bar: its percentage and text. */
const textWidth = 36;

class BarProgress implements Progress {
  readonly #output: Output;
  readonly #layout: ProgressLayout;

  constructor(output: Output, layout: ProgressLayout) {
    this.#output = output;
    this.#layout = layout;
  }

  begin(scenario: string, backend: string): RunProgress {
    const { labelWidth } = this.#layout;
    const paint = paintFor(this.#output);
    const room = (this.#output.columns ?? 80) - labelWidth - textWidth;
    const bar = new cliProgress.SingleBar({
      stream: this.#output as NodeJS.WritableStream,
      format: `${paint("bold", "{label}")} ${paint("cyan", "{bar}")} {percentage} % {text}`,
      barCompleteChar: "━",
      barIncompleteChar: "─",
      barsize: Math.max(8, Math.min(40, room)),
      formatValue: (value, _, type) => (type === "percentage" ? String(value).padStart(3) : String(value)),
      fps: 20,
      hideCursor: true,
      clearOnComplete: true,
      emptyOnZero: true,
      // Ctrl-C is the program's business, which stops the bar in good order.
      gracefulExit: false,
    });
    bar.start(1, 0, { label: `${scenario} · ${backend}`.padEnd(labelWidth), text: "" });
    return {
      update: (done, total, text) => {
        bar.setTotal(total);
        bar.update(Math.min(done, total), { text });
      },
      conclude() {},
      end: () => bar.stop(),
    };
  }
}

/** A run that takes longer than this says how far it is. */
const lineEveryMs = 2000;

class LineProgress implements Progress {
  readonly #output: Output;
  readonly #layout: ProgressLayout;

  constructor(output: Output, layout: ProgressLayout) {
    this.#output = output;
    this.#layout = layout;
  }

  begin(scenario: string, backend: string): RunProgress {
    const label = `${scenario} · ${backend}`.padEnd(this.#layout.labelWidth);
    const write = (text: string): void => void this.#output.write(`${label}  ${text}\n`);
    let last = performance.now();
    return {
      update: (_done, _total, text) => {
        if (performance.now() - last < lineEveryMs) return;
        last = performance.now();
        write(text);
      },
      conclude: (status, timeMs) => write(timeMs === undefined ? status : `${status}, ${formatMs(timeMs)}`),
      end() {},
    };
  }
}
