// The plan of a launch whose result is a new array: what `vectorize` and `stencil` have in common.

import type { ArrayParameter, Size3 } from "../ir/ir.js";
import type { LaunchPlan, PlannedResult } from "../launch-plan.js";
import type { ElementCount } from "./element-count.js";
import type { Captured, Specialisation } from "./specialisation.js";

/** One call. */
export interface ElementwiseCall {
  readonly args: readonly unknown[];
  readonly captured: Captured;
  readonly elements: ElementCount;
  readonly grid: Size3;
  readonly group: Size3;
  readonly label: string;
}

/** Binds the arrays and scalars of a call, and a new array of the elements' shape. */
export function elementwisePlan(specialisation: Specialisation, call: ElementwiseCall): LaunchPlan {
  const { program, hash, resultArray } = specialisation;
  const { args, captured, elements, grid, group } = call;
  const { element } = program.arrays[resultArray] as ArrayParameter;
  return {
    program,
    hash,
    grid,
    group,
    seed: 0,
    arrays: specialisation.arrays(args, captured, { kind: "new", element, shape: elements.shape }),
    scalars: specialisation.scalars(args, captured, call.label),
    result: resultOf(resultArray, element, elements),
  };
}

function resultOf(array: number, element: ArrayParameter["element"], elements: ElementCount): PlannedResult {
  if (!elements.hasArrays) return { kind: "element", array, element };
  return { kind: "array", array, where: elements.onDevice ? "device" : "host" };
}
