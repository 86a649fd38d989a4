// Elementwise kernels: `(...elements) => value`. Each parameter is an element, the result is written at the thread's place.

import type { ArgumentType, KernelSource, LoweringOptions } from "../front-end.js";
import { gridProgram } from "../ir/builder.js";
import type { ElementType, GridProgram } from "../ir/ir.js";
import { inline } from "./call.js";
import type { CoreArray, Step, Variable } from "./core.js";
import { constant } from "./fold.js";
import { Types } from "./infer.js";
import { StepLowering } from "./lower-step.js";
import { closureOf, parametersOf, placeOf, resultArray, shapeOf, threadValue, workingFloat } from "./program.js";
import { refuse } from "./refusal.js";
import { resultElement } from "./result-element.js";
import type { Entity } from "./scope.js";
import { Translation } from "./translation.js";
import { checkUnset } from "./unset.js";
import { requireValue } from "./value.js";

/**
 * Lowers `(...elements) => value`: result[i] = fn(a[i], b[i], …), with the result as last array, bound to `{ from: "result" }`.
 * An array that is broadcast (length 1) is declared in `broadcast`: it is read at 0. `element`: the result's type, if the
 * program does not leave it to inference. @throws DiagnosticError
 */
export function lowerElementwise(
  source: KernelSource,
  types: readonly ArgumentType[],
  broadcast: readonly boolean[],
  element: ElementType | undefined,
  options: LoweringOptions,
): GridProgram {
  const t = new Translation("elementwise", source.fn);
  const { arrays, entities } = parametersOf(source, types, 0);
  const place = placeOf(source);
  const elements = entities.map((entity, index) => elementOf(entity, broadcast[index] === true, source));
  const result = translateFunction(t, source, elements);
  checkUnset(t.steps);
  const inputs = [...arrays, ...t.captured.values()];
  const target = resultOf(t, result, arrays, inputs, element);
  const store: Step = {
    kind: "store",
    array: target,
    index: threadValue("global", 0, place),
    value: t.read(result, place),
    place,
  };
  const all = [...inputs, target];
  const steps = [...t.steps, store];
  const lowering = new StepLowering(new Types(t.variables, steps, workingFloat(inputs)), all, []);
  lowering.prepare([steps]);
  const body = lowering.statements(steps);
  return gridProgram(shapeOf(t, lowering, all, options), body);
}

/** An array parameter is the element at the thread's place, or the one element that stands for all. */
export function elementOf(entity: Entity, broadcast: boolean, source: KernelSource): Entity {
  if (entity.kind !== "array") return entity;
  const place = placeOf(source);
  const index = broadcast ? constant(0, place) : threadValue("global", 0, place);
  return { kind: "value", value: { op: "load", array: entity.array, index, place } };
}

/** Inlines a function that returns a value, and gives the variable that holds it. */
export function translateFunction(t: Translation, source: KernelSource, entities: readonly Entity[]): Variable {
  const closure = closureOf(source);
  t.frame = { ...t.frame, fn: source.fn };
  const entity = inline(t, closure.node, closure, entities, true);
  if (entity.kind === "undefined") refuseNothing(source);
  const { body } = closure.node;
  const value = requireValue(t, entity, body.type === "BlockStatement" ? closure.node : body);
  const variable = t.variable("result", value.place);
  t.set(variable, value);
  return variable;
}

function refuseNothing(source: KernelSource): never {
  refuse(
    placeOf(source),
    "missing-return",
    "The function returns nothing.",
    "Return a number or a boolean: `(x) => x * 2`, or `(x) => { …; return y; }`.",
  );
}

/** Decides the element type of the result, in which it is then computed. */
export function resultOf(
  t: Translation,
  result: Variable,
  argumentArrays: readonly CoreArray[],
  inputs: readonly CoreArray[],
  element: ElementType | undefined,
): CoreArray {
  const types = new Types(t.variables, t.steps, workingFloat(inputs));
  result.given = element ?? resultElement(types, result, argumentArrays, inputs);
  return resultArray(result.given);
}
