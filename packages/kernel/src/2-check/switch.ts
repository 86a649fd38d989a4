// `switch`. When no case falls through to the next it is a chain of ifs; else the number of the case to start at is found
// first, and each case runs if it is at or after that one.

import type { SwitchCase, SwitchStatement } from "acorn";
import { mayComplete, type Statement } from "../1-parse/index.js";
import type { Step, Value } from "./core.js";
import { declareBlock } from "./declaration.js";
import { evaluateValue } from "./expression.js";
import { binary, constant } from "./fold.js";
import { leavable } from "./loop.js";
import { type Place, refuse } from "./refusal.js";
import { Scope } from "./scope.js";
import { statements } from "./statement.js";
import type { JumpTarget, Translation } from "./translation.js";

/** Cases that share a body: `case 1: case 2: …`. */
interface Group {
  readonly tests: readonly SwitchCase[];
  readonly isDefault: boolean;
  readonly body: readonly Statement[];
}

/** `switch (d) { … }`. */
export function switchStatement(t: Translation, node: SwitchStatement, outer: Scope, names: readonly string[]): void {
  const value = evaluateValue(t, node.discriminant, outer);
  const subject = t.keep(value, "subject");
  const scope = new Scope(outer.home, outer);
  for (const one of node.cases) declareBlock(t, scope, one.consequent);
  const groups = groupsOf(node.cases);
  const target: JumpTarget = { kind: "switch", names, label: t.label(), left: false };
  const chained = groups.every((group, index) => index === groups.length - 1 || !mayComplete(group.body));
  leavable(t, target, () => {
    if (chained) chain(t, subject, groups, scope);
    else cascade(t, subject, groups, scope, t.place(node));
  });
}

function groupsOf(cases: readonly SwitchCase[]): Group[] {
  const groups: Group[] = [];
  let waiting: SwitchCase[] = [];
  for (const [index, one] of cases.entries()) {
    waiting.push(one);
    if (one.consequent.length === 0 && index < cases.length - 1) continue;
    groups.push({
      tests: waiting.filter((waited) => waited.test),
      isDefault: waiting.some((waited) => !waited.test),
      body: one.consequent,
    });
    waiting = [];
  }
  return groups;
}

function chain(t: Translation, subject: Value, groups: readonly Group[], scope: Scope): void {
  const fallback = groups.find((group) => group.isDefault);
  // Conditions come first, so that they see names as they are before the cases.
  const conditions = groups.map((group) => (group.isDefault ? undefined : condition(t, subject, group.tests, scope)));
  let rest: readonly Step[] = fallback ? body(t, fallback, scope) : [];
  for (const [index, group] of [...groups.entries()].reverse()) {
    const test = conditions[index];
    if (!test) continue;
    const then = body(t, group, scope);
    rest = t.collect(() => t.branch(test, then, rest)).steps;
  }
  t.steps.push(...rest);
}

function body(t: Translation, group: Group, scope: Scope): readonly Step[] {
  return t.collect(() => statements(t, withoutBreak(group.body), scope), true).steps;
}

/** The `break` at the end of a case has nothing to leave. */
function withoutBreak(list: readonly Statement[]): readonly Statement[] {
  const last = list.at(-1);
  if (last?.type === "BreakStatement" && !last.label) return list.slice(0, -1);
  if (last?.type !== "BlockStatement") return list;
  return [...list.slice(0, -1), { ...last, body: [...withoutBreak(last.body)] }];
}

function condition(t: Translation, subject: Value, tests: readonly SwitchCase[], scope: Scope): Value {
  const values = tests.map((one): Value => {
    const { result, steps } = t.collect(
      () => evaluateValue(t, one.test as NonNullable<SwitchCase["test"]>, scope),
      true,
    );
    const place = t.place(one);
    if (steps.length > 0) {
      refuse(
        place,
        "switch-case",
        "A `case` that changes something while it is compared is not in the kernel language.",
        "Compute the value before the `switch`.",
      );
    }
    return binary("===", subject, result, place);
  });
  return values.reduce((left, right) => ({ op: "logical", sign: "||", left, right, place: left.place }));
}

function cascade(t: Translation, subject: Value, groups: readonly Group[], scope: Scope, place: Place): void {
  const start = t.variable("start", place);
  t.set(start, startOf(t, subject, groups, scope, place));
  for (const [index, group] of groups.entries()) {
    const reached = binary("<=", t.read(start, place), constant(index, place), place);
    t.branch(reached, t.collect(() => statements(t, group.body, scope), true).steps, []);
  }
}

/** The number of the group that the switch starts at; past the last if there is none. */
function startOf(t: Translation, subject: Value, groups: readonly Group[], scope: Scope, place: Place): Value {
  const fallback = groups.findIndex((group) => group.isDefault);
  let found: Value = constant(fallback < 0 ? groups.length : fallback, place);
  for (const [index, group] of [...groups.entries()].reverse()) {
    if (group.tests.length === 0) continue;
    const test = condition(t, subject, group.tests, scope);
    found = { op: "conditional", test, yes: constant(index, place), no: found, place };
  }
  return found;
}
