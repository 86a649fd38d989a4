// `vectorize`: a function of elements, applied to whole arrays.

import { checkOneOf } from "@everycore/core";
import { lowerElementwise } from "../2-check/index.js";
import { recordSite } from "../diagnostics/call-site.js";
import type { ElementType } from "../ir/ir.js";
import { countElements, markBroadcast } from "../launch/element-count.js";
import { elementwisePlan } from "../launch/elementwise-plan.js";
import { defaultGroup } from "../launch/launch-size.js";
import { elementTypes } from "../launch/signature.js";
import { Specialiser } from "../launch/specialiser.js";
import type { LaunchPlan } from "../launch-plan.js";
import { checkKernel, KernelObject } from "./kernel-object.js";
import type {
  Captures,
  ElementArguments,
  ElementFunction,
  ElementOf,
  ElementwiseKernel,
  ElementwiseOptions,
} from "./kernel-types.js";

/**
 * A kernel that applies a function to each element: Numba's `@vectorize`, CuPy's `ElementwiseKernel`. It is called with an
 * array or a number for each parameter; arrays have one length, or length 1. The result is a new array: a typed array, or a
 * `DeviceArray` if any argument is one; called with numbers only, it is a number.
 *
 * @param fn from elements to an element: a number, or a boolean (then the result is a `Uint8Array` of 0 and 1).
 * @param captures names the constants and functions from outside that `fn` uses.
 * @throws TypeError, RangeError for wrong arguments. Mistakes in the function are found at the first launch.
 * @example
 * const square = vectorize((x: number) => x ** 2);
 * await executor.submit(square, Float32Array.of(0, 1, 2, 3)); // Float32Array [0, 1, 4, 9]
 */
export function vectorize<F extends (...elements: number[]) => number | boolean, D extends ElementType = never>(
  fn: F,
  captures?: Captures,
  options?: ElementwiseOptions<D>,
): ElementwiseKernel<ElementArguments<F>, [D] extends [never] ? ElementOf<F> : D>;
export function vectorize<F extends ElementFunction, D extends ElementType = never>(
  fn: F,
  captures?: Captures,
  options?: ElementwiseOptions<D>,
): ElementwiseKernel<ElementArguments<F>, [D] extends [never] ? ElementOf<F> : D>;
export function vectorize(fn: ElementFunction, captures?: Captures, options: ElementwiseOptions = {}): unknown {
  const checked = checkKernel("vectorize", fn, captures, options, ["name", "fastMath", "dtype"]);
  const { label, name, fastMath } = checked;
  const { dtype } = options;
  if (dtype !== undefined) checkOneOf("dtype", dtype, elementTypes);
  recordSite(fn, vectorize);
  const specialiser = new Specialiser({
    label,
    fn,
    skip: 0,
    count: fn.length,
    arrayUse: "none",
    captures,
    lower: (types, broadcast) => lowerElementwise({ fn, captures }, types, broadcast, dtype, { name, fastMath }),
  });
  return new ElementwiseObject(name, specialiser);
}

class ElementwiseObject extends KernelObject {
  constructor(name: string, specialiser: Specialiser) {
    super(name, specialiser);
    Object.freeze(this);
  }

  protected planWith(args: readonly unknown[], asWritten: boolean): LaunchPlan {
    const { specialiser } = this;
    specialiser.read(args);
    const elements = countElements(args, specialiser.signature, specialiser.parts, true);
    markBroadcast(args, specialiser.signature, elements.count);
    const captured = specialiser.captured();
    return elementwisePlan(this.specialise(args, captured, asWritten), {
      args,
      captured,
      elements,
      grid: [elements.count, 1, 1],
      group: defaultGroup(1),
      label: specialiser.parts.label,
    });
  }
}
