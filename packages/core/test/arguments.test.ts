import { describe, expect, it } from "vitest";
import {
  checkCount,
  checkFinite,
  checkFunction,
  checkMs,
  checkOneOf,
  checkOptions,
  checkSignal,
} from "../src/arguments.js";
import { describeValue, rangeError, typeError } from "../src/index.js";

/** What a check throws, as `name [code] message`. */
function thrownBy(check: () => void): string {
  try {
    check();
  } catch (error) {
    const { name, code, message } = error as Error & { code: string };
    return `${name} [${code}] ${message}`;
  }
  return "nothing";
}

describe("checks of arguments", () => {
  it.each([
    [
      () => checkCount("maxWorkers", "4"),
      'TypeError [EVERYCORE_INVALID_TYPE] maxWorkers must be a number, not a string ("4").',
    ],
    [
      () => checkCount("maxWorkers", 0),
      "RangeError [EVERYCORE_OUT_OF_RANGE] maxWorkers must be a whole number of at least 1, not 0.",
    ],
    [
      () => checkCount("maxWorkers", -1),
      "RangeError [EVERYCORE_OUT_OF_RANGE] maxWorkers must be a whole number of at least 1, not -1.",
    ],
    [
      () => checkCount("maxWorkers", Number.NaN),
      "RangeError [EVERYCORE_OUT_OF_RANGE] maxWorkers must be a whole number of at least 1, not NaN.",
    ],
    [
      () => checkCount("n", 1.5),
      "RangeError [EVERYCORE_OUT_OF_RANGE] n must be a whole number of at least 1, not 1.5.",
    ],
    [
      () => checkCount("n", 2 ** 53),
      "RangeError [EVERYCORE_OUT_OF_RANGE] n must be a whole number of at least 1, not 9007199254740992.",
    ],
    [() => checkCount("n", 1n), "TypeError [EVERYCORE_INVALID_TYPE] n must be a number, not a bigint (1)."],
    [
      () => checkCount("maxQueue", -1, 0),
      "RangeError [EVERYCORE_OUT_OF_RANGE] maxQueue must be a whole number of at least 0, not -1.",
    ],
    [() => checkMs("timeoutMs", -1), "RangeError [EVERYCORE_OUT_OF_RANGE] timeoutMs must be at least 0, not -1."],
    [
      () => checkMs("timeoutMs", Number.NaN),
      "RangeError [EVERYCORE_OUT_OF_RANGE] timeoutMs must be at least 0, not NaN.",
    ],
    [
      () => checkMs("timeoutMs", null),
      "TypeError [EVERYCORE_INVALID_TYPE] timeoutMs must be a number of milliseconds, not null.",
    ],
    [
      () => checkFinite("priority", Number.POSITIVE_INFINITY),
      "RangeError [EVERYCORE_OUT_OF_RANGE] priority must be finite, not Infinity.",
    ],
    [
      () => checkFinite("priority", undefined),
      "TypeError [EVERYCORE_INVALID_TYPE] priority must be a number, not undefined.",
    ],
    [
      () => checkOneOf("mode", "fast", ["a", "b"]),
      'RangeError [EVERYCORE_OUT_OF_RANGE] mode must be one of "a", "b", not fast.',
    ],
    [
      () => checkOneOf("mode", 3, ["a", "b"]),
      'TypeError [EVERYCORE_INVALID_TYPE] mode must be one of "a", "b", not a number (3).',
    ],
    [
      () => checkSignal("signal", {}),
      "TypeError [EVERYCORE_INVALID_TYPE] signal must be an AbortSignal, not an object (Object).",
    ],
    [() => checkSignal("signal", null), "TypeError [EVERYCORE_INVALID_TYPE] signal must be an AbortSignal, not null."],
    [
      () => checkFunction("task", class {}.prototype),
      "TypeError [EVERYCORE_INVALID_TYPE] task must be a function, not an object ().",
    ],
    [
      () => checkFunction("task", undefined),
      "TypeError [EVERYCORE_INVALID_TYPE] task must be a function, not undefined.",
    ],
    [
      () => checkOptions("options", () => {}),
      "TypeError [EVERYCORE_INVALID_TYPE] options must be an object of options, not a function (anonymous).",
    ],
    [
      () => checkOptions("options", null),
      "TypeError [EVERYCORE_INVALID_TYPE] options must be an object of options, not null.",
    ],
  ])("%s says what was wrong", (check, expected) => {
    expect(thrownBy(check)).toBe(expected);
  });

  it("lets good values pass", () => {
    expect(thrownBy(() => checkCount("n", 1))).toBe("nothing");
    expect(thrownBy(() => checkCount("n", 0, 0))).toBe("nothing");
    expect(thrownBy(() => checkMs("ms", 0))).toBe("nothing");
    expect(thrownBy(() => checkMs("ms", Number.POSITIVE_INFINITY))).toBe("nothing");
    expect(thrownBy(() => checkFinite("x", -2.5))).toBe("nothing");
    expect(thrownBy(() => checkOneOf("mode", "a", ["a"]))).toBe("nothing");
    expect(thrownBy(() => checkSignal("signal", new AbortController().signal))).toBe("nothing");
    expect(thrownBy(() => checkFunction("f", class {}))).toBe("nothing");
    expect(thrownBy(() => checkOptions("o", Object.create(null)))).toBe("nothing");
  });

  it("makes errors that carry a code and are of the standard classes", () => {
    expect(typeError("a", "b", 1)).toBeInstanceOf(TypeError);
    expect(rangeError("a", "b", 1)).toBeInstanceOf(RangeError);
    expect(rangeError("a", "b", Symbol("x")).message).toBe("a must be b, not Symbol(x).");
  });

  it.each([
    [null, "null"],
    [undefined, "undefined"],
    ["x".repeat(50), `a string ("${"x".repeat(40)}")`],
    [[1], "an object (Array)"],
    [Object.create(null), "an object (Object)"],
    [new Map(), "an object (Map)"],
    [function named() {}, "a function (named)"],
    [Symbol("s"), "a symbol (Symbol(s))"],
    [true, "a boolean (true)"],
    [-0, "a number (0)"],
  ])("describes %s", (value, expected) => {
    expect(describeValue(value)).toBe(expected);
  });
});
