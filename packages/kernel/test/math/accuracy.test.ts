import { describe, expect, it } from "vitest";
import type { MathFunction } from "../../src/ir/ir.js";
import { ulpBounds } from "../../src/math/index.js";
import { floatOfBits, isBinary, Meter, measurePairs, randomBits, specialNumbers, ulpError, unitOf } from "./ulp.js";

const names = Object.keys(ulpBounds) as MathFunction[];
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

/** Every exponent with the mantissas at its ends, both signs; the neighbourhood of whole multiples of pi / 4. */
function* structured(): Generator<number> {
  for (let exponent = 0; exponent < 512; exponent++) {
    for (const mantissa of [0, 1, 2, 0x3504f3, 0x3504f4, 0x400000, 0x7ffffe, 0x7fffff]) {
      yield floatOfBits(exponent * 2 ** 23 + mantissa);
    }
  }
  for (let k = 1; k < 9000; k++) {
    const near = Math.fround((k * Math.PI) / 4);
    yield* [near, -near, Math.fround(near * (1 + 2 ** -23)), Math.fround(near * (1 - 2 ** -24))];
  }
}

/** Random bits, and random numbers of the sizes at which most functions do something. */
function* random(count: number): Generator<number> {
  const next = randomBits(seed);
  for (let i = 0; i < count; i++) {
    const bits = next();
    yield i % 2 === 0 ? floatOfBits(bits) : floatOfBits((bits & 0x87ffffff) + 0x3c000000);
  }
}

describe("the accuracy of the math library", () => {
  it.each(names)("%s keeps its bound and has no wrong NaN, sign or infinity", (name) => {
    const meter = new Meter(name);
    if (isBinary(name)) measurePairs(meter, name, 150_000, seed);
    else {
      for (const x of specialNumbers) meter.measure(x);
      for (const x of structured()) meter.measure(x);
      for (const x of random(150_000)) meter.measure(x);
    }
    const where = `seed ${seed}, worst at ${meter.measurement.at}`;
    expect(meter.examples, where).toEqual([]);
    expect(meter.measurement.error, where).toBeLessThanOrEqual(ulpBounds[name]);
  });

  it("promises at most 2.25 ULP for every function, and 1.5 for those that are needed most", () => {
    for (const name of names) expect(ulpBounds[name], name).toBeLessThanOrEqual(2.25);
    for (const name of ["exp", "log", "tanh", "pow"] as const) expect(ulpBounds[name], name).toBeLessThanOrEqual(1.5);
  });
});

describe("the measure of accuracy", () => {
  it("is the distance in units in the last place", () => {
    expect(unitOf(1)).toBe(2 ** -23);
    expect(unitOf(1 - 2 ** -30)).toBe(2 ** -24);
    expect(unitOf(2 ** -140)).toBe(2 ** -149);
    expect(ulpError(1, 1 + 2 ** -23)).toBe(1);
    expect(ulpError(1, 1 + 2 ** -25)).toBe(0.25);
    expect(ulpError(2 ** -149, 2 ** -148)).toBe(1);
  });

  it("takes Infinity for the number after the largest", () => {
    expect(ulpError(Infinity, 2 ** 130)).toBe(0);
    expect(ulpError(Infinity, floatOfBits(0x7f7fffff))).toBe(1);
    expect(ulpError(floatOfBits(0x7f7fffff), 2 ** 128)).toBe(1);
  });

  it("finds a wrong NaN, a wrong infinity and a wrong sign of zero", () => {
    expect(ulpError(Number.NaN, 1)).toBe(Infinity);
    expect(ulpError(1, Number.NaN)).toBe(Infinity);
    expect(ulpError(Number.NaN, Number.NaN)).toBe(0);
    expect(ulpError(0, -0)).toBe(Infinity);
    expect(ulpError(-0, 1e-60)).toBe(Infinity);
    expect(ulpError(floatOfBits(0x7f7fffff), Infinity)).toBe(Infinity);
    expect(ulpError(-Infinity, Infinity)).toBe(Infinity);
  });
});
