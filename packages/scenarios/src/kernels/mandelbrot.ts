// The Mandelbrot set: neighbours do very different amounts of work, which is what is hard for SIMD and for the GPU.

import type { KernelExecutor } from "@everycore/core";
import { kernel } from "@everycore/kernel";
import { createTurns } from "../calling-thread.js";
import { amount, expectEqual, type RunContext, type Scenario, type SerialContext } from "../scenario.js";
import { type Picture, packPixel, paint } from "./picture.js";

/** Size of `mandelbrot`. */
export interface MandelbrotOptions {
  readonly width?: number;
  readonly height?: number;
  /** Iterations after which a point is taken to be inside. */
  readonly limit?: number;
}

interface Input {
  readonly width: number;
  readonly height: number;
  readonly limit: number;
}

/** For each pixel, after how many steps the point escapes; `limit` for points inside. */
export interface EscapeTimes extends Input {
  readonly steps: Int32Array;
}

/** The part of the plane that is drawn: from left to right, and as far above the real axis as below it. */
const left = -2;
const right = 0.75;
const tall = 2.3;

const countSteps = kernel(
  (thread, width: number, height: number, limit: number, steps: Int32Array) => {
    const cx = left + ((right - left) * (thread.x + 0.5)) / width;
    const cy = tall * ((thread.y + 0.5) / height - 0.5);
    let x = 0;
    let y = 0;
    let count = 0;
    while (count < limit && x * x + y * y <= 4) {
      const next = x * x - y * y + cx;
      y = 2 * x * y + cy;
      x = next;
      count++;
    }
    steps[thread.y * width + thread.x] = count;
  },
  () => ({ left, right, tall }),
);
// Colours of points outside, by the square root of their share of the limit: on the host and on the device.
const redOf = (t: number): number => 255 * Math.min(1, 3 * t);
const greenOf = (t: number): number => 255 * Math.min(1, 1.8 * t * t + 0.4 * t);
const blueOf = (t: number): number => 255 * (0.35 + 0.65 * t);

const paintSteps = kernel(
  (thread, limit: number, steps: Int32Array, pixels: Uint32Array) => {
    const count = steps[thread.x] as number;
    const t = Math.sqrt(count / limit);
    pixels[thread.x] = count === limit ? packPixel(8, 8, 24) : packPixel(redOf(t), greenOf(t), blueOf(t));
  },
  () => ({ packPixel, redOf, greenOf, blueOf }),
);

/** Makes the scenario. */
export function mandelbrot({
  width = 1024,
  height = 856,
  limit = 500,
}: MandelbrotOptions = {}): Scenario<Input, EscapeTimes, KernelExecutor> {
  return {
    name: "mandelbrot",
    title: "Draw the Mandelbrot set",
    description:
      `Counts the steps after which each of ${width} × ${height} points escapes, up to ${limit}. Checked: the area against the ` +
      "known one, the symmetry, and every 16th row against the same sum in double precision.",
    requires: ["kernels"],
    prepare: async () => ({ width, height, limit }),
    serial: runSerially,
    run: async (context) => ({ ...context.input, steps: await (context.show ? countShown : countOn)(context) }),
    check: async (outcome) => [...checkArea(outcome), ...checkSymmetry(outcome), ...checkRows(outcome)],
    describe: (outcome) => `${width} × ${height} points, area ${areaOf(outcome).toFixed(3)} (known: 1.507)`,
    picture: draw,
  };
}

type Context = RunContext<Input, KernelExecutor>;

async function countOn({ executor, input: { width, height, limit } }: Context): Promise<Int32Array> {
  const steps = new Int32Array(width * height);
  await executor.submit(countSteps.over([width, height]), width, height, limit, steps);
  return steps;
}

/** The same on an array that stays on the device, where it is painted too. */
async function countShown({ executor, input: { width, height, limit }, show }: Context): Promise<Int32Array> {
  using steps = executor.array("int32", width * height);
  using pixels = executor.array("uint32", width * height);
  executor.submit(countSteps.over([width, height]), width, height, limit, steps);
  await executor.submit(paintSteps.over(width * height), limit, steps, pixels);
  await show?.({ width, height, pixels });
  return steps.read();
}

async function runSerially({ input, signal, progress }: SerialContext<Input>): Promise<EscapeTimes> {
  const { width, height, limit } = input;
  const turn = createTurns(signal);
  const steps = new Int32Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) steps[row * width + column] = stepsAt(input, column, row, limit);
    progress(row + 1, height, amount(row + 1, height, "rows"));
    await turn();
  }
  return { ...input, steps };
}

function stepsAt({ width, height }: Input, column: number, row: number, limit: number): number {
  const cx = left + ((right - left) * (column + 0.5)) / width;
  const cy = tall * ((row + 0.5) / height - 0.5);
  let [x, y, count] = [0, 0, 0];
  while (count < limit && x * x + y * y <= 4) {
    [x, y] = [x * x - y * y + cx, 2 * x * y + cy];
    count++;
  }
  return count;
}

function areaOf({ width, height, limit, steps }: EscapeTimes): number {
  const inside = steps.reduce((sum, count) => sum + (count === limit ? 1 : 0), 0);
  return (inside * (right - left) * tall) / (width * height);
}

/** 1.50659 (OEIS A098403); too few steps and coarse pixels make it a little larger. */
function checkArea(outcome: EscapeTimes): string[] {
  const area = areaOf(outcome);
  return area > 1.49 && area < 1.56 ? [] : [`the area is ${area}, which is not near 1.507`];
}

/** The set is its own mirror image; where single precision decides, a few points may differ. */
function checkSymmetry({ width, height, steps }: EscapeTimes): string[] {
  let different = 0;
  for (let i = 0; i < steps.length; i++) {
    const mirrored = (height - 1 - Math.floor(i / width)) * width + (i % width);
    if (steps[i] !== steps[mirrored]) different++;
  }
  return different < 0.01 * steps.length ? [] : [`${different} points differ from their mirror image`];
}

/** Chaos near the border makes single and double precision differ; but not in more than a few points of a hundred. */
function checkRows(outcome: EscapeTimes): string[] {
  const { width, height, limit, steps } = outcome;
  let [different, compared] = [0, 0];
  for (let row = 0; row < height; row += 16) {
    for (let column = 0; column < width; column++, compared++) {
      if (Math.abs((steps[row * width + column] as number) - stepsAt(outcome, column, row, limit)) > 1) different++;
    }
  }
  return [
    ...expectEqual("how many points there are", steps.length, width * height),
    ...(different < 0.03 * compared ? [] : [`${different} of ${compared} points differ from double precision`]),
  ];
}

function draw({ width, height, limit, steps }: EscapeTimes): Picture {
  return paint(width, height, (i) => {
    const count = steps[i] as number;
    if (count === limit) return [8, 8, 24];
    const t = Math.sqrt(count / limit);
    return [redOf(t), greenOf(t), blueOf(t)];
  });
}
