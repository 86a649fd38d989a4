import { lengthOf, stridesOf } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { elementOf, isDeviceElement } from "../src/element-types.js";

describe("element types", () => {
  it("are told from typed arrays; float64 is one that no device has", () => {
    expect(elementOf(new Int16Array(1))).toBe("int16");
    expect(elementOf(new Float64Array(1))).toBe("float64");
    expect(isDeviceElement("float64")).toBe(false);
    expect(isDeviceElement("bool")).toBe(true);
  });

  it("are undefined for what kernels do not take", () => {
    for (const value of [new BigInt64Array(1), new Uint8ClampedArray(1), new DataView(new ArrayBuffer(1)), [1], null])
      expect(elementOf(value)).toBeUndefined();
  });

  it("lie densely, the last axis fastest", () => {
    expect([stridesOf([2, 3, 4]), lengthOf([2, 3, 4])]).toEqual([[12, 4, 1], 24]);
    expect([stridesOf([]), lengthOf([])]).toEqual([[], 1]);
  });
});
