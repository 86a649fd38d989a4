// How far a stencil reaches along each axis: where all its reads are inside of the arrays, borders need no care.
// Offsets are constants, or computed from loop variables with constant bounds: `for (let dx = -1; dx <= 1; dx++)`.

import { isSingle, partsOf, type Step, type Value, type Variable, valuesOf } from "./core.js";

/** The lowest and highest offset along an axis. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

type Ranges = Map<Variable, Range>;

/** The offsets along each of `axes` axes; undefined where they are not known. */
export function reachOf(steps: readonly Step[], axes: number): (Range | undefined)[] {
  const found: (Range | undefined)[][] = Array.from({ length: axes }, () => []);
  walk(steps, new Map(), found);
  return found.map((ranges) => ranges.reduce<Range | undefined>(union, { low: 0, high: 0 }));
}

function union(a: Range | undefined, b: Range | undefined): Range | undefined {
  return a && b && { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

function walk(steps: readonly Step[], ranges: Ranges, found: (Range | undefined)[][]): void {
  for (const step of steps) {
    for (const value of valuesOf(step)) collect(value, ranges, found);
    switch (step.kind) {
      case "set":
        setRange(step.variable, step.value, ranges);
        break;
      case "if":
        walk(step.yes, ranges, found);
        walk(step.no, ranges, found);
        break;
      case "block":
        walk(step.body, ranges, found);
        break;
      case "loop":
        walk(step.body, new Map([...ranges, ...loopRange(step)]), found);
        walk(step.update, ranges, found);
        break;
    }
  }
}

function setRange(variable: Variable, value: Value, ranges: Ranges): void {
  const range = isSingle(variable) ? rangeOf(value, ranges) : undefined;
  if (range) ranges.set(variable, range);
}

function collect(value: Value, ranges: Ranges, found: (Range | undefined)[][]): void {
  if (value.op === "neighbour") {
    for (const [axis, offset] of value.offsets.entries()) found[axis]?.push(rangeOf(offset, ranges));
  }
  for (const part of partsOf(value)) collect(part, ranges, found);
}

function rangeOf(value: Value, ranges: Ranges): Range | undefined {
  switch (value.op) {
    case "number":
      return Number.isInteger(value.value) ? { low: value.value, high: value.value } : undefined;
    case "variable":
      return ranges.get(value.variable);
    case "unary": {
      const range = rangeOf(value.value, ranges);
      if (value.sign === "+") return range;
      return range && value.sign === "-" ? { low: -range.high, high: -range.low } : undefined;
    }
    case "binary":
      return binaryRange(value.sign, rangeOf(value.left, ranges), rangeOf(value.right, ranges));
    default:
      return undefined;
  }
}

function binaryRange(sign: string, a: Range | undefined, b: Range | undefined): Range | undefined {
  if (!a || !b) return undefined;
  if (sign === "+") return { low: a.low + b.low, high: a.high + b.high };
  if (sign === "-") return { low: a.low - b.high, high: a.high - b.low };
  if (sign !== "*") return undefined;
  const products = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  return { low: Math.min(...products), high: Math.max(...products) };
}

/** The values of a loop's variable inside of its body, if it counts from one constant to another. */
function loopRange(loop: Extract<Step, { kind: "loop" }>): [Variable, Range][] {
  const [update] = loop.update;
  if (loop.update.length !== 1 || update?.kind !== "set") return [];
  const { variable } = update;
  const start = variable.values.find((value) => value.op === "number");
  const by = stepOf(update.value, variable);
  if (variable.values.length !== 2 || start?.op !== "number" || !by) return [];
  const bound = boundOf(loop.condition, variable, by > 0);
  if (bound === undefined) return [];
  return [[variable, { low: Math.min(start.value, bound), high: Math.max(start.value, bound) }]];
}

/** `n` of `v = v + n`. */
function stepOf(value: Value, variable: Variable): number | undefined {
  if (value.op !== "binary" || value.left.op !== "variable" || value.left.variable !== variable) return undefined;
  if (value.right.op !== "number" || !Number.isInteger(value.right.value)) return undefined;
  if (value.sign === "+") return value.right.value;
  return value.sign === "-" ? -value.right.value : undefined;
}

/** The last value for which `condition` may hold. */
function boundOf(condition: Value, variable: Variable, up: boolean): number | undefined {
  if (condition.op === "logical" && condition.sign === "&&") {
    return boundOf(condition.left, variable, up) ?? boundOf(condition.right, variable, up);
  }
  if (condition.op !== "binary") return undefined;
  const flipped = condition.right.op === "variable" && condition.right.variable === variable;
  const [own, other] = flipped ? [condition.right, condition.left] : [condition.left, condition.right];
  if (own.op !== "variable" || own.variable !== variable || other.op !== "number") return undefined;
  const sign = flipped ? mirror[condition.sign] : condition.sign;
  if (sign === (up ? "<=" : ">=")) return other.value;
  if (sign !== (up ? "<" : ">")) return undefined;
  return up ? Math.ceil(other.value) - 1 : Math.floor(other.value) + 1;
}

const mirror: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };
