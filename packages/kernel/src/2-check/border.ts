// Where a stencil reads beyond the edge of its array. Along each axis, place `p` of `n` becomes
//   clamp     min(max(p, 0), n - 1)
//   wrap      p modulo n
//   reflect   mirrored at the edge's element, which is not repeated: -1 is 1, n is n - 2; for n = 1 it is 0
//   constant  a value of its own

import type { Border } from "../front-end.js";
import { add, binary, compare, int, logical, multiply, remainder, select, subtract, unary } from "../ir/builder.js";
import type { Expression } from "../ir/ir.js";

/** One axis of a read: its place, which may be outside, and the size. */
export interface Axis {
  readonly place: Expression;
  readonly size: Expression;
}

/** The place inside of the array that is read instead. */
export function inside(border: Exclude<Border, "constant">, { place, size }: Axis): Expression {
  const last = subtract(size, int(1));
  if (border === "clamp") return binary("min", binary("max", place, int(0)), last);
  if (border === "wrap") {
    const rest = remainder(place, size);
    return select(compare("less", rest, int(0)), add(rest, size), rest);
  }
  const period = multiply(last, int(2));
  const folded = remainder(unary("abs", place), period);
  return select(compare("greater", folded, last), subtract(period, folded), folded);
}

/** Whether all places are inside of the array. */
export function isInside(axes: readonly Axis[]): Expression {
  return axes
    .flatMap(({ place, size }): Expression[] => [compare("greaterEqual", place, int(0)), compare("less", place, size)])
    .reduce((a, b) => logical("and", a, b));
}

/** The index of a place, x fastest: `((z * height + y) * width) + x`. */
export function linear(axes: readonly Axis[]): Expression {
  return axes
    .map((axis) => axis.place)
    .reduceRight((outer, place, index) => add(multiply(outer, (axes[index] as Axis).size), place));
}
