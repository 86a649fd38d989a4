// The state of a translation from syntax to core: where steps go, which function is being inlined, and JavaScript's order of
// evaluation.
//
// Rules
//  1. `steps` is the list that is being written; `collect` writes to a list of its own.
//  2. A value is used once. What is needed twice, or must not be computed late, is kept in a variable (`keep`).
//  3. Before the steps of a later operand, earlier operands that these steps would disturb are kept.

import type { FunctionNode, Node } from "../1-parse/index.js";
import { parseFunction } from "../1-parse/index.js";
import type { AnyFunction } from "../front-end.js";
import type { CoreArray, Step, Value, Variable } from "./core.js";
import { changesOf, disturbs, isSteady } from "./effects.js";
import { unary } from "./fold.js";
import type { Place } from "./refusal.js";
import type { Entity } from "./scope.js";

/** What kind of program is being translated; only grids have threads and may write. */
export type ProgramKind = "grid" | "elementwise" | "stencil" | "reduction";

/** What `break` and `continue` can leave. */
export interface JumpTarget {
  readonly kind: "loop" | "switch" | "block";
  readonly names: readonly string[];
  readonly label: number;
  /** Whether some `leave` refers to it. */
  left: boolean;
}

/** One function on the way from the kernel to where the translation is. */
export interface Frame {
  readonly fn: AnyFunction;
  readonly node: FunctionNode | undefined;
  readonly name: string;
  /** Place of the call in the kernel's own text, once inside of a captured function. */
  readonly at: number | undefined;
  readonly caller: Frame | undefined;
  /** What the function was called with. */
  readonly values: readonly Entity[];
  readonly targets: JumpTarget[];
  /** How its `return` works; undefined for the kernel's own, which ends the thread. */
  readonly returns: CallReturn | undefined;
}

/** Where the value of a call goes. */
export interface CallReturn {
  readonly label: number;
  /** The only `return` is the last statement: its value is the call's, with no variable between. */
  readonly direct: boolean;
  /** Whether some `return` leaves before the end. */
  left: boolean;
  value: Value | undefined;
  result: Variable | undefined;
}

/** See the head of this file. */
export class Translation {
  readonly kind: ProgramKind;
  readonly variables: Variable[] = [];
  /** Arrays that came in through the thunk, by binding name. */
  readonly captured: Map<string, CoreArray> = new Map();
  readonly shared: CoreArray[] = [];
  steps: Step[] = [];
  frame: Frame;
  /** How many branches and loops are around. */
  depth = 0;
  /** Name of the variable that is being declared, for arrays made by its initial value. */
  declaring = "";
  #labels = 0;

  constructor(kind: ProgramKind, fn: AnyFunction) {
    this.kind = kind;
    this.frame = {
      fn,
      node: undefined,
      name: fn.name,
      at: undefined,
      caller: undefined,
      values: [],
      targets: [],
      returns: undefined,
    };
  }

  label(): number {
    return this.#labels++;
  }

  emit(step: Step): void {
    this.steps.push(step);
  }

  place(node: Node): Place {
    return { fn: this.frame.fn, start: node.start, end: node.end, at: this.frame.at ?? node.start };
  }

  /** The source of a node, shortened, for messages. */
  text(node: Node): string {
    const source = parseFunction(this.frame.fn).text.slice(node.start, node.end).replace(/\s+/g, " ");
    return source.length <= 40 ? source : `${source.slice(0, 39)}…`;
  }

  /** Runs `write` with a list of steps of its own. `branch`: it may not run, or run many times. */
  collect<T>(write: () => T, branch = false): { readonly result: T; readonly steps: Step[] } {
    const outer = this.steps;
    const steps: Step[] = [];
    this.steps = steps;
    if (branch) this.depth++;
    try {
      return { result: write(), steps };
    } finally {
      this.steps = outer;
      if (branch) this.depth--;
    }
  }

  variable(name: string, place: Place): Variable {
    const variable: Variable = { name, place, values: [], preset: false };
    this.variables.push(variable);
    return variable;
  }

  read(variable: Variable, place: Place): Value {
    return { op: "variable", variable, place };
  }

  /** Assigns a variable. A quotient's sides are remembered, so that a later `Math.floor` of it is exact. */
  set(variable: Variable, value: Value): void {
    const quotient = this.#quotientOf(value);
    if (variable.values.length === 0) variable.quotient = quotient;
    variable.values.push(value);
    this.emit({ kind: "set", variable, value });
  }

  #quotientOf(value: Value): Variable["quotient"] {
    if (value.op === "binary" && value.sign === "/") {
      return { left: this.#copy(value.left), right: this.#copy(value.right), of: undefined };
    }
    const known = value.op === "variable" ? value.variable.quotient : undefined;
    if (value.op !== "variable" || !known) return undefined;
    return { left: this.#copy(known.left), right: this.#copy(known.right), of: value.variable };
  }

  #copy(value: Value): Value {
    return isSteady(value) ? value : this.#kept(value, "part");
  }

  /** Keeps a value in a variable, computed now. */
  keep(value: Value, name = "kept"): Value {
    return isSteady(value) ? value : this.#kept(value, name);
  }

  /** Keeps a value that is going to be read more than once. A variable may be read often while nothing changes it. */
  reusable(value: Value): Value {
    return value.op === "variable" ? value : this.keep(value);
  }

  #kept(value: Value, name: string): Value {
    const variable = this.variable(name, value.place);
    this.set(variable, value);
    return this.read(variable, value.place);
  }

  /** Evaluates operands from left to right: rule 3. */
  operands(producers: readonly (() => Entity)[]): Entity[] {
    const entities: Entity[] = [];
    for (const produce of producers) {
      const { result, steps } = this.collect(produce);
      if (steps.length > 0) this.#keepDisturbed(entities, steps);
      entities.push(result);
    }
    return entities;
  }

  /** Evaluates operands that are values. */
  values(producers: readonly (() => Value)[]): Value[] {
    const entities = this.operands(producers.map((produce) => () => ({ kind: "value", value: produce() })));
    return entities.map((entity) => (entity as Extract<Entity, { kind: "value" }>).value);
  }

  #keepDisturbed(entities: Entity[], steps: readonly Step[]): void {
    const changes = changesOf(steps);
    for (const [index, entity] of entities.entries()) {
      if (entity.kind !== "value" || !disturbs(changes, entity.value)) continue;
      entities[index] = { kind: "value", value: this.keep(entity.value) };
    }
    this.steps.push(...steps);
  }

  /** Writes `if (condition) then else otherwise`, or only the side that a constant condition takes. */
  branch(condition: Value, then: readonly Step[], otherwise: readonly Step[]): void {
    if (condition.op === "boolean" || condition.op === "number") {
      this.steps.push(...(condition.value ? then : otherwise));
    } else if (then.length > 0) {
      this.emit({ kind: "if", condition, yes: then, no: otherwise });
    } else if (otherwise.length > 0) {
      const inverse = unary("!", condition, condition.place);
      this.emit({ kind: "if", condition: inverse, yes: otherwise, no: [] });
    }
  }
}
