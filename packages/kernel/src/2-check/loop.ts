// Loops, labels, break and continue.
//
// A condition with effects cannot be an IR loop's condition: such a loop runs while `true`, and begins with
// `if (!condition) leave`; a `do` loop ends its update with it.

import type {
  BreakStatement,
  ContinueStatement,
  DoWhileStatement,
  Expression,
  ForStatement,
  LabeledStatement,
  WhileStatement,
} from "acorn";
import type { Statement } from "../1-parse/index.js";
import type { Step, Value } from "./core.js";
import { declaration, declareBlock } from "./declaration.js";
import { effect, evaluateValue } from "./expression.js";
import { constant, unary } from "./fold.js";
import { Scope } from "./scope.js";
import { statement } from "./statement.js";
import { switchStatement } from "./switch.js";
import type { JumpTarget, Translation } from "./translation.js";

/** `for`, `while` or `do`. `names`: its labels. */
export function loop(
  t: Translation,
  node: ForStatement | WhileStatement | DoWhileStatement,
  scope: Scope,
  names: readonly string[],
): void {
  if (node.type === "ForStatement") return forLoop(t, node, scope, names);
  if (node.type === "WhileStatement") return writeLoop(t, scope, names, node, node.test, node.body, undefined);
  return doLoop(t, node, scope, names);
}

function forLoop(t: Translation, node: ForStatement, outer: Scope, names: readonly string[]): void {
  const scope = new Scope(outer.home, outer);
  if (node.init?.type === "VariableDeclaration") {
    declareBlock(t, scope, [node.init]);
    declaration(t, node.init, scope);
  } else if (node.init) {
    effect(t, node.init, scope);
  }
  writeLoop(t, scope, names, node, node.test ?? undefined, node.body, node.update ?? undefined);
}

function writeLoop(
  t: Translation,
  scope: Scope,
  names: readonly string[],
  node: Statement,
  test: Expression | undefined,
  body: Statement,
  update: Expression | undefined,
): void {
  const target: JumpTarget = { kind: "loop", names, label: t.label(), left: false };
  const always = constant(true, t.place(node));
  const condition = test ? t.collect(() => evaluateValue(t, test, scope), true) : { result: always, steps: [] };
  const simple = condition.steps.length === 0;
  const main = t.collect(() => {
    if (!simple) leaveUnless(t, condition.result, condition.steps, target);
    inside(t, target, () => statement(t, body, scope));
  }, true);
  const after = t.collect(() => update && effect(t, update, scope), true);
  if (condition.result.op === "boolean" && !condition.result.value) return;
  t.emit({
    kind: "loop",
    label: target.label,
    condition: simple ? condition.result : always,
    body: main.steps,
    update: after.steps,
  });
}

function doLoop(t: Translation, node: DoWhileStatement, scope: Scope, names: readonly string[]): void {
  const target: JumpTarget = { kind: "loop", names, label: t.label(), left: false };
  const main = t.collect(() => inside(t, target, () => statement(t, node.body, scope)), true);
  const condition = t.collect(() => evaluateValue(t, node.test, scope), true);
  const update = t.collect(() => leaveUnless(t, condition.result, condition.steps, target), true);
  const always = constant(true, t.place(node));
  t.emit({ kind: "loop", label: target.label, condition: always, body: main.steps, update: update.steps });
}

function leaveUnless(t: Translation, condition: Value, before: readonly Step[], target: JumpTarget): void {
  t.steps.push(...before);
  t.branch(unary("!", condition, condition.place), [{ kind: "leave", label: target.label }], []);
}

function inside(t: Translation, target: JumpTarget, write: () => void): void {
  t.frame.targets.push(target);
  write();
  t.frame.targets.pop();
}

/** A statement with labels: a loop or switch takes them itself, anything else becomes a block that can be left. */
export function labeled(t: Translation, node: LabeledStatement, scope: Scope, outer: readonly string[]): void {
  const names = [...outer, node.label.name];
  switch (node.body.type) {
    case "ForStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      return loop(t, node.body, scope, names);
    case "SwitchStatement":
      return switchStatement(t, node.body, scope, names);
    case "LabeledStatement":
      return labeled(t, node.body, scope, names);
    default:
      return leavable(t, { kind: "block", names, label: t.label(), left: false }, () => statement(t, node.body, scope));
  }
}

/** Steps that `break` can leave. */
export function leavable(t: Translation, target: JumpTarget, write: () => void): void {
  const { steps } = t.collect(() => inside(t, target, write));
  if (target.left) t.emit({ kind: "block", label: target.label, body: steps });
  else t.steps.push(...steps);
}

/** `break` or `continue`. */
export function jump(t: Translation, node: BreakStatement | ContinueStatement): void {
  const keyword = node.type === "BreakStatement" ? "break" : "continue";
  const name = node.label?.name;
  const target = t.frame.targets.findLast((one) => {
    if (name !== undefined) return one.names.includes(name) && (keyword === "break" || one.kind === "loop");
    return one.kind === "loop" || (keyword === "break" && one.kind === "switch");
  });
  if (!target) throw new Error("acorn refuses jumps that have nothing to leave");
  target.left = true;
  t.emit({ kind: keyword === "break" ? "leave" : "next", label: target.label });
}
