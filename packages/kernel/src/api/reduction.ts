// `reduction`: many elements to one value.

import { checkFunction, checkOneOf, checkOptions, typeError } from "@everycore/core";
import { lowerReduction } from "../2-check/index.js";
import { recordSite } from "../diagnostics/call-site.js";
import type { KernelSource } from "../front-end.js";
import { plainTypeError, sentenceStart } from "../launch/argument-errors.js";
import { countElements } from "../launch/element-count.js";
import { defaultGroup } from "../launch/launch-size.js";
import { Specialiser } from "../launch/specialiser.js";
import type { LaunchPlan, PlannedResult } from "../launch-plan.js";
import { checkKernel, KernelObject } from "./kernel-object.js";
import type { Captures, ElementArguments, ElementFunction, KernelOptions, ReductionKernel } from "./kernel-types.js";

/** What a reduction is made of. */
export interface ReductionOptions<M extends ElementFunction> extends KernelOptions {
  /** From the elements at one place to the value that is combined. Without it, the elements of the one array. */
  readonly map?: M | undefined;
  /** Associative and commutative, up to rounding: values are combined two by two, in an order that only their number decides. */
  readonly combine: (left: number, right: number) => number;
  /** What combined with any value gives that value, and the result for no elements: 0 for a sum, `-Infinity` for a maximum. */
  readonly identity: number;
  /**
   * The type in which values are combined, if that of the elements will not do: sums of integers wrap at 32 bits, and a sum of
   * float32 has 24. What is wider stays wider.
   */
  readonly dtype?: "float32" | "float64" | undefined;
  /** Plain JavaScript, called once, with the combined value and the number of elements: `(sum, length) => sum / length`. */
  readonly finish?: ((value: number, length: number) => number) | undefined;
  /** Names the constants and functions from outside that `map` and `combine` use. */
  readonly captures?: Captures | undefined;
}

/**
 * A kernel that combines all elements to one value: CuPy's `ReductionKernel`. It is called with an array or a number for each
 * parameter of `map`; all arrays have one length. The result does not depend on the number of workers.
 *
 * @throws TypeError for wrong options. Mistakes in the functions are found at the first launch.
 * @example
 * const dot = reduction({ map: (x: number, y: number) => x * y, combine: (a, b) => a + b, identity: 0 });
 * await executor.submit(dot, Float32Array.of(1, 2), Float32Array.of(3, 4)); // 11
 */
export function reduction(
  options: ReductionOptions<(value: number) => number> & { readonly map?: undefined },
): ReductionKernel<ElementArguments<(value: number) => number>>;
export function reduction<M extends (...elements: number[]) => number | boolean>(
  options: ReductionOptions<M>,
): ReductionKernel<ElementArguments<M>>;
export function reduction<M extends ElementFunction>(
  options: ReductionOptions<M>,
): ReductionKernel<ElementArguments<M>>;
export function reduction(options: ReductionOptions<ElementFunction>): unknown {
  checkOptions("The options of reduction()", options);
  const { map, combine, identity, dtype, finish, captures } = options;
  const known = ["map", "combine", "identity", "finish", "captures", "name", "fastMath", "dtype"];
  const { label, name, fastMath } = checkKernel("reduction", map ?? combine, captures, options, known);
  checkFunction("combine", combine);
  if (finish !== undefined) checkFunction("finish", finish);
  if (typeof identity !== "number") throw typeError("identity", "a number", identity);
  if (dtype !== undefined) checkOneOf("dtype", dtype, ["float32", "float64"]);
  if (map) recordSite(map, reduction);
  recordSite(combine, reduction);
  const mapSource: KernelSource | undefined = map && { fn: map, captures };
  const specialiser = new Specialiser({
    label,
    fn: map ?? combine,
    skip: 0,
    count: map ? map.length : 1,
    arrayUse: "none",
    captures,
    lower: (types) => lowerReduction(mapSource, { fn: combine, captures }, identity, types, { name, fastMath }, dtype),
  });
  return new ReductionObject(name, specialiser, identity, finish);
}

class ReductionObject extends KernelObject {
  readonly #result: PlannedResult;

  constructor(
    name: string,
    specialiser: Specialiser,
    identity: number,
    finish: (value: number, length: number) => number = (value) => value,
  ) {
    super(name, specialiser);
    // Of nothing comes the identity as it was given, also where the type has no infinity.
    this.#result = { kind: "reduced", finish: (value, length) => finish(length === 0 ? identity : value, length) };
    Object.freeze(this);
  }

  protected planWith(args: readonly unknown[], asWritten: boolean): LaunchPlan {
    const { specialiser } = this;
    const { parts, signature } = specialiser;
    specialiser.read(args);
    const { count, hasArrays } = countElements(args, signature, parts, false);
    if (!hasArrays)
      throw plainTypeError(`${sentenceStart(parts.label)} needs an array: it was called with numbers only.`);
    const captured = specialiser.captured();
    const specialisation = this.specialise(args, captured, asWritten);
    return {
      program: specialisation.program,
      hash: specialisation.hash,
      grid: [count, 1, 1],
      group: defaultGroup(1),
      seed: 0,
      arrays: specialisation.arrays(args, captured, undefined),
      scalars: specialisation.scalars(args, captured, parts.label),
      result: this.#result,
    };
  }
}
