import type { AnyKernel, DeviceArray, HostArray } from "@everycore/core";
import { expect } from "vitest";
import { definitionOf, type LaunchPlan } from "../../src/ir.js";

/** The plan of a call, whatever the types say. */
export function planOf(kernel: AnyKernel, ...args: unknown[]): LaunchPlan {
  return definitionOf(kernel).plan(args);
}

/** A device array as far as plans look at it; `view` makes it one that the simulator can use. */
export function deviceArray<T extends HostArray>(
  view: T,
  shape: number[],
  dtype: DeviceArray["dtype"],
): DeviceArray<T> {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  const array: Partial<DeviceArray<T>> & { view: T } = { view, dtype, shape, strides, length: view.length };
  return array as DeviceArray<T>;
}

/** For `toThrow`: an error of this class with exactly this message, and a code. */
export function thrown(type: ErrorConstructor, message: string): Error {
  return expect.objectContaining({ name: type.name, message, code: expect.stringMatching(/^EVERYCORE_/) });
}
