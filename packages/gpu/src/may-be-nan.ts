// Which values may be NaN, so that tests for it are written only where they matter. Cheap and cautious: a local may be NaN if any
// value that it is set to, anywhere, may be.

import type { Expression, Statement } from "@everycore/kernel/ir";

/** Whether an expression may be NaN, given the locals that may. */
export function mayBeNaN(value: Expression, locals: ReadonlySet<number>): boolean {
  if (value.type !== "float32") return false;
  switch (value.op) {
    case "constant":
      return Number.isNaN(value.value);
    case "local":
      return locals.has(value.id);
    case "convert":
      return value.value.type === "float32" && mayBeNaN(value.value, locals);
    case "select":
      return mayBeNaN(value.then, locals) || mayBeNaN(value.otherwise, locals);
    case "unary":
      return value.operator === "sqrt" || mayBeNaN(value.value, locals);
    case "binary":
      return keepsNumbers(value.operator) ? mayBeNaN(value.left, locals) || mayBeNaN(value.right, locals) : true;
    default:
      return true;
  }
}

function keepsNumbers(operator: string): boolean {
  return operator === "min" || operator === "max";
}

/** The locals of type float32 that may be NaN. `initial`: those that are set from outside, such as parameters. */
export function localsThatMayBeNaN(
  lists: ReadonlyArray<readonly Statement[]>,
  initial: readonly number[] = [],
): ReadonlySet<number> {
  const found = new Set(initial);
  let before: number;
  do {
    before = found.size;
    for (const list of lists) collect(list, found);
  } while (found.size > before);
  return found;
}

function collect(list: readonly Statement[], found: Set<number>): void {
  for (const statement of list) {
    switch (statement.kind) {
      case "set":
        if (mayBeNaN(statement.value, found)) found.add(statement.local);
        break;
      case "atomic":
        if (statement.target !== undefined && statement.value.type === "float32") found.add(statement.target);
        break;
      case "if":
        collect(statement.then, found);
        collect(statement.otherwise, found);
        break;
      case "loop":
        collect(statement.body, found);
        collect(statement.update, found);
        break;
      case "block":
        collect(statement.body, found);
        break;
    }
  }
}
