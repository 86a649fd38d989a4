// The frame meter as a picture: a bar for each frame, as high as it took long, and the numbers below.

import { type FrameReport, lateMs } from "../run/frame-meter.js";
import { byId } from "./element.js";
import { formatMs } from "./format.js";

/** Time at the upper edge. */
const topMs = 66;
const barWidth = 3;
const textEveryMs = 200;

/** See above. */
export class FramesView {
  readonly #canvas = byId("frames", HTMLCanvasElement);
  readonly #text = byId("frames-text", HTMLElement);
  #times: number[] = [];
  #count = { frames: 0, totalMs: 0, longestMs: 0, late: 0 };
  #textAt = 0;

  /** Begins anew. */
  clear(): void {
    this.#times = [];
    this.#count = { frames: 0, totalMs: 0, longestMs: 0, late: 0 };
    this.#canvas.width = Math.round(this.#canvas.clientWidth * devicePixelRatio);
    this.#canvas.height = Math.round(this.#canvas.clientHeight * devicePixelRatio);
    this.#draw();
  }

  add(ms: number): void {
    this.#times.push(ms);
    const { frames, totalMs, longestMs, late } = this.#count;
    this.#count = {
      frames: frames + 1,
      totalMs: totalMs + ms,
      longestMs: Math.max(longestMs, ms),
      late: late + (ms > lateMs ? 1 : 0),
    };
    this.#draw();
    if (performance.now() - this.#textAt < textEveryMs) return;
    this.#textAt = performance.now();
    this.show({ ...this.#count, rate: (1000 * this.#count.frames) / this.#count.totalMs });
  }

  /** Says what was measured. */
  show(report: FrameReport): void {
    this.#text.textContent = describeFrames(report);
    this.#canvas.setAttribute("aria-label", `Times between frames: ${describeFrames(report)}`);
  }

  #draw(): void {
    const { width, height } = this.#canvas;
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    const step = barWidth * devicePixelRatio;
    const last = this.#times.slice(-Math.floor(width / step));
    this.#times = last;
    const style = getComputedStyle(this.#canvas);
    const colour = (name: string): string => style.getPropertyValue(name);
    context.clearRect(0, 0, width, height);
    for (const [i, ms] of last.entries()) {
      context.fillStyle = colour(ms > lateMs ? "--late" : "--on-time");
      const bar = (Math.min(ms, topMs) / topMs) * height;
      context.fillRect(i * step, height - bar, step - devicePixelRatio, bar);
    }
    context.fillStyle = colour("--guide");
    context.fillRect(0, height - (1000 / 60 / topMs) * height, width, devicePixelRatio);
  }
}

/** `60 frames a second; the longest took 17 ms, 0 of 82 were late` */
export function describeFrames({ frames, rate, longestMs, late }: FrameReport): string {
  if (frames === 0) return "it was over before the next frame";
  return `${rate.toFixed(0)} frames a second; the longest took ${formatMs(longestMs)}, ${late} of ${frames} were late`;
}
