// Stencils: `(a, b, …, scalars) => value`, where arrays are functions of offsets from the thread's own place.
//
// The body is lowered twice: with plain indices for the places whose neighbours are all inside of the arrays, and with care for
// borders for the others. A plain index is `((y + dy) * width + dx) + x`, so that neighbours along x are seen to be adjacent.

import type { ArgumentType, Border, KernelSource, LoweringOptions } from "../front-end.js";
import { add, compare, gridProgram, int, logical, multiply, select, subtract, when } from "../ir/builder.js";
import { type ElementType, type Expression, type GridProgram, type Statement, valueTypeOf } from "../ir/ir.js";
import { type Axis, inside, isInside, linear } from "./border.js";
import { constantIn } from "./convert.js";
import { eachStep, type Step, someValue, type Value, valuesOf } from "./core.js";
import { resultOf, translateFunction } from "./elementwise.js";
import { Types } from "./infer.js";
import { StepLowering } from "./lower-step.js";
import type { NeighbourReader, ValueLowering } from "./lower-value.js";
import { parametersOf, placeOf, shapeOf, threadValue, workingFloat } from "./program.js";
import { refuse } from "./refusal.js";
import { type Range, reachOf } from "./stencil-reach.js";
import { Translation } from "./translation.js";
import { checkUnset } from "./unset.js";

/**
 * Lowers `(a, b, …, scalars) => value`, where arrays are functions of relative offsets `a(dx, dy, dz)`, and the grid is the
 * arrays' shape, x fastest. The result is the last array, bound to `{ from: "result" }`. @throws DiagnosticError
 */
export function lowerStencil(
  source: KernelSource,
  types: readonly ArgumentType[],
  border: Border,
  borderValue: number,
  element: ElementType | undefined,
  options: LoweringOptions,
): GridProgram {
  const t = new Translation("stencil", source.fn);
  const { arrays, entities } = parametersOf(source, types, 0, true);
  const result = translateFunction(t, source, entities);
  checkUnset(t.steps);
  const inputs = [...arrays, ...t.captured.values()];
  const target = resultOf(t, result, arrays, inputs, element);
  const axes = axesOf(t.steps);
  const place = placeOf(source);
  // The index is replaced below.
  const value = t.read(result, place);
  const store: Step = { kind: "store", array: target, index: threadValue("global", 0, place), value, place };
  const all = [...inputs, target];
  const steps = [...t.steps, store];
  const lowering = new StepLowering(new Types(t.variables, steps, workingFloat(inputs)), all, []);
  lowering.neighbour = plainReader(lowering);
  lowering.prepare([steps]);
  const body = bothBodies(lowering, steps, axes, bordered(lowering, border, borderValue));
  return gridProgram(shapeOf(t, lowering, all, options), body);
}

/** How many offsets the arrays are called with: always the same. */
function axesOf(steps: readonly Step[]): 1 | 2 | 3 {
  let axes = 0;
  const look = (part: Value): boolean => {
    if (part.op !== "neighbour") return false;
    if (axes !== 0 && axes !== part.offsets.length) {
      refuse(
        part.place,
        "stencil-offset",
        `The arrays are called with ${part.offsets.length} offsets here, and with ${axes} elsewhere.`,
        `Give each call ${axes} ${axes === 1 ? "offset" : "offsets"}.`,
      );
    }
    axes = part.offsets.length;
    return false;
  };
  eachStep(steps, (step) => {
    for (const value of valuesOf(step)) someValue(value, look);
  });
  return (axes || 1) as 1 | 2 | 3;
}

function bothBodies(
  lowering: StepLowering,
  steps: readonly Step[],
  axes: 1 | 2 | 3,
  reader: NeighbourReader,
): readonly Statement[] {
  const reach = reachOf(steps, axes);
  const write = (neighbour: NeighbourReader): readonly Statement[] => {
    lowering.neighbour = neighbour;
    return lowering.statements(steps).map((statement) => atPlace(lowering, statement, axes));
  };
  if (!isKnown(reach)) return write(reader);
  const condition = reach.flatMap((range: Range, axis) => conditions(lowering, range, axis as 0 | 1 | 2));
  if (condition.length === 0) return write(plainReader(lowering));
  return [
    when(
      condition.reduce((a, b) => logical("and", a, b)),
      write(plainReader(lowering)),
      write(reader),
    ),
  ];
}

function isKnown(reach: (Range | undefined)[]): reach is Range[] {
  return reach.every((range) => range !== undefined);
}

function conditions(l: ValueLowering, { low, high }: Range, axis: 0 | 1 | 2): Expression[] {
  const place = l.threadIndex("global", axis);
  const size = l.threadIndex("gridSize", axis);
  return [
    ...(low < 0 ? [compare("greaterEqual", place, int(-low))] : []),
    ...(high > 0 ? [compare("less", place, subtract(size, int(high)))] : []),
  ];
}

/** The last store is of the result: to the thread's own place, along all axes. */
function atPlace(l: ValueLowering, statement: Statement, axes: number): Statement {
  if (statement.kind !== "store") return statement;
  return Object.freeze({ ...statement, index: linear(axesAt(l, Array(axes).fill(int(0)))) });
}

/** Reads without regard to borders. */
function plainReader(l: ValueLowering): NeighbourReader {
  return (array, offsets, value) => {
    const places = axesAt(l, offsets);
    const rows = places.slice(1).map(({ place, size }) => ({ place, size }));
    const x = l.threadIndex("global", 0);
    const dx = offsets[0] as Expression;
    if (rows.length === 0) return l.loadAt(array, isZero(dx) ? x : add(dx, x), value);
    const row = multiply(linear(rows), l.threadIndex("gridSize", 0));
    return l.loadAt(array, add(isZero(dx) ? row : add(row, dx), x), value);
  };
}

/** Reads with care for borders. */
function bordered(l: ValueLowering, border: Border, borderValue: number): NeighbourReader {
  return (array, offsets, value) => {
    const places = axesAt(l, offsets);
    if (border === "constant") {
      const other = constantIn(borderValue, valueTypeOf(array.element));
      const moved = places.filter((_, axis) => !isZero(offsets[axis] as Expression));
      const load = l.loadAt(array, linear(places), value);
      return moved.length === 0 ? load : select(isInside(moved), load, other);
    }
    const kept = places.map((axis, i) =>
      isZero(offsets[i] as Expression) ? axis : { ...axis, place: inside(border, axis) },
    );
    return l.loadAt(array, linear(kept), value);
  };
}

function axesAt(l: ValueLowering, offsets: readonly Expression[]): Axis[] {
  return offsets.map((offset, axis) => {
    const own = l.threadIndex("global", axis as 0 | 1 | 2);
    const size = l.threadIndex("gridSize", axis as 0 | 1 | 2);
    return { place: isZero(offset) ? own : add(own, offset), size };
  });
}

function isZero(expression: Expression): boolean {
  return expression.op === "constant" && expression.value === 0;
}
