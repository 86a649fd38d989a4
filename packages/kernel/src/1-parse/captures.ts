// The capture thunk `() => ({ G, helper, SCALE: import_lib.SCALE })`, read twice: its text says by which expression the function's
// body refers to each value, as minifiers rename both alike; calling it gives the values.

import type { ObjectExpression } from "acorn";
import { type CaptureThunk, capturesOf } from "../captures.js";
import { type AnyFunction, DiagnosticError } from "../front-end.js";
import { parseFunction } from "./parse.js";
import { type AnyNode, type Node, pathOf } from "./syntax.js";

/** One captured value. `name` is how a binding of the program refers to it; see {@link captureAt}. */
export interface Capture {
  readonly name: string;
  readonly value: unknown;
}

/** What a thunk gives, by the expression that the body uses: `G`, `import_lib.SCALE`. */
export interface CaptureTable {
  readonly byPath: ReadonlyMap<string, Capture>;
  /** Properties whose value is an expression of its own, by property name: the body cannot refer to them. */
  readonly expressions: ReadonlySet<string>;
}

const nothing: CaptureTable = { byPath: new Map(), expressions: new Set() };

/** Reads a thunk. `prefix` comes before the names of its values. */
export function readCaptures(thunk: CaptureThunk | undefined, prefix = ""): CaptureTable {
  if (!thunk) return nothing;
  const values = thunk();
  if (typeof values !== "object" || values === null) throw notAnObject(thunk);
  const byPath = new Map<string, Capture>();
  const expressions = new Set<string>();
  for (const property of thunkObject(thunk).properties) {
    const entry = property.type === "Property" && property.kind === "init" ? property : undefined;
    const key = entry && keyOf(entry.key, entry.computed);
    if (entry === undefined || key === undefined) throw notAnObject(thunk, property);
    const path = pathOf(entry.value);
    if (path === undefined) expressions.add(key);
    else byPath.set(path, { name: prefix + key, value: values[key] });
  }
  return { byPath, expressions };
}

function keyOf(key: Node, computed: boolean): string | undefined {
  const node = key as AnyNode;
  if (node.type === "Identifier" && !computed) return node.name;
  return node.type === "Literal" ? String(node.value) : undefined;
}

/** The object that a thunk returns: `() => ({ … })` or `{ …; return { … } }`. */
function thunkObject(thunk: CaptureThunk): ObjectExpression {
  const { node } = parseFunction(thunk);
  let result: AnyNode | null | undefined = node.body;
  if (result.type === "BlockStatement") {
    const last: AnyNode | undefined = result.body.at(-1);
    result = last?.type === "ReturnStatement" ? last.argument : undefined;
  }
  if (result?.type === "SequenceExpression") result = result.expressions.at(-1);
  if (result?.type !== "ObjectExpression") throw notAnObject(thunk, node.body);
  return result;
}

function notAnObject(thunk: AnyFunction, node: Node = parseFunction(thunk).node): DiagnosticError {
  return new DiagnosticError({
    reason: "capture-thunk",
    message: "The capture thunk must return an object that names each captured value once.",
    hint: "Write `kernel(fn, () => ({ G, helper }))`.",
    fn: thunk,
    start: node.start,
    end: node.end,
  });
}

/**
 * The value behind a binding `{ from: "capture", name }`, given what the kernel's thunk returned. A name is a path: `table`;
 * `lookup.table`, a member of a captured object; `helper/table`, what the helper function `helper` was registered with.
 */
export function captureAt(captured: Readonly<Record<string, unknown>> | undefined, name: string): unknown {
  let values: unknown = captured;
  const steps = name.split("/");
  for (const [index, step] of steps.entries()) {
    let value = values;
    for (const key of memberNames(value, step)) value = (value as Record<string, unknown> | undefined)?.[key];
    if (index === steps.length - 1) return value;
    values = typeof value === "function" ? capturesOf(value as AnyFunction)?.() : undefined;
  }
  return undefined;
}

/** `lookup.table` as two names, unless the object has a member of just that name. */
function memberNames(value: unknown, step: string): string[] {
  return typeof value === "object" && value !== null && step in value ? [step] : step.split(".");
}
