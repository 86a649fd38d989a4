// The frame meter as a picture: a bar for each frame, as high as it took long, and the numbers below.

import { type FrameReport, lateMs } from "../run/frame-meter.js";
import { byId } from "./element.js";
import { formatMs } from "./format.js";

/** Time at the upper edge. */
const topMs = 66;
/** Width of a bar and of the space after it, in CSS pixels. */
const barWidth = 2;
const stepWidth = 3;
/** How many places are left free before the oldest bar. */
const gap = 6;
const textEveryMs = 200;

/** A strip that is written from left to right, and then from the left again: a frame draws one bar and no more. */
export class FramesView {
  readonly #canvas = byId("frames", HTMLCanvasElement);
  readonly #text = byId("frames-text", HTMLElement);
  #colours: Record<"onTime" | "late" | "guide", string> = { onTime: "", late: "", guide: "" };
  #count = { frames: 0, totalMs: 0, longestMs: 0, late: 0 };
  #textAt = 0;

  /** Begins anew. */
  clear(): void {
    this.#count = { frames: 0, totalMs: 0, longestMs: 0, late: 0 };
    // Setting the size clears the picture.
    this.#canvas.width = Math.round(this.#canvas.clientWidth * devicePixelRatio);
    this.#canvas.height = Math.round(this.#canvas.clientHeight * devicePixelRatio);
    const style = getComputedStyle(this.#canvas);
    const colour = (name: string): string => style.getPropertyValue(name);
    this.#colours = { onTime: colour("--on-time"), late: colour("--late"), guide: colour("--guide") };
    this.#drawGuide(0, this.#canvas.width);
  }

  add(ms: number): void {
    this.#draw(ms, this.#count.frames);
    const { frames, totalMs, longestMs, late } = this.#count;
    this.#count = {
      frames: frames + 1,
      totalMs: totalMs + ms,
      longestMs: Math.max(longestMs, ms),
      late: late + (ms > lateMs ? 1 : 0),
    };
    if (performance.now() - this.#textAt < textEveryMs) return;
    this.#textAt = performance.now();
    this.show({ ...this.#count, rate: (1000 * this.#count.frames) / this.#count.totalMs });
  }

  /** Says what was measured. */
  show(report: FrameReport): void {
    const text = describeFrames(report);
    this.#text.textContent = `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
    this.#canvas.setAttribute("aria-label", `Times between frames: ${describeFrames(report)}`);
  }

  #draw(ms: number, index: number): void {
    const { width, height } = this.#canvas;
    const context = this.#canvas.getContext("2d");
    const step = stepWidth * devicePixelRatio;
    const places = Math.max(1, Math.floor(width / step));
    const left = (index % places) * step;
    if (!context) return;
    context.clearRect(left, 0, gap * step, height);
    this.#drawGuide(left, gap * step);
    context.fillStyle = ms > lateMs ? this.#colours.late : this.#colours.onTime;
    const bar = (Math.min(ms, topMs) / topMs) * height;
    context.fillRect(left, height - bar, barWidth * devicePixelRatio, bar);
  }

  /** Where a bar ends when a frame takes a sixtieth of a second. */
  #drawGuide(left: number, width: number): void {
    const { height } = this.#canvas;
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    context.fillStyle = this.#colours.guide;
    context.fillRect(left, Math.round(height - (1000 / 60 / topMs) * height), width, devicePixelRatio);
  }
}

/** `60 frames a second; the longest took 17 ms, 0 of 82 were late` */
export function describeFrames({ frames, rate, longestMs, late }: FrameReport): string {
  if (frames === 0) return "it was over before the next frame";
  return `${rate.toFixed(0)} frames a second; the longest took ${formatMs(longestMs)}, ${late} of ${frames} were late`;
}
