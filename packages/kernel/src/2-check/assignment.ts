// Assignments and updates, as statements and as expressions with a value.

import type { AssignmentExpression, Expression, Identifier, MemberExpression, UpdateExpression } from "acorn";
import { type AnyNode, isFunctionNode, memberName, type Pattern } from "../1-parse/index.js";
import type { BinarySign, CoreArray, Value } from "./core.js";
import { evaluate, evaluateValue } from "./expression.js";
import { binary, constant, unary } from "./fold.js";
import { element } from "./member.js";
import { power } from "./power.js";
import { type Place, refuse } from "./refusal.js";
import type { Entity, NameBinding, Scope } from "./scope.js";
import type { Translation } from "./translation.js";
import { refuseNullish, refuseSyntax } from "./unsupported.js";
import { requireValue } from "./value.js";

/** What an assignment writes, from what was there. `produce` is called when the old value has been read. */
interface Change {
  readonly node: AssignmentExpression | UpdateExpression;
  /** Undefined for `=`, where the old value does not matter. */
  readonly combine: ((old: Value, right: Value) => Value) | undefined;
  readonly right: () => Value;
  /** Whether the expression's value is the old one: `i++`. */
  readonly givesOld: boolean;
  /** Whether its value is used at all. */
  readonly used: boolean;
}

/** `target = value`, `target += value`, `target &&= value`. */
export function assignment(t: Translation, node: AssignmentExpression, scope: Scope, used: boolean): Entity {
  if (node.operator === "??=") refuseNullish(t, node);
  if (node.operator === "&&=" || node.operator === "||=") return logicalAssignment(t, node, scope, used);
  if (node.operator === "=" && keepsEntity(t, node, scope)) return { kind: "undefined" };
  const sign = node.operator.slice(0, -1);
  const place = t.place(node);
  const combine =
    sign === "**"
      ? (old: Value, right: Value): Value => power(t, old, right, place)
      : (old: Value, right: Value): Value => binary(sign as BinarySign, old, right, place);
  return write(t, node.left, scope, {
    node,
    combine: sign === "" ? undefined : combine,
    right: () => evaluateValue(t, node.right, scope),
    givesOld: false,
    used,
  });
}

/** `i++`, `--a[i]`. */
export function update(t: Translation, node: UpdateExpression, scope: Scope, used: boolean): Entity {
  const place = t.place(node);
  return write(t, node.argument as Pattern, scope, {
    node,
    combine: (old, right) => binary(node.operator === "++" ? "+" : "-", old, right, place),
    right: () => constant(1, place),
    givesOld: !node.prefix,
    used,
  });
}

/** `x &&= y` is `x && (x = y)`. */
function logicalAssignment(t: Translation, node: AssignmentExpression, scope: Scope, used: boolean): Entity {
  const operator = node.operator === "&&=" ? "&&" : "||";
  const right: AssignmentExpression = { ...node, operator: "=" };
  const left = node.left as Expression;
  if (used) return evaluate(t, { ...node, type: "LogicalExpression", operator, left, right }, scope);
  const test = evaluateValue(t, left, scope);
  const { steps } = t.collect(() => assignment(t, right, scope, false), true);
  t.branch(operator === "&&" ? test : unary("!", test, test.place), steps, []);
  return { kind: "undefined" };
}

function write(t: Translation, target: Pattern, scope: Scope, change: Change): Entity {
  switch (target.type) {
    case "Identifier":
      return writeVariable(t, target, scope, change);
    case "MemberExpression":
      return writeElement(t, target, scope, change);
    case "ObjectPattern":
    case "ArrayPattern":
      return refuse(
        t.place(target),
        "destructuring",
        "Destructuring assignment is not in the kernel language.",
        "Assign each variable: `const t = a; a = b; b = t`.",
      );
    default:
      return refuseSyntax(t, target);
  }
}

function writeVariable(t: Translation, target: Identifier, scope: Scope, change: Change): Entity {
  const binding = assignable(t, target, scope);
  const { variable } = binding;
  const place = t.place(target);
  if (!change.combine) {
    const value = change.right();
    const kept = change.used ? t.keep(value) : value;
    t.set(variable, kept);
    binding.entity = { kind: "value", value: t.read(variable, place) };
    return { kind: "value", value: kept };
  }
  const old = requireValue(t, evaluate(t, target, scope), target);
  const [before, right] = t.values([() => old, change.right]) as [Value, Value];
  const kept = change.used && change.givesOld ? t.keep(before, variable.name) : before;
  const value = change.combine(kept, right);
  const result = change.used && !change.givesOld ? t.keep(value, variable.name) : value;
  t.set(variable, result);
  return { kind: "value", value: change.givesOld ? kept : result };
}

function assignable(t: Translation, target: Identifier, scope: Scope): NameBinding {
  const place = t.place(target);
  const binding = scope.find(target.name);
  if (!binding || binding.constant) {
    if (!binding) evaluate(t, target, scope);
    return refuse(
      place,
      "assign-constant",
      binding
        ? `\`${target.name}\` is a constant, and is assigned.`
        : `\`${target.name}\` is captured, and is assigned.`,
      binding
        ? `Declare it with \`let ${target.name}\`.`
        : "A kernel writes to arrays; pass an array of length 1 for one number.",
    );
  }
  const kind = binding.entity?.kind;
  if (kind === undefined || kind === "value" || kind === "undefined") return binding;
  return refuseKind(place, kind, target.name);
}

function refuseKind(place: Place, kind: Entity["kind"], name: string): never {
  if (kind === "thread" || kind === "axes" || kind === "method") {
    refuse(
      place,
      "assign-thread",
      `\`${name}\` belongs to the thread, and is assigned.`,
      "Use a variable of your own.",
    );
  }
  if (kind === "array" || kind === "input") {
    refuse(
      place,
      "assign-array",
      `\`${name}\` is an array, and is assigned as a whole.`,
      `Write its elements: \`${name}[thread.x] = …\`.`,
    );
  }
  refuse(place, "assign-function", `\`${name}\` is a function, and is assigned.`, "Use a variable of another name.");
}

function writeElement(t: Translation, target: MemberExpression, scope: Scope, change: Change): Entity {
  refuseNamed(t, target, scope);
  const { array, index } = element(t, target, scope);
  const place = t.place(target);
  if (t.kind !== "grid" && array.space === "parameter") {
    refuse(
      place,
      "write-not-allowed",
      `\`${t.text(target)}\` is written, but only \`kernel\` may write to arrays.`,
      "Return the value, or write `kernel((thread, …) => { … })`.",
    );
  }
  if (!change.combine) return store(t, array, index, change, place);
  const steady = t.reusable(index);
  const load: Value = { op: "load", array, index: steady, place };
  const [at, before, right] = t.values([() => steady, () => load, change.right]) as [Value, Value, Value];
  const kept = change.used && change.givesOld ? t.keep(before) : before;
  const value = change.combine(kept, right);
  const result = change.used && !change.givesOld ? t.keep(value) : value;
  t.emit({ kind: "store", array, index: at, value: result, place });
  return { kind: "value", value: change.givesOld ? kept : result };
}

function store(t: Translation, array: CoreArray, index: Value, change: Change, place: Place): Entity {
  const [at, value] = t.values([() => index, change.right]) as [Value, Value];
  const result = change.used ? t.keep(value) : value;
  t.emit({ kind: "store", array, index: at, value: result, place });
  return { kind: "value", value: result };
}

/** `thread.x = 1`, `a.length = 0`, `Math.PI = 3`. */
function refuseNamed(t: Translation, target: MemberExpression, scope: Scope): void {
  const name = memberName(target);
  if (name === undefined) return;
  const object = evaluate(t, target.object as AnyNode, scope);
  if (object.kind === "thread" || object.kind === "axes") refuseKind(t.place(target), object.kind, t.text(target));
  refuse(
    t.place(target),
    "assign-target",
    `\`${t.text(target)}\` is assigned; a kernel can only assign variables and elements of arrays.`,
    "Write an element: `a[i] = …`.",
  );
}

/** `f = function () { … }`, as older targets declare functions: the name stands for the function from here on. */
function keepsEntity(t: Translation, node: AssignmentExpression, scope: Scope): boolean {
  if (node.left.type !== "Identifier" || !isFunctionNode(node.right)) return false;
  const binding = scope.find(node.left.name);
  if (!binding) return false;
  if (binding.constant || binding.variable.values.length > 0 || binding.entity?.kind === "function") {
    refuse(
      t.place(node),
      "assign-function",
      `\`${node.left.name}\` is assigned a function, but it is not a constant.`,
      `Declare it with \`const ${node.left.name} = …\`.`,
    );
  }
  binding.entity = evaluate(t, node.right, scope);
  return true;
}
