// Variables that are read before anything was assigned to them. Only what certainly has no value is refused: an assignment on
// some path is enough.

import { bodiesOf, eachStep, partsOf, type Step, targetOf, type Value, type Variable, valuesOf } from "./core.js";
import { refuse } from "./refusal.js";

/** @throws DiagnosticError for a variable that is read where no assignment can have reached it. */
export function checkUnset(steps: readonly Step[], preset: readonly Variable[] = []): void {
  visit(steps, new Set(preset));
}

/** Adds to `set` what the steps may assign. */
function visit(steps: readonly Step[], set: Set<Variable>): void {
  for (const step of steps) {
    // A later round of a loop sees what an earlier one assigned.
    if (step.kind === "loop") addAssigned(step, set);
    for (const value of valuesOf(step)) checkValue(value, set);
    if (step.kind === "declare") set.delete(step.variable);
    const target = targetOf(step);
    if (target) set.add(target);
    visitBodies(step, set);
  }
}

/** A branch sees what came before it, not the other branch. */
function visitBodies(step: Step, set: Set<Variable>): void {
  if (step.kind !== "if") {
    for (const body of bodiesOf(step)) visit(body, set);
    return;
  }
  const otherwise = new Set(set);
  visit(step.yes, set);
  visit(step.no, otherwise);
  for (const variable of otherwise) set.add(variable);
}

function addAssigned(step: Step, set: Set<Variable>): void {
  eachStep([step], (inner) => {
    const target = targetOf(inner);
    if (target) set.add(target);
  });
}

function checkValue(value: Value, set: ReadonlySet<Variable>): void {
  if (value.op === "variable" && !set.has(value.variable)) {
    const { name } = value.variable;
    refuse(
      value.place,
      "unset-variable",
      `\`${name}\` is read before it has a value.`,
      `Give it one where it is declared: \`let ${name} = 0\`.`,
    );
  }
  for (const part of partsOf(value)) checkValue(part, set);
}
