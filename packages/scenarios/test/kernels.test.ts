import type { InlineExecutor } from "@everycore/inline";
import { describe, expect, it } from "vitest";
import {
  blur,
  edges,
  kMeans,
  mandelbrot,
  matmul,
  monteCarloPi,
  nBody,
  type Scenario,
  squareNumbers,
} from "../src/index.js";
import { runInline } from "./inline-run.js";

/** A scenario in a size for tests, and a way to spoil its outcome with the sentence by which the checker notices. */
interface Sample {
  readonly scenario: Scenario<unknown, unknown, InlineExecutor>;
  readonly tamper: (outcome: unknown) => void;
  readonly sentence: RegExp;
}

function sample<I, O, E extends AsyncDisposable>(
  scenario: Scenario<I, O, E>,
  tamper: (outcome: O) => void,
  sentence: RegExp,
): [string, Sample] {
  return [scenario.name, { scenario, tamper, sentence } as unknown as Sample];
}

const spoil = (values: { [index: number]: number }, at: number, change = 1): void => {
  values[at] = (values[at] as number) + change;
};

const samples: Array<[string, Sample]> = [
  sample(squareNumbers(), (squares) => spoil(squares, 3), /the square of 3: 10 instead of 9/),
  sample(mandelbrot({ width: 160, height: 134, limit: 200 }), ({ steps }) => steps.fill(200), /the area is/),
  sample(nBody({ bodies: 200, steps: 5 }), ({ place: [x] }) => spoil(x, 7), /a body is (0\.9|1)/),
  sample(blur({ passes: 3 }), ({ values }) => spoil(values, 100), /a pixel differs by (0\.9|1)/),
  sample(edges(), ({ values }) => spoil(values, 100, -9), /a pixel differs by/),
  sample(matmul({ size: 64 }), (product) => spoil(product, 65, 2), /the product is wrong/),
  sample(monteCarloPi({ throwers: 2048, darts: 64 }), ({ hits }) => spoil(hits, 512), /the hits of thrower 512/),
  sample(kMeans(), ({ group }) => group.fill(1, 0, 10), /the groups' sizes: 40, 72, 38 instead of 50, 62, 38/),
];

describe("a kernel scenario", () => {
  it.each(samples)("%s is verified on the calling thread, and so is its serial run", async (_, { scenario }) => {
    const { outcome, serial, check } = await runInline(scenario);
    expect(await check(outcome)).toEqual([]);
    if (scenario.name !== "monte-carlo-pi" && serial) expect(await check(serial)).toEqual([]);
    expect(scenario.describe(outcome)).toMatch(/\d/);
  });

  it.each(samples)("%s notices a wrong outcome", async (_, { scenario, tamper, sentence }) => {
    const { outcome, check } = await runInline(scenario);
    tamper(outcome);
    expect((await check(outcome)).join("\n")).toMatch(sentence);
  });

  it("throws the same darts every time", async () => {
    const first = await runInline(monteCarloPi({ throwers: 1000, darts: 10 }));
    const second = await runInline(monteCarloPi({ throwers: 1000, darts: 10 }));
    const other = await runInline(monteCarloPi({ throwers: 1000, darts: 10, seed: 1 }));
    expect(first.outcome).toEqual(second.outcome);
    expect(first.outcome.hits).not.toEqual(other.outcome.hits);
  });

  it.each([
    ["mandelbrot", mandelbrot({ width: 160, height: 134, limit: 200 }), 1],
    ["n-body", nBody({ bodies: 200, steps: 5 }), 5],
    ["blur", blur({ passes: 3 }), 3],
    ["edges", edges(), 1],
  ] as Array<[string, Sample["scenario"], number]>)(
    "%s paints on the device what it draws on the host",
    async (_, scenario, pictures) => {
      const shown: Uint8Array[] = [];
      const { outcome, check } = await runInline(scenario, {
        show: async ({ width, height, pixels }) => {
          expect(pixels.length).toBe(width * height);
          shown.push(new Uint8Array((await pixels.read()).buffer));
        },
      });
      expect(shown).toHaveLength(pictures);
      expect(await check(outcome)).toEqual([]);
      const drawn = scenario.picture?.(outcome).rgba as Uint8ClampedArray;
      const last = shown.at(-1) as Uint8Array;
      expect(last.length).toBe(drawn.length);
      expect(
        drawn.reduce((most, byte, i) => Math.max(most, Math.abs(byte - (last[i] as number))), 0),
      ).toBeLessThanOrEqual(1);
      expect(new Set(last).size).toBeGreaterThan(3);
    },
  );

  it("draws pictures of the right size", async () => {
    const scenario = mandelbrot({ width: 64, height: 54, limit: 50 });
    const { outcome } = await runInline(scenario);
    const picture = scenario.picture?.(outcome);
    expect(picture).toMatchObject({ width: 64, height: 54 });
    expect(picture?.rgba.length).toBe(4 * 64 * 54);
    expect(new Set(picture?.rgba).size).toBeGreaterThan(20);
  });
});
