import { describe, expect, it } from "vitest";
import { type GridSize, kernel, type LaunchOptions, stencil } from "../../src/index.js";
import { definitionOf } from "../../src/ir.js";
import { thrown } from "./support.js";

const nothing = kernel(() => {});

function launched(size: unknown, options?: unknown) {
  const { grid, group, seed } = definitionOf(nothing.over(size as GridSize, options as LaunchOptions)).plan([]);
  return { grid, group, seed };
}

describe("over", () => {
  it("takes a number, or one to three numbers", () => {
    expect(launched(1000)).toEqual({ grid: [1000, 1, 1], group: [64, 1, 1], seed: 0 });
    expect(launched([5])).toEqual({ grid: [5, 1, 1], group: [64, 1, 1], seed: 0 });
    expect(launched([5, 6])).toEqual({ grid: [5, 6, 1], group: [8, 8, 1], seed: 0 });
    expect(launched([5, 6, 7])).toEqual({ grid: [5, 6, 7], group: [4, 4, 4], seed: 0 });
    expect(launched([5, 0])).toEqual({ grid: [5, 0, 1], group: [8, 8, 1], seed: 0 });
  });

  it("takes a group and a seed", () => {
    expect(launched(9, { group: 16, seed: 3 })).toEqual({ grid: [9, 1, 1], group: [16, 1, 1], seed: 3 });
    expect(launched([9, 9], { group: [16, 64] })).toEqual({ grid: [9, 9, 1], group: [16, 64, 1], seed: 0 });
    expect(launched(9, { seed: 2 ** 32 - 1 }).seed).toBe(2 ** 32 - 1);
  });

  it("never passes -0 on", () => {
    expect(Object.is(launched(-0).grid[0], 0)).toBe(true);
  });

  it.each([
    [1.5, RangeError, "The size of the grid must be a whole number of at least 0, not 1.5."],
    [-1, RangeError, "The size of the grid must be a whole number of at least 0, not -1."],
    [[4, Number.NaN], RangeError, "The size of the grid along y must be a whole number of at least 0, not NaN."],
    [2 ** 31, RangeError, "The size of the grid must be at most 2147483647 (2^31 - 1), not 2147483648."],
    [[2 ** 16, 2 ** 16], RangeError, "The number of threads must be at most 4294967295 (2^32 - 1), not 4294967296."],
    ["8", TypeError, 'The size of the grid must be a number, or an array of one to three numbers, not a string ("8").'],
    [
      [],
      TypeError,
      "The size of the grid must be a number, or an array of one to three numbers, not an object (Array).",
    ],
    [
      [1, 1, 1, 1],
      TypeError,
      "The size of the grid must be a number, or an array of one to three numbers, not an object (Array).",
    ],
    [["8"], TypeError, 'The size of the grid along x must be a number, not a string ("8").'],
    [new Array(2), TypeError, "The size of the grid along x must be a number, not undefined."],
  ])("refuses the size %j", (size, type, message) => {
    expect(() => launched(size)).toThrow(thrown(type, message));
  });

  it.each([
    [{ group: 0 }, RangeError, "The size of the group must be a whole number of at least 1, not 0."],
    [{ group: [32, 33] }, RangeError, "The number of threads of a group must be at most 1024, not 1056."],
    [{ seed: -1 }, RangeError, "seed must be a whole number of at least 0, not -1."],
    [{ seed: 2 ** 32 }, RangeError, "seed must be at most 4294967295 (2^32 - 1), not 4294967296."],
    [{ groups: 8 }, TypeError, 'The options of over() has no option "groups". There are group, seed.'],
    [8, TypeError, "The options of over() must be an object of options, not a number (8)."],
  ])("refuses the options %j", (options, type, message) => {
    expect(() => launched(64, options)).toThrow(thrown(type, message));
  });

  it("takes the largest grid", () => {
    expect(launched([2 ** 31 - 1, 2]).grid).toEqual([2 ** 31 - 1, 2, 1]);
  });

  it("is checked for stencils too", () => {
    expect(() => stencil((a) => a(0)).over([4, 1.5])).toThrow(RangeError);
  });
});
