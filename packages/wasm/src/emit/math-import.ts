// Functions of JavaScript's Math that a module imports: those on float64, and the remainder of floats.

import { expressionsOf, listsOf, type MathFunction, type Statement } from "@everycore/kernel/ir";
import { someExpression } from "./expression-tree.js";
import type { FunctionBuilder } from "./function-builder.js";
import type { ModuleBuilder } from "./module-builder.js";

/** Name of an imported function. */
export type MathImportName = MathFunction | "remainder";

/** Calls an imported function; its arguments, float64, are on the stack. */
export function callMath(module: ModuleBuilder, fn: FunctionBuilder, name: MathImportName): void {
  fn.op("call", module.mathIndex(name));
}

/** The functions that statements need, with the number of their arguments. */
export function mathImportsOf(list: readonly Statement[]): { name: MathImportName; arity: number }[] {
  const found = new Map<MathImportName, number>();
  collect(list, found);
  return [...found].map(([name, arity]) => ({ name, arity }));
}

function collect(list: readonly Statement[], found: Map<MathImportName, number>): void {
  for (const statement of list) {
    for (const inner of listsOf(statement)) collect(inner, found);
    for (const expression of expressionsOf(statement)) {
      someExpression(expression, (part) => {
        if (part.op === "call") found.set(part.function, part.arguments.length);
        const isFloat = part.type === "float32" || part.type === "float64";
        if (part.op === "binary" && part.operator === "remainder" && isFloat) found.set("remainder", 2);
        return false;
      });
    }
  }
}
