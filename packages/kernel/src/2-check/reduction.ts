// Reductions: `map(...elements) => value`, and `combine(left, right) => value`. Values, both sides and what comes of them have
// one type: the join of what map gives, what combine gives, and the identity.

import type { ArgumentType, KernelSource, LoweringOptions } from "../front-end.js";
import { reductionProgram } from "../ir/builder.js";
import type { Constant, ReductionProgram, ValueType } from "../ir/ir.js";
import { constantIn } from "./convert.js";
import type { CoreArray, Step, Value, Variable } from "./core.js";
import { elementOf, translateFunction } from "./elementwise.js";
import { Types } from "./infer.js";
import { StepLowering } from "./lower-step.js";
import { parametersOf, placeOf, shapeOf, threadValue, workingFloat } from "./program.js";
import type { Entity } from "./scope.js";
import { Translation } from "./translation.js";
import { type FloatType, type Type, typeOfNumber } from "./types.js";
import { checkUnset } from "./unset.js";

/** The variables of a reduction; see ReductionProgram. */
interface Kin {
  readonly value: Variable;
  readonly left: Variable;
  readonly right: Variable;
  readonly combined: Variable;
}

/**
 * Lowers `map(...elements) => value` and `combine(left, right) => value`. `map` may be absent: the one array's own elements.
 * @throws DiagnosticError
 */
export function lowerReduction(
  map: KernelSource | undefined,
  combine: KernelSource,
  identity: number,
  types: readonly ArgumentType[],
  options: LoweringOptions,
  atLeast?: FloatType,
): ReductionProgram {
  const t = new Translation("reduction", (map ?? combine).fn);
  const mapped = map ? mapSteps(t, map, types) : ownElements(t, combine, types);
  const left = preset(t, "left", combine);
  const right = preset(t, "right", combine);
  const { result: combined, steps: combineSteps } = combineWith(t, combine, [left, right]);
  const kin: Kin = { value: mapped.result, left, right, combined };
  for (const variable of [kin.value, combined]) variable.preset = true;
  checkUnset(mapped.steps);
  checkUnset(combineSteps, [left, right]);
  const arrays = [...mapped.arrays, ...t.captured.values()];
  const found = typesOf(t, kin, [...mapped.steps, ...combineSteps], atLeast ?? seedOf(identity), workingFloat(arrays));
  const lowering = new StepLowering(found, arrays, []);
  lowering.prepare([mapped.steps, combineSteps], Object.values(kin));
  return finish(t, lowering, kin, [mapped.steps, combineSteps], arrays, identity, options);
}

interface Mapped {
  readonly result: Variable;
  readonly steps: readonly Step[];
  readonly arrays: readonly CoreArray[];
}

function mapSteps(t: Translation, map: KernelSource, types: readonly ArgumentType[]): Mapped {
  const { arrays, entities } = parametersOf(map, types, 0);
  const elements = entities.map((entity) => elementOf(entity, false, map));
  return { ...t.collect(() => translateFunction(t, map, elements)), arrays };
}

/** Without a map, the values are the one array's own elements. */
function ownElements(t: Translation, combine: KernelSource, types: readonly ArgumentType[]): Mapped {
  const place = placeOf(combine);
  const array: CoreArray = {
    space: "parameter",
    name: "elements",
    element: types[0]?.kind === "array" ? types[0].element : "float32",
    binding: { from: "argument", index: 0 },
  };
  const variable = t.variable("value", place);
  const load: Value = { op: "load", array, index: threadValue("global", 0, place), place };
  const { steps } = t.collect(() => t.set(variable, load));
  return { result: variable, steps, arrays: [array] };
}

function preset(t: Translation, name: string, source: KernelSource): Variable {
  const variable = t.variable(name, placeOf(source));
  variable.preset = true;
  return variable;
}

function combineWith(
  t: Translation,
  combine: KernelSource,
  sides: readonly Variable[],
): ReturnType<typeof t.collect<Variable>> {
  // Only to check that it has two parameters.
  parametersOf(combine, [{ kind: "number" }, { kind: "number" }], 0);
  const place = placeOf(combine);
  const entities = sides.map((side): Entity => ({ kind: "value", value: t.read(side, place) }));
  return t.collect(() => translateFunction(t, combine, entities));
}

/** A reduction of booleans counts them. */
function typesOf(t: Translation, kin: Kin, steps: readonly Step[], least: Type, working: FloatType): Types {
  const seeded = (seed: Type): Types =>
    new Types(t.variables, steps, working, new Map([[kin.left, seed]]), Object.values(kin));
  const types = seeded(least);
  return types.variable(kin.value) === "bool" ? seeded("int32") : types;
}

/** An infinite identity belongs to a minimum or a maximum, which integers have too. */
function seedOf(identity: number): Type {
  return Math.abs(identity) === Number.POSITIVE_INFINITY ? "weak-int" : typeOfNumber(identity);
}

/** The identity as a value of the type: of integers, the smallest stands for −∞ and the largest for ∞. */
function identityIn(identity: number, type: ValueType): Constant {
  if (type === "int32" && Math.abs(identity) === Number.POSITIVE_INFINITY)
    return constantIn(identity > 0 ? 2 ** 31 - 1 : -(2 ** 31), type);
  if (type === "uint32" && Math.abs(identity) === Number.POSITIVE_INFINITY)
    return constantIn(identity > 0 ? 2 ** 32 - 1 : 0, type);
  return constantIn(identity, type);
}

function finish(
  t: Translation,
  lowering: StepLowering,
  kin: Kin,
  [map, combine]: readonly [readonly Step[], readonly Step[]],
  arrays: readonly CoreArray[],
  identity: number,
  options: LoweringOptions,
): ReductionProgram {
  const type = lowering.types.variable(kin.value) as ValueType;
  const id = (variable: Variable): number => lowering.demand.find(variable, type) as number;
  const reduction = {
    map: lowering.statements(map),
    value: id(kin.value),
    combine: lowering.statements(combine),
    left: id(kin.left),
    right: id(kin.right),
    combined: id(kin.combined),
    identity: identityIn(identity, type),
  };
  return reductionProgram(shapeOf(t, lowering, arrays, options), reduction);
}
