// What the four kinds of programs have in common: the function's entry into the translation, its parameters, and the parts of the
// finished program.

import { type FunctionNode, type Pattern, parseFunction, readCaptures, someNode } from "../1-parse/index.js";
import type { ArgumentType, KernelSource, LoweringOptions } from "../front-end.js";
import { arrayParameter, declareLocal, type ProgramShape, sharedArray } from "../ir/builder.js";
import type { ElementType } from "../ir/ir.js";
import type { CoreArray, Value } from "./core.js";
import type { StepLowering } from "./lower-step.js";
import { type Place, refuse } from "./refusal.js";
import { type Closure, type Entity, Scope } from "./scope.js";
import type { Translation } from "./translation.js";
import type { FloatType } from "./types.js";

/** The function of a kernel, with the names that its thunk gives. */
export function closureOf({ fn, captures }: KernelSource): Closure {
  const { node } = parseFunction(fn);
  const home = { fn, table: readCaptures(captures), fallback: undefined };
  return { node, name: fn.name, scope: new Scope(home), captured: false };
}

/** The function as a whole, or one of its nodes. */
export function placeOf({ fn }: KernelSource, node: { start: number; end: number } = parseFunction(fn).node): Place {
  return { fn, start: node.start, end: node.end, at: node.start };
}

/** The arrays among the arguments, and what each parameter stands for. */
export interface Parameters {
  readonly arrays: CoreArray[];
  readonly entities: Entity[];
}

/** Makes parameters of a call's arguments. `first`: how many parameters of the function come before them. */
export function parametersOf(
  source: KernelSource,
  types: readonly ArgumentType[],
  first: number,
  stencil = false,
): Parameters {
  const { node } = parseFunction(source.fn);
  checkCount(source, node, types.length + first, first);
  const arrays: CoreArray[] = [];
  const entities = types.map((type, index): Entity => {
    const name = nameOf(node.params[index + first], index);
    if (type.kind !== "array") {
      const place = placeOf(source, node.params[index + first]);
      return {
        kind: "value",
        value: {
          op: "argument",
          index,
          type: type.kind,
          fraction: type.kind === "number" && type.fraction === true,
          name,
          place,
        },
      };
    }
    const array: CoreArray = {
      space: "parameter",
      name,
      element: type.element,
      binding: { from: "argument", index },
    };
    arrays.push(array);
    return { kind: stencil ? "input" : "array", array };
  });
  return { arrays, entities };
}

function nameOf(parameter: Pattern | undefined, index: number): string {
  const pattern = parameter?.type === "AssignmentPattern" ? parameter.left : parameter;
  return pattern?.type === "Identifier" ? pattern.name : `argument${index}`;
}

function checkCount(source: KernelSource, node: FunctionNode, given: number, first: number): void {
  const { params } = node;
  const rest = params.find((parameter) => parameter.type === "RestElement");
  const missing = params.slice(given).find((parameter) => !mayBeMissing(node, parameter));
  if (rest || (params.length >= given && !missing)) return;
  const [wanted, had] = [params.length - first, given - first];
  refuse(
    placeOf(source, missing ?? node),
    "argument-count",
    `The function has ${wanted} ${wanted === 1 ? "parameter" : "parameters"}${first ? " after `thread`" : ""}, but is called with ${had}.`,
    missing ? "Pass a value for each parameter." : "Add a parameter for each argument.",
  );
}

/** A parameter with a default, also as older targets write it: `if (n === void 0) { n = 1; }`. */
function mayBeMissing(node: FunctionNode, parameter: Pattern): boolean {
  if (parameter.type === "AssignmentPattern") return true;
  if (parameter.type !== "Identifier") return false;
  const { name } = parameter;
  return someNode(node.body, (inner) => {
    if (inner.type !== "BinaryExpression" || !/^[!=]==?$/.test(inner.operator)) return false;
    const sides = [inner.left, inner.right];
    return (
      sides.some((side) => side.type === "Identifier" && side.name === name) &&
      sides.some((side) => side.type === "UnaryExpression" || (side.type === "Identifier" && side.name === "undefined"))
    );
  });
}

/** The float in which undecided floats are computed: float64 if any array of the launch is. */
export function workingFloat(arrays: readonly CoreArray[]): FloatType {
  return arrays.some((array) => array.element === "float64") ? "float64" : "float32";
}

/** The array that an elementwise kernel or a stencil writes. */
export function resultArray(element: ElementType): CoreArray {
  return { space: "parameter", name: "result", element, binding: { from: "result", index: 0 } };
}

/** `thread.x`, `thread.size.y` and the like, where the user did not write them. */
export function threadValue(what: "global" | "gridSize", axis: 0 | 1 | 2, place: Place): Value {
  return { op: "thread", what, axis, place };
}

/** The parts of a program, once its steps are lowered. */
export function shapeOf(
  t: Translation,
  lowering: StepLowering,
  arrays: readonly CoreArray[],
  options: LoweringOptions,
): ProgramShape {
  return {
    name: options.name,
    arrays: arrays.map((array) => parameterOf(lowering, array)),
    scalars: lowering.demand.scalars(),
    locals: lowering.demand.locals.map(({ name, type }) => declareLocal(name, type)),
    shared: t.shared.map((array) =>
      sharedArray(array.name, array.element, array.space === "shared" ? array.length : 0),
    ),
    fastMath: options.fastMath,
    dimensions: lowering.dimensions,
  };
}

function parameterOf(lowering: StepLowering, array: CoreArray): ReturnType<typeof arrayParameter> {
  if (array.space !== "parameter") throw new Error("shared arrays are no parameters");
  return arrayParameter(array.name, array.element, lowering.accessOf(array), array.binding);
}
