// Calls: functions of the user are inlined, those of Math and the thread are operations.
//
// Rules
//  1. Arguments are evaluated before the call, from left to right. A parameter is a fresh variable, or stands for the array,
//     function or thread that was passed.
//  2. `return` sets the result and leaves the inlined body; at the end of the body nothing needs to be left.
//  3. A function that is being inlined cannot be called again: there is no recursion.

import type { CallExpression, Expression } from "acorn";
import {
  type AnyNode,
  isFunctionNode,
  isNameKeeper,
  isPowerHelper,
  mayComplete,
  type Statement,
  someNode,
  usesArguments,
} from "../1-parse/index.js";
import { findCaptured } from "./captured.js";
import type { Value } from "./core.js";
import { bindParameters } from "./declaration.js";
import { effect, evaluate } from "./expression.js";
import { callIntrinsic } from "./math.js";
import { refuse } from "./refusal.js";
import { type Closure, type Entity, Scope } from "./scope.js";
import { functionBody } from "./statement.js";
import { neighbour } from "./stencil-input.js";
import { callMethod } from "./thread.js";
import type { CallReturn, Frame, Translation } from "./translation.js";
import { refuseSyntax } from "./unsupported.js";
import { requireValue } from "./value.js";

/** A call. `used`: its value is needed. */
export function call(t: Translation, node: CallExpression, scope: Scope, used: boolean): Entity {
  if (isNameKeeper(node) && node.callee.type === "Identifier" && !scope.find(node.callee.name)) {
    return evaluate(t, node.arguments[0] as Expression, scope);
  }
  if (isPowerHelper(node) && !scope.find("__pow")) {
    return { kind: "value", value: callIntrinsic(t, node, "Math.pow", argumentValues(t, node, scope)) };
  }
  for (const argument of node.arguments) if (argument.type === "SpreadElement") refuseSyntax(t, argument);
  if (node.callee.type === "ConditionalExpression") return eitherCall(t, node, scope, used);
  refusePowerAlias(t, node, scope);
  const callee = evaluate(t, node.callee as AnyNode, scope);
  switch (callee.kind) {
    case "function":
      return inline(t, node, callee.closure, evaluateArguments(t, node, scope), used);
    case "intrinsic":
      return { kind: "value", value: callIntrinsic(t, node, callee.name, argumentValues(t, node, scope)) };
    case "namespace":
      if (callee.name === "Number") {
        return { kind: "value", value: callIntrinsic(t, node, "Number", argumentValues(t, node, scope)) };
      }
      return refuseCallee(t, node);
    case "method":
      return callMethod(t, node, callee.name, scope);
    case "input":
      return { kind: "value", value: neighbour(t, node, callee.array, argumentValues(t, node, scope)) };
    default:
      return refuseCallee(t, node);
  }
}

/**
 * Minified for targets before ES2016, `x ** 2` may be `b(x, 2)` with `b = Math.pow` outside of the kernel. Nothing proves that it
 * is, so it is refused; but the user, who wrote no `b`, must be told.
 */
function refusePowerAlias(t: Translation, node: CallExpression, scope: Scope): void {
  const { callee } = node;
  if (callee.type !== "Identifier" || callee.name.length > 2 || node.arguments.length !== 2) return;
  if (scope.find(callee.name) || findCaptured(t, scope.home, callee.name, t.place(callee))) return;
  refuse(
    t.place(callee),
    "unknown-name",
    `\`${callee.name}\` is not declared in the kernel, and the thunk does not name it.`,
    `Name what the kernel captures: \`kernel(fn, () => ({ ${callee.name} }))\`. If a build tool wrote it for \`**\`, raise its target ` +
      "to ES2016, or write `Math.pow(x, y)`.",
  );
}

function refuseCallee(t: Translation, node: CallExpression): never {
  refuse(
    t.place(node.callee),
    "not-a-function",
    `\`${t.text(node.callee)}\` is called, but it is not a function.`,
    "Call functions that are declared in the kernel, named in the thunk, or members of `Math` and `thread`.",
  );
}

/** `(c ? f : g)(x)` is `c ? f(x) : g(x)`. */
function eitherCall(t: Translation, node: CallExpression, scope: Scope, used: boolean): Entity {
  const either = node.callee as Extract<AnyNode, { type: "ConditionalExpression" }>;
  const consequent: CallExpression = { ...node, callee: either.consequent };
  const alternate: CallExpression = { ...node, callee: either.alternate };
  const rewritten = { ...either, consequent, alternate };
  if (used) return evaluate(t, rewritten, scope);
  effect(t, rewritten, scope);
  return { kind: "undefined" };
}

function evaluateArguments(t: Translation, node: CallExpression, scope: Scope): Entity[] {
  return t.operands(node.arguments.map((argument) => () => evaluate(t, argument, scope)));
}

function argumentValues(t: Translation, node: CallExpression, scope: Scope): Value[] {
  return evaluateArguments(t, node, scope).map((entity, i) => requireValue(t, entity, node.arguments[i] as Expression));
}

/** Inlines a function. `node` is the call, or the function itself for the function of an elementwise kernel. */
export function inline(
  t: Translation,
  node: AnyNode,
  closure: Closure,
  values: readonly Entity[],
  used: boolean,
): Entity {
  refuseRecursion(t, node, closure);
  const caller = t.frame;
  const returns = callReturn(t, closure);
  const { home } = closure.scope;
  const steady = usesArguments(closure.node) ? values.map((entity) => kept(t, entity)) : values;
  const at = closure.captured ? (caller.at ?? node.start) : caller.at;
  t.frame = { fn: home.fn, node: closure.node, name: closure.name, at, caller, values: steady, targets: [], returns };
  try {
    const { result, steps } = t.collect(() => run(t, closure, steady));
    if (returns.left) t.emit({ kind: "block", label: returns.label, body: steps });
    else t.steps.push(...steps);
    if (used && returns.value) checkComplete(t, closure);
    return returns.value ? { kind: "value", value: returns.value } : result;
  } finally {
    t.frame = caller;
  }
}

/** What `arguments` refers to is evaluated once, before the call. */
function kept(t: Translation, entity: Entity): Entity {
  return entity.kind === "value" ? { kind: "value", value: t.keep(entity.value) } : entity;
}

function run(t: Translation, closure: Closure, values: readonly Entity[]): Entity {
  const { node, name } = closure;
  const scope = new Scope(closure.scope.home, closure.scope);
  if (name && node.type !== "ArrowFunctionExpression" && node.id) bindSelf(t, scope, closure);
  bindParameters(t, scope, node, values);
  if (node.body.type !== "BlockStatement") return evaluate(t, node.body, scope);
  functionBody(t, node, scope);
  return { kind: "undefined" };
}

/** A function knows its own name, if only to be told that it cannot call itself. */
function bindSelf(t: Translation, scope: Scope, closure: Closure): void {
  const name = closure.node.id?.name as string;
  const variable = { name, place: t.place(closure.node), values: [], preset: false };
  scope.bind(name, { entity: { kind: "function", closure }, variable, constant: true });
}

function callReturn(t: Translation, closure: Closure): CallReturn {
  const { body } = closure.node;
  const statements: readonly Statement[] = body.type === "BlockStatement" ? body.body : [];
  const returns = statements.filter((statement) => hasReturn(statement));
  const direct = returns.length === 1 && returns[0] === statements.at(-1) && returns[0]?.type === "ReturnStatement";
  return { label: t.label(), direct, left: false, value: undefined, result: undefined };
}

function hasReturn(node: Statement): boolean {
  if (isFunctionNode(node)) return false;
  return someNode(node, (inner) => inner.type === "ReturnStatement", false);
}

function checkComplete(t: Translation, closure: Closure): void {
  const { body } = closure.node;
  if (body.type !== "BlockStatement" || !mayComplete(body.body)) return;
  refuse(
    { ...t.place(closure.node), start: body.end - 1, end: body.end },
    "missing-return",
    `\`${closure.name || "The function"}\` does not return a value on every path.`,
    "Add a `return` with a value at the end.",
  );
}

function refuseRecursion(t: Translation, node: AnyNode, closure: Closure): void {
  const cycle: string[] = [];
  for (let frame: Frame | undefined = t.frame; frame; frame = frame.caller) {
    cycle.unshift(frame.name || "function");
    if (frame.node !== closure.node) continue;
    const names = [...cycle, closure.name || "function"].map((name) => `\`${name}\``).join(" → ");
    refuse(
      t.place(node),
      "recursion",
      `Functions cannot call themselves in a kernel: ${names}.`,
      "Write a loop instead.",
    );
  }
}
