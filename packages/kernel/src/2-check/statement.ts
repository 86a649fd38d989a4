// Statements to core.
//
// A statement is in tail position when nothing follows it in its function: there `return` has nothing to leave. After
// `if (c) return a;` the rest becomes the other branch, so that most functions need no jumps at all.

import type { IfStatement, ReturnStatement } from "acorn";
import { type AnyNode, type FunctionNode, hoistedNames, mayComplete, type Statement } from "../1-parse/index.js";
import type { Value } from "./core.js";
import { declaration, declareBlock, declareHoisted } from "./declaration.js";
import { effect, evaluate, evaluateValue } from "./expression.js";
import { constantOf } from "./fold.js";
import { jump, labeled, loop } from "./loop.js";
import { refuse } from "./refusal.js";
import { Scope } from "./scope.js";
import { switchStatement } from "./switch.js";
import type { CallReturn, Translation } from "./translation.js";
import { refuseSyntax } from "./unsupported.js";
import { requireValue } from "./value.js";

/** The body of a function whose parameters are bound in `scope`. */
export function functionBody(t: Translation, node: FunctionNode, scope: Scope): void {
  if (node.body.type !== "BlockStatement") throw new Error("a body that is an expression has no statements");
  declareHoisted(t, scope, hoistedNames(node), node);
  // Functions that are declared in the body may be named as a parameter is, and hide it.
  declareBlock(t, scope, node.body.body);
  statements(t, node.body.body, scope, true);
}

/** Statements in a scope of their own. */
function block(t: Translation, list: readonly Statement[], scope: Scope, tail = false): void {
  const inner = new Scope(scope.home, scope);
  declareBlock(t, inner, list);
  statements(t, list, inner, tail);
}

/** Statements, one after the other. `tail`: nothing follows them in their function. */
export function statements(t: Translation, list: readonly Statement[], scope: Scope, tail = false): void {
  for (const [index, node] of list.entries()) {
    const last = index === list.length - 1;
    if (tail && !last && node.type === "IfStatement" && !node.alternate && !mayComplete([node.consequent])) {
      const rest = list.slice(index + 1);
      ifStatement(t, node, scope, true, () => statements(t, rest, scope, true));
      return;
    }
    statement(t, node, scope, tail && last);
  }
}

/** One statement. */
export function statement(t: Translation, node: Statement, scope: Scope, tail = false): void {
  switch (node.type) {
    case "ExpressionStatement":
      // "use strict"
      if (node.directive === undefined) effect(t, node.expression, scope);
      return;
    case "VariableDeclaration":
      return declaration(t, node, scope);
    case "IfStatement":
      return ifStatement(t, node, scope, tail, () => {
        if (node.alternate) statement(t, node.alternate, scope, tail);
      });
    case "BlockStatement":
      return block(t, node.body, scope, tail);
    case "ForStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      return loop(t, node, scope, []);
    case "SwitchStatement":
      return switchStatement(t, node, scope, []);
    case "LabeledStatement":
      return labeled(t, node, scope, []);
    case "BreakStatement":
    case "ContinueStatement":
      return jump(t, node);
    case "ReturnStatement":
      return returnStatement(t, node, scope, tail);
    case "FunctionDeclaration":
    case "EmptyStatement":
    case "DebuggerStatement":
      return;
    default:
      return refuseSyntax(t, node);
  }
}

function ifStatement(t: Translation, node: IfStatement, scope: Scope, tail: boolean, otherwise: () => void): void {
  const test = evaluateValue(t, node.test, scope);
  const plain = constantOf(test);
  if (plain !== undefined) {
    if (plain) statement(t, node.consequent, scope, tail);
    else otherwise();
    return;
  }
  const then = t.collect(() => statement(t, node.consequent, scope, tail), true);
  // What only follows an early return is not a branch: shared arrays may still be declared there.
  const other = t.collect(otherwise, node.alternate != null);
  t.branch(test, then.steps, other.steps);
}

function returnStatement(t: Translation, node: ReturnStatement, scope: Scope, tail: boolean): void {
  const { returns } = t.frame;
  if (!returns) return endThread(t, node, scope, tail);
  const entity = node.argument ? evaluate(t, node.argument, scope) : undefined;
  if (node.argument && entity && entity.kind !== "undefined") {
    giveResult(t, returns, requireValue(t, entity, node.argument), node);
  }
  if (tail) return;
  returns.left = true;
  t.emit({ kind: "leave", label: returns.label });
}

function giveResult(t: Translation, returns: CallReturn, value: Value, node: ReturnStatement): void {
  if (returns.direct) {
    returns.value = value;
    return;
  }
  const place = t.place(node);
  returns.result ??= t.variable(t.frame.name || "result", place);
  t.set(returns.result, value);
  returns.value = t.read(returns.result, place);
}

/** A grid kernel gives a value. */
export function refuseResult(t: Translation, node: AnyNode): never {
  return refuse(
    t.place(node),
    "return-value",
    "A kernel returns nothing: its results are what it writes to arrays.",
    "Write `out[thread.x] = …; return;`, or use `vectorize` for functions that return a value.",
  );
}

/** `return` of a grid kernel. Minifiers write `return void f()`. */
function endThread(t: Translation, node: ReturnStatement, scope: Scope, tail: boolean): void {
  if (node.argument) {
    const entity = evaluate(t, node.argument, scope);
    if (entity.kind !== "undefined") refuseResult(t, node);
  }
  if (!tail) t.emit({ kind: "return" });
}
