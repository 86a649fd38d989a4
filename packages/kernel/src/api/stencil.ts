// `stencil`: a function of the neighbourhood of each element.

import { checkOneOf, typeError } from "@everycore/core";
import { lowerStencil } from "../2-check/index.js";
import { recordSite } from "../diagnostics/call-site.js";
import type { Border } from "../front-end.js";
import type { ElementType, Size3 } from "../ir/ir.js";
import { plainRangeError, plainTypeError, sentenceStart } from "../launch/argument-errors.js";
import { countElements, type ElementCount } from "../launch/element-count.js";
import { elementwisePlan } from "../launch/elementwise-plan.js";
import { checkSize, defaultGroup } from "../launch/launch-size.js";
import { elementTypes } from "../launch/signature.js";
import { type KernelParts, Specialiser } from "../launch/specialiser.js";
import type { LaunchPlan } from "../launch-plan.js";
import { checkKernel, KernelObject } from "./kernel-object.js";
import type {
  Captures,
  ElementOf,
  ElementwiseOptions,
  GridSize,
  StencilArguments,
  StencilFunction,
  StencilKernel,
} from "./kernel-types.js";

const borders: readonly Border[] = ["clamp", "wrap", "reflect", "constant"];

/** Options of a stencil. */
export interface StencilOptions<D extends ElementType = ElementType> extends ElementwiseOptions<D> {
  /**
   * What lies beyond the edge: the element at the edge ("clamp", the default), the array again ("wrap"), the array mirrored
   * at its edge element ("reflect"), or `value` ("constant").
   */
  readonly border?: Border | undefined;
  /** The value beyond the edge for `border: "constant"`. Default 0. */
  readonly value?: number | undefined;
}

/**
 * A kernel that gives each element of the result a function of the elements around its place: Numba's `@stencil`. An array
 * parameter is called with a distance along each axis, `a(-1, 0)`; number parameters may follow.
 *
 * @param fn from neighbourhoods to an element.
 * @param captures names the constants and functions from outside that `fn` uses.
 * @throws TypeError, RangeError for wrong arguments. Mistakes in the function are found at the first launch.
 * @example
 * const blur = stencil((a) => (a(-1, 0) + a(0, 0) + a(1, 0)) / 3, undefined, { border: "reflect" });
 * await executor.submit(blur.over([width, height]), image);
 */
export function stencil<F extends StencilFunction, D extends ElementType = never>(
  fn: F,
  captures?: Captures,
  options: StencilOptions<D> = {},
): StencilKernel<StencilArguments<F>, [D] extends [never] ? ElementOf<F> : D> {
  const known = ["name", "fastMath", "dtype", "border", "value"];
  const { name, label, fastMath } = checkKernel("stencil", fn, captures, options, known);
  const { border = "clamp", value = 0, dtype } = options;
  checkOneOf("border", border, borders);
  if (typeof value !== "number") throw typeError("value", "a number", value);
  if (dtype !== undefined) checkOneOf("dtype", dtype, elementTypes);
  recordSite(fn, stencil);
  const specialiser = new Specialiser({
    label,
    fn,
    skip: 0,
    count: fn.length,
    arrayUse: "call",
    captures,
    lower: (types) => lowerStencil({ fn, captures }, types, border, value, dtype, { name, fastMath }),
  });
  return new StencilObject(name, specialiser, undefined) as never;
}

class StencilObject extends KernelObject {
  readonly #size: Size3 | undefined;
  readonly #dimensions: number;

  constructor(name: string, specialiser: Specialiser, size: GridSize | undefined) {
    super(name, specialiser);
    this.#size = size === undefined ? undefined : checkSize(size);
    this.#dimensions = Array.isArray(size) ? size.length : 1;
    Object.freeze(this);
  }

  over(size: GridSize): StencilObject {
    return new StencilObject(this.name, this.specialiser, size);
  }

  protected planWith(args: readonly unknown[], asWritten: boolean): LaunchPlan {
    const { specialiser } = this;
    const { parts, signature } = specialiser;
    specialiser.read(args);
    const counted = countElements(args, signature, parts, false);
    const elements = this.#size ? reshaped(counted, this.#size, this.#dimensions, parts) : counted;
    const grid = this.#size ?? gridOf(elements, parts);
    const captured = specialiser.captured();
    const specialisation = this.specialise(args, captured, asWritten);
    checkAxes(specialisation.program.dimensions, elements, parts);
    return elementwisePlan(specialisation, {
      args,
      captured,
      elements,
      grid,
      group: defaultGroup(elements.shape.length),
      label: parts.label,
    });
  }
}

/** The arrays in the shape that `over` asks for. */
function reshaped(elements: ElementCount, size: Size3, dimensions: number, parts: KernelParts): ElementCount {
  const [x, y, z] = size;
  checkArrays(elements, parts);
  if (elements.count !== x * y * z)
    throw plainRangeError(
      `${sentenceStart(parts.label)} runs over [${size.slice(0, dimensions).join(", ")}], that is ${x * y * z} elements, ` +
        `but its arrays have ${elements.count}.`,
    );
  return { ...elements, shape: size.slice(0, dimensions).reverse() };
}

/** The grid of arrays in a shape of their own; x is the last axis, the fastest. */
function gridOf(elements: ElementCount, parts: KernelParts): Size3 {
  checkArrays(elements, parts);
  const [x = 1, y = 1, z = 1, ...more] = [...elements.shape].reverse();
  if (more.length > 0)
    throw plainRangeError(
      `${sentenceStart(parts.label)} takes arrays of at most three dimensions, not [${elements.shape.join(", ")}].`,
    );
  return [x, y, z];
}

/** A stencil along one axis of a picture would mean its rows, its columns, or all of it as one line: nobody can know. */
function checkAxes(offsets: number, { shape }: ElementCount, { label }: KernelParts): void {
  if (offsets === shape.length) return;
  const example = ["a(dx)", "a(dx, dy)", "a(dx, dy, dz)"];
  const size = ["over(n)", "over([width, height])", "over([width, height, depth])"];
  throw plainRangeError(
    `${sentenceStart(label)} calls its arrays with ${offsets} offset${offsets === 1 ? "" : "s"}, but runs over ` +
      `[${[...shape].reverse().join(", ")}]. Write ${size[offsets - 1]}, or ${example[shape.length - 1]} in the function.`,
  );
}

function checkArrays(elements: ElementCount, parts: KernelParts): void {
  if (elements.hasArrays) return;
  throw plainTypeError(`${sentenceStart(parts.label)} needs an array: it was called with numbers only.`);
}
