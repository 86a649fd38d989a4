// Whether the page keeps up: the times between frames, as the browser calls for them.

/** What was measured. */
export interface FrameReport {
  readonly frames: number;
  /** Frames a second, on average. */
  readonly rate: number;
  readonly longestMs: number;
  /** Frames that came so late that one was left out. */
  readonly late: number;
}

/** At 60 frames a second, one that takes longer has made the next one be left out. */
export const lateMs = 25;

/** Measures from {@link start} to {@link stop}; time in which the page is hidden does not count. */
export class FrameMeter {
  readonly #onFrame: (ms: number) => void;
  #last: number | undefined;
  #request = 0;
  #frames = 0;
  #totalMs = 0;
  #longestMs = 0;
  #late = 0;

  /** `onFrame` is told of each frame, in the frame. */
  constructor(onFrame: (ms: number) => void = () => {}) {
    this.#onFrame = onFrame;
  }

  start(): void {
    document.addEventListener("visibilitychange", this.#pause);
    this.#request = requestAnimationFrame(this.#measure);
  }

  stop(): FrameReport {
    document.removeEventListener("visibilitychange", this.#pause);
    cancelAnimationFrame(this.#request);
    return this.report;
  }

  /** What was measured so far. */
  get report(): FrameReport {
    const rate = this.#totalMs > 0 ? (1000 * this.#frames) / this.#totalMs : 0;
    return { frames: this.#frames, rate, longestMs: this.#longestMs, late: this.#late };
  }

  /** A time of its own clock may lie before `start`: what counts is from frame to frame. */
  readonly #measure = (now: number): void => {
    this.#request = requestAnimationFrame(this.#measure);
    if (this.#last !== undefined) this.#count(now - this.#last);
    this.#last = now;
  };

  #count(ms: number): void {
    this.#frames++;
    this.#totalMs += ms;
    this.#longestMs = Math.max(this.#longestMs, ms);
    if (ms > lateMs) this.#late++;
    this.#onFrame(ms);
  }

  readonly #pause = (): void => {
    this.#last = undefined;
  };
}
