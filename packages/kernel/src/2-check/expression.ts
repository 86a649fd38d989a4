// Expressions to core: what an expression stands for, with its effects written as steps before it.

import type {
  BinaryExpression,
  ConditionalExpression,
  Expression,
  Identifier,
  Literal,
  LogicalExpression,
  SequenceExpression,
  UnaryExpression,
} from "acorn";
import { type AnyNode, isCoverageCall, isCoverageCounter } from "../1-parse/index.js";
import { assignment, update } from "./assignment.js";
import { call } from "./call.js";
import { findCaptured } from "./captured.js";
import type { BinarySign, Step, UnarySign, Value, Variable } from "./core.js";
import { binary, constant, constantOf, unary } from "./fold.js";
import { globalEntity } from "./globals.js";
import { member } from "./member.js";
import { power } from "./power.js";
import { refuse } from "./refusal.js";
import type { Entity, Scope } from "./scope.js";
import type { Translation } from "./translation.js";
import { refuseLiteral, refuseNullish, refuseOperator, refuseSyntax } from "./unsupported.js";
import { requireValue } from "./value.js";

/** What a node stands for. */
export function evaluate(t: Translation, node: AnyNode, scope: Scope): Entity {
  switch (node.type) {
    case "Identifier":
      return identifier(t, node, scope);
    case "Literal":
      return literal(t, node);
    case "MemberExpression":
      return member(t, node, scope);
    case "CallExpression":
      return call(t, node, scope, true);
    case "UnaryExpression":
      return unaryExpression(t, node, scope);
    case "BinaryExpression":
      return binaryExpression(t, node, scope);
    case "LogicalExpression":
      return logicalExpression(t, node, scope);
    case "ConditionalExpression":
      return conditionalExpression(t, node, scope);
    case "AssignmentExpression":
      return assignment(t, node, scope, true);
    case "UpdateExpression":
      return isCoverageCounter(node) ? { kind: "undefined" } : update(t, node, scope, true);
    case "SequenceExpression":
      return sequence(t, node, scope);
    case "ParenthesizedExpression":
      return evaluate(t, node.expression, scope);
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return { kind: "function", closure: { node, name: node.id?.name ?? "function", scope, captured: false } };
    default:
      return refuseSyntax(t, node);
  }
}

/** What a node stands for, which must be a number or a boolean. */
export function evaluateValue(t: Translation, node: AnyNode, scope: Scope): Value {
  return requireValue(t, evaluate(t, node, scope), node);
}

/** Runs an expression for what it does; its value is not needed. */
export function effect(t: Translation, node: Expression, scope: Scope): void {
  if (isCoverageCounter(node) || isCoverageCall(node)) return;
  switch (node.type) {
    case "SequenceExpression":
      for (const part of node.expressions) effect(t, part, scope);
      return;
    case "AssignmentExpression":
      assignment(t, node, scope, false);
      return;
    case "UpdateExpression":
      update(t, node, scope, false);
      return;
    case "CallExpression":
      call(t, node, scope, false);
      return;
    case "LogicalExpression":
      logicalEffect(t, node, scope);
      return;
    case "ConditionalExpression":
      conditionalEffect(t, node, scope);
      return;
    case "UnaryExpression":
      if (/^(void|!|-|\+|~)$/.test(node.operator)) effect(t, node.argument, scope);
      else refuseOperator(t, node, node.operator);
      return;
    default:
      evaluate(t, node, scope);
  }
}

function identifier(t: Translation, node: Identifier, scope: Scope): Entity {
  const place = t.place(node);
  const binding = scope.find(node.name);
  if (!binding) {
    const { node: fn, values } = t.frame;
    if (node.name === "arguments" && fn && fn.type !== "ArrowFunctionExpression") return { kind: "arguments", values };
    return findCaptured(t, scope.home, node.name, place) ?? globalEntity(node.name, node.name, scope.home, place);
  }
  if (binding.entity === undefined) {
    refuse(
      place,
      "unset-variable",
      `\`${node.name}\` is used before it is declared.`,
      "Move its declaration before this line.",
    );
  }
  // So that messages about the value point at this use of the name.
  if (binding.entity.kind === "value") return { kind: "value", value: { ...binding.entity.value, place } };
  return binding.entity;
}

function literal(t: Translation, node: Literal): Entity {
  if (typeof node.value === "number" || typeof node.value === "boolean") {
    return { kind: "value", value: constant(node.value, t.place(node)) };
  }
  return refuseLiteral(t, node);
}

function unaryExpression(t: Translation, node: UnaryExpression, scope: Scope): Entity {
  const { operator, argument } = node;
  if (operator === "void") {
    effect(t, argument, scope);
    return { kind: "undefined" };
  }
  if (operator === "typeof" || operator === "delete") refuseOperator(t, node, operator);
  const value = evaluateValue(t, argument, scope);
  return { kind: "value", value: unary(operator as UnarySign, value, t.place(node)) };
}

const equalities: readonly string[] = ["===", "!==", "==", "!="];
const signs: Readonly<Record<string, BinarySign>> = { "==": "===", "!=": "!==" };

function binaryExpression(t: Translation, node: BinaryExpression, scope: Scope): Entity {
  const { operator, left, right } = node;
  if (operator === "in" || operator === "instanceof") refuseOperator(t, node, operator);
  const sides = t.operands([() => evaluate(t, left, scope), () => evaluate(t, right, scope)]);
  const place = t.place(node);
  const [one, other] = sides as [Entity, Entity];
  if (equalities.includes(operator) && (one.kind === "undefined" || other.kind === "undefined")) {
    return { kind: "value", value: constant((one.kind === other.kind) === operator.startsWith("="), place) };
  }
  const a = requireValue(t, one, left);
  const b = requireValue(t, other, right);
  if (operator === "**") return { kind: "value", value: power(t, a, b, place) };
  return { kind: "value", value: binary(signs[operator] ?? (operator as BinarySign), a, b, place) };
}

/** Whether the right side of `&&` or `||` is reached; undefined if only the launch knows. */
function reached(sign: "&&" | "||", left: Value): boolean | undefined {
  const plain = constantOf(left);
  return plain === undefined ? undefined : Boolean(plain) === (sign === "&&");
}

function logicalExpression(t: Translation, node: LogicalExpression, scope: Scope): Entity {
  if (node.operator === "??") refuseNullish(t, node);
  const sign = node.operator;
  const left = evaluateValue(t, node.left, scope);
  const decided = reached(sign, left);
  if (decided !== undefined) return decided ? evaluate(t, node.right, scope) : { kind: "value", value: left };
  const right = t.collect(() => evaluateValue(t, node.right, scope), true);
  const place = t.place(node);
  if (right.steps.length === 0)
    return { kind: "value", value: { op: "logical", sign, left, right: right.result, place } };
  return { kind: "value", value: shortCircuit(t, sign, left, right, place) };
}

/** `left && right` whose right side has effects: `kept = left; if (kept) { effects; kept = right }`. */
function shortCircuit(
  t: Translation,
  sign: "&&" | "||",
  left: Value,
  right: { readonly result: Value; readonly steps: readonly Step[] },
  place: Value["place"],
): Value {
  const kept = t.variable("logical", place);
  t.set(kept, left);
  const read = t.read(kept, place);
  t.branch(sign === "&&" ? read : unary("!", read, place), withSet(t, right.steps, kept, right.result), []);
  return read;
}

/** `steps`, and then `variable = value`. */
function withSet(t: Translation, steps: readonly Step[], variable: Variable, value: Value): readonly Step[] {
  return t.collect(() => {
    t.steps.push(...steps);
    t.set(variable, value);
  }).steps;
}

function logicalEffect(t: Translation, node: LogicalExpression, scope: Scope): void {
  if (node.operator === "??") refuseNullish(t, node);
  const left = evaluateValue(t, node.left, scope);
  const { steps } = t.collect(() => effect(t, node.right, scope), true);
  t.branch(node.operator === "&&" ? left : unary("!", left, t.place(node)), steps, []);
}

function conditionalEffect(t: Translation, node: ConditionalExpression, scope: Scope): void {
  const test = evaluateValue(t, node.test, scope);
  const then = t.collect(() => effect(t, node.consequent, scope), true);
  const otherwise = t.collect(() => effect(t, node.alternate, scope), true);
  t.branch(test, then.steps, otherwise.steps);
}

function conditionalExpression(t: Translation, node: ConditionalExpression, scope: Scope): Entity {
  const test = evaluateValue(t, node.test, scope);
  const plain = constantOf(test);
  if (plain !== undefined) return evaluate(t, plain ? node.consequent : node.alternate, scope);
  const then = t.collect(() => evaluate(t, node.consequent, scope), true);
  const otherwise = t.collect(() => evaluate(t, node.alternate, scope), true);
  checkEven(t, node, then.result, otherwise.result);
  if (then.result.kind === "undefined") {
    t.branch(test, then.steps, otherwise.steps);
    return then.result;
  }
  const place = t.place(node);
  const a = requireValue(t, then.result, node.consequent);
  const b = requireValue(t, otherwise.result, node.alternate);
  if (then.steps.length === 0 && otherwise.steps.length === 0) {
    return { kind: "value", value: { op: "conditional", test, yes: a, no: b, place } };
  }
  const kept = t.variable("either", place);
  t.branch(test, withSet(t, then.steps, kept, a), withSet(t, otherwise.steps, kept, b));
  return { kind: "value", value: t.read(kept, place) };
}

function checkEven(t: Translation, node: ConditionalExpression, then: Entity, otherwise: Entity): void {
  if (then.kind === otherwise.kind && (then.kind === "value" || then.kind === "undefined")) return;
  const both = then.kind === otherwise.kind;
  refuse(
    t.place(node),
    "uneven-branches",
    both
      ? "`?:` chooses between numbers, not between arrays or functions."
      : "The two sides of `?:` are not of one kind.",
    both
      ? `Choose between what comes of them: \`${t.text(node.test)} ? a[i] : b[i]\`.`
      : "Give both sides a number or a boolean.",
  );
}

function sequence(t: Translation, node: SequenceExpression, scope: Scope): Entity {
  for (const part of node.expressions.slice(0, -1)) effect(t, part, scope);
  return evaluate(t, node.expressions.at(-1) as Expression, scope);
}
