// Functions of the math library, in IR. Emitters inline them, or make a function of each.

import type { Expression, Local, Statement, ValueType } from "./ir.js";

/** A pure function: sets its parameters' locals, runs `body` (only `set` and `if`), gives `result`. */
export interface FunctionDefinition {
  readonly name: string;
  /** Ids in `locals` of the parameters, in order. */
  readonly parameters: readonly number[];
  readonly locals: readonly Local[];
  readonly body: readonly Statement[];
  readonly result: Expression;
  readonly type: ValueType;
}
