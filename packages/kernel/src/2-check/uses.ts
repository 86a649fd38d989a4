// How a variable that stayed weak is used: whether it meets only floats. Such a variable, if it holds number arguments, is a
// float: `let t = t0; while (…) t += dt` where `t` is stored to a Float32Array.

import { eachStep, isSingle, partsOf, type Step, type Value, type Variable } from "./core.js";
import { holdsArgument, type Types } from "./infer.js";
import { isFloat, isWeak, type Type } from "./types.js";

type Meeting = "integer" | "float" | "nothing";

/** What variables meet, as far as it is known. */
type Known = Map<Variable, Meeting>;

interface Votes {
  integers: number;
  floats: number;
}

/** Whether number arguments flow into `variable`, and its uses meet floats but no integers. */
export function meetsOnlyFloats(types: Types, variable: Variable, steps: readonly Step[]): boolean {
  if (!variable.values.some((value) => holdsArgument(value))) return false;
  return meetingIn(types, variable, steps, new Map()) === "float";
}

/** What a variable meets anywhere. What flows into another variable that is not decided meets what that one meets. */
function meetingIn(types: Types, variable: Variable, steps: readonly Step[], known: Known): Meeting {
  // Until the answer is there; what flows in a circle adds nothing.
  known.set(variable, "nothing");
  const votes: Votes = { integers: 0, floats: 0 };
  const look = (value: Value, met: Meeting): void => visit(types, variable, value, met, votes);
  eachStep(steps, (step) => {
    if (step.kind === "set") look(step.value, meetingOfTarget(types, step.variable, steps, known));
    if (step.kind === "store" || step.kind === "atomic") {
      look(step.index, "integer");
      look(step.value, /^float/.test(step.array.element) ? "float" : "integer");
    }
    if (step.kind === "if" || step.kind === "loop") look(step.condition, "nothing");
  });
  const meeting = votes.integers > 0 ? "integer" : votes.floats > 0 ? "float" : "nothing";
  known.set(variable, meeting);
  return meeting;
}

function meetingOfTarget(types: Types, target: Variable, steps: readonly Step[], known: Known): Meeting {
  const own = meetingOf(types.variable(target));
  if (own !== "nothing" || isSingle(target) || types.variable(target) !== "weak-int") return own;
  return known.get(target) ?? meetingIn(types, target, steps, known);
}

function meetingOf(type: Type): Meeting {
  if (isWeak(type) || type === "bool" || type === "unset") return type === "weak-float" ? "float" : "nothing";
  return isFloat(type) ? "float" : "integer";
}

/** Follows a value down to where the variable is read. `met`: what the value meets from above. */
function visit(types: Types, variable: Variable, value: Value, met: Meeting, votes: Votes): void {
  if (value.op === "variable") {
    if (value.variable === variable) {
      if (met === "integer") votes.integers++;
      if (met === "float") votes.floats++;
    } else if (isSingle(value.variable) && isWeak(types.variable(value.variable)) && met !== "nothing") {
      for (const inner of value.variable.values) visit(types, variable, inner, met, votes);
    }
    return;
  }
  for (const part of partsOf(value)) visit(types, variable, part, meetingInside(types, value, part, met), votes);
}

function meetingInside(types: Types, value: Value, part: Value, met: Meeting): Meeting {
  switch (value.op) {
    case "load":
    case "neighbour":
      return "integer";
    case "conditional":
      return part === value.test ? "nothing" : above(types, value, met);
    case "binary":
      if (/^(&|\||\^|<<|>>|>>>)$/.test(value.sign)) return "integer";
      if (/^(===|!==|<|<=|>|>=)$/.test(value.sign)) {
        return meetingOf(types.of(part === value.left ? value.right : value.left));
      }
      return above(types, value, met);
    default:
      return above(types, value, met);
  }
}

function above(types: Types, value: Value, met: Meeting): Meeting {
  const own = meetingOf(types.of(value));
  return own === "nothing" ? met : own;
}
