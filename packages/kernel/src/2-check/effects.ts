// What steps change, and which values that would disturb: the question behind JavaScript's order of evaluation. A value that
// was read early must be kept in a variable before steps that change what it reads.

import { eachStep, type Step, someValue, targetOf, type Value, type Variable } from "./core.js";

/** What a list of steps changes. */
export interface Changes {
  readonly variables: ReadonlySet<Variable>;
  /** Whether elements of arrays may change: by stores and atomics, or by other threads at a barrier. */
  readonly arrays: boolean;
}

/** What `steps` change. */
export function changesOf(steps: readonly Step[]): Changes {
  const variables = new Set<Variable>();
  let arrays = false;
  eachStep(steps, (step) => {
    const target = targetOf(step);
    if (target) variables.add(target);
    if (step.kind === "store" || step.kind === "atomic" || step.kind === "barrier") arrays = true;
  });
  return { variables, arrays };
}

/** Whether `value`, computed after the changes, may differ from `value` computed before. */
export function disturbs(changes: Changes, value: Value): boolean {
  return someValue(value, (part) => {
    if (part.op === "variable") return changes.variables.has(part.variable);
    return changes.arrays && (part.op === "load" || part.op === "neighbour");
  });
}

/** Whether a value costs nothing to compute again, and never changes. */
export function isSteady(value: Value): boolean {
  switch (value.op) {
    case "number":
    case "boolean":
    case "argument":
    case "length":
    case "thread":
      return true;
    default:
      return false;
  }
}
