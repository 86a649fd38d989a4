// The ring's rules where threads come late or die, step by step: no thread is needed for that.

import { describe, expect, test } from "vitest";
import { LaunchRing, maxThreads, ringBytes, ringSize } from "../../src/launch-ring.js";

const launch = {
  units: 8,
  chunkUnits: 4,
  module: 0,
  moduleAddress: 0,
  moduleBytes: 0,
  frame: 64,
  scratch: 0,
  scratchStride: 0,
  helpers: 2,
};

function newRing(): LaunchRing {
  const ring = new LaunchRing(new SharedArrayBuffer(ringBytes));
  for (let thread = 0; thread < maxThreads; thread++) ring.clearRow(thread);
  return ring;
}

/** Puts a launch in and does it; gives its number and the units that were run. */
function complete(ring: LaunchRing): { number: number; units: number } {
  expect(ring.hasRoom(undefined)).toBe(true);
  const number = ring.push(launch);
  let units = 0;
  ring.work(number, (from, to) => {
    units += to - from;
  });
  ring.advance();
  expect(ring.isPast(number)).toBe(true);
  return { number, units };
}

describe("LaunchRing", () => {
  test("lets no thread into a launch that has not been put in: its slot is still another's", () => {
    const ring = newRing();
    for (let count = 0; count < ringSize; count++) complete(ring);
    const number = ring.current;
    expect(ring.enter(0, number)).toBe(false);
    ring.leave(0, number);
    expect(ring.enter(0, ring.push(launch))).toBe(true);
  });

  test("takes as many launches as it has slots", () => {
    const ring = newRing();
    for (let count = 0; count < ringSize; count++) {
      expect(ring.hasRoom(count === 0 ? undefined : 0)).toBe(true);
      ring.push(launch);
    }
    expect(ring.hasRoom(0)).toBe(false);
  });

  test("passes over the slot of a thread that never left, round after round", () => {
    const ring = newRing();
    const number = ring.push(launch);
    expect(ring.enter(1, number)).toBe(true);
    ring.work(number, () => {});
    ring.advance();
    const numbers: number[] = [];
    for (let count = 0; count < 3 * ringSize; count++) {
      const done = complete(ring);
      expect(done.units).toBe(8);
      numbers.push(done.number);
    }
    expect(numbers).not.toContain(number + ringSize);
    expect(numbers).toContain(number + 2 * ringSize);
    ring.leave(1, number);
    expect(complete(ring).units).toBe(8);
  });

  test("a barred thread enters no launch, and one that is inside is not waited for", () => {
    const ring = newRing();
    const number = ring.push(launch);
    expect(ring.enter(0, number)).toBe(true);
    ring.bar(0, true);
    expect(ring.await(number, true)).toBe(false);
    ring.leave(0, number);
    expect(ring.enter(0, number)).toBe(false);
    ring.leave(0, number);
    ring.work(number, () => {});
    ring.advance();
    expect(ring.await(number, true)).toBe(true);
  });

  test("keeps the text of a failure until it is read, and has room again then", () => {
    const ring = newRing();
    const [first, second, third] = [complete(ring).number, complete(ring).number, complete(ring).number];
    ring.fail(first, new Error("one"));
    ring.fail(second, new Error("two"));
    expect([ring.failure(first), ring.failure(second)]).toEqual(["Error: one", "as the launch before"]);
    ring.fail(third, new Error("three"));
    expect(ring.failure(third)).toBe("Error: three");
  });
});
