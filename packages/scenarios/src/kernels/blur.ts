// Two stencils on a photograph: a blur, and the edges that Sobel's operator finds.

import type { KernelExecutor } from "@everycore/core";
import { stencil } from "@everycore/kernel";
import { createTurns } from "../calling-thread.js";
import { amount, expectEqual, type PrepareContext, type Scenario, type SerialContext } from "../scenario.js";
import { fromGray, type GrayPicture, showGray, toGray } from "./picture.js";

/** How many times the photograph is blurred. */
export interface BlurOptions {
  readonly passes?: number;
}

/** The binomial blur of 3 × 3 pixels; at the edge, the outermost pixels are repeated. */
const blurOnce = stencil(
  (a) => (a(-1, -1) + a(1, -1) + a(-1, 1) + a(1, 1) + 2 * (a(0, -1) + a(-1, 0) + a(1, 0) + a(0, 1)) + 4 * a(0, 0)) / 16,
);

/** How steeply the brightness changes. */
const findEdges = stencil((a) => {
  const across = a(1, -1) + 2 * a(1, 0) + a(1, 1) - a(-1, -1) - 2 * a(-1, 0) - a(-1, 1);
  const down = a(-1, 1) + 2 * a(0, 1) + a(1, 1) - a(-1, -1) - 2 * a(0, -1) - a(1, -1);
  return Math.sqrt(across * across + down * down);
});

/** Makes the scenario. */
export function blur({ passes = 20 }: BlurOptions = {}): Scenario<GrayPicture, GrayPicture, KernelExecutor> {
  return {
    name: "blur",
    title: "Blur a photograph",
    description:
      `A stencil of 3 × 3 pixels, ${passes} times, on arrays that stay on the device. Checked against a blur in double precision that goes ` +
      "first along the rows and then along the columns.",
    requires: ["kernels"],
    prepare: loadPhotograph,
    serial: (context) => blurSerially(context, passes),
    run: async ({ executor, input: { width, height, values }, show }) => {
      let current = executor.array(values);
      for (let pass = 0; pass < passes; pass++) {
        const next = await executor.submit(blurOnce.over([width, height]), current);
        current.dispose();
        current = next;
        if (show) await showGray(executor, current, { width, height }, show);
      }
      const blurred = await current.read();
      current.dispose();
      return { width, height, values: blurred };
    },
    check: async (outcome, { input }) => compare(outcome.values, blurByAxes(input, passes), 0.01),
    describe: ({ width, height }) => `${width} × ${height} pixels, ${passes} times`,
    picture: fromGray,
    source: fromGray,
  };
}

/** Makes the scenario. */
export function edges(): Scenario<GrayPicture, GrayPicture, KernelExecutor> {
  return {
    name: "edges",
    title: "Find the edges in a photograph",
    description:
      "Sobel's operator as a stencil. Checked against the same sums, written with loops in double precision.",
    requires: ["kernels"],
    prepare: loadPhotograph,
    serial: async ({ input }) => sobel(input),
    run: async ({ executor, input: { width, height, values }, show }) => {
      if (!show) return { width, height, values: await executor.submit(findEdges.over([width, height]), values) };
      using photograph = executor.array(values);
      using found = await executor.submit(findEdges.over([width, height]), photograph);
      await showGray(executor, found, { width, height }, show);
      return { width, height, values: await found.read() };
    },
    check: async (outcome, { input }) => compare(outcome.values, sobel(input).values, 0.01),
    describe: ({ width, height, values }) => {
      const strong = values.reduce((count, value) => count + (value > 128 ? 1 : 0), 0);
      return `${width} × ${height} pixels, ${((100 * strong) / values.length).toFixed(1)} % of them on strong edges`;
    },
    picture: fromGray,
    source: fromGray,
  };
}

async function loadPhotograph({ host }: PrepareContext): Promise<GrayPicture> {
  return toGray(await host.samples.photograph());
}

/** Reads pixels; beyond the edge, the outermost ones. */
function pixelsOf({ width, height, values }: GrayPicture): (column: number, row: number) => number {
  return (column, row) => {
    const x = Math.min(Math.max(column, 0), width - 1);
    const y = Math.min(Math.max(row, 0), height - 1);
    return values[y * width + x] as number;
  };
}

function mapPixels({ width, height }: GrayPicture, value: (column: number, row: number) => number): GrayPicture {
  const values = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) values[row * width + column] = value(column, row);
  }
  return { width, height, values };
}

async function blurSerially(
  { input, signal, progress }: SerialContext<GrayPicture>,
  passes: number,
): Promise<GrayPicture> {
  const turn = createTurns(signal);
  let current = input;
  for (let pass = 0; pass < passes; pass++) {
    const at = pixelsOf(current);
    current = mapPixels(current, (x, y) => {
      const corners = at(x - 1, y - 1) + at(x + 1, y - 1) + at(x - 1, y + 1) + at(x + 1, y + 1);
      const sides = at(x, y - 1) + at(x - 1, y) + at(x + 1, y) + at(x, y + 1);
      return (corners + 2 * sides + 4 * at(x, y)) / 16;
    });
    progress(pass + 1, passes, amount(pass + 1, passes, "passes"));
    await turn();
  }
  return current;
}

/** The same blur, along one axis after the other, without rounding to single precision in between. */
function blurByAxes({ width, height, values }: GrayPicture, passes: number): Float64Array {
  let current = Float64Array.from(values);
  for (let pass = 0; pass < passes; pass++) {
    current = blurAxis(current, width, height, 1, width);
    current = blurAxis(current, height, width, width, 1);
  }
  return current;
}

/** Lines of `length` elements that are `stride` apart; `count` lines that are `distance` apart. */
function blurAxis(
  source: Float64Array,
  length: number,
  count: number,
  stride: number,
  distance: number,
): Float64Array<ArrayBuffer> {
  const target = new Float64Array(source.length);
  for (let line = 0; line < count; line++) {
    const at = (i: number): number => source[line * distance + Math.min(Math.max(i, 0), length - 1) * stride] as number;
    for (let i = 0; i < length; i++) target[line * distance + i * stride] = (at(i - 1) + 2 * at(i) + at(i + 1)) / 4;
  }
  return target;
}

function sobel(picture: GrayPicture): GrayPicture {
  const at = pixelsOf(picture);
  return mapPixels(picture, (x, y) => {
    let [across, down] = [0, 0];
    for (const [offset, weight] of [
      [-1, 1],
      [0, 2],
      [1, 1],
    ] as const) {
      across += weight * (at(x + 1, y + offset) - at(x - 1, y + offset));
      down += weight * (at(x + offset, y + 1) - at(x + offset, y - 1));
    }
    return Math.hypot(across, down);
  });
}

function compare(actual: Float32Array, expected: ArrayLike<number>, tolerance: number): string[] {
  const furthest = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] as number))), 0);
  return [
    ...expectEqual("how many pixels there are", actual.length, expected.length),
    ...(furthest <= tolerance ? [] : [`a pixel differs by ${furthest}`]),
  ];
}
