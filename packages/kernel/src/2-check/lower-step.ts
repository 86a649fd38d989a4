// Steps of the core to statements of the IR, in two rounds: see demand.ts.

import * as build from "../ir/builder.js";
import { type Expression, type Statement, type ValueType, valueTypeOf } from "../ir/ir.js";
import type { CoreArray, Step, Value, Variable } from "./core.js";
import { indexExpression } from "./lower-index.js";
import { ValueLowering } from "./lower-value.js";
import type { Place } from "./refusal.js";

/** Lowers the steps of one program. */
export class StepLowering extends ValueLowering {
  /** Places of barriers, for messages. */
  readonly barriers: Map<Statement, Place> = new Map();

  /** The first round: finds what all the steps of a program need. `always`: variables that are needed in any case. */
  prepare(lists: readonly (readonly Step[])[], always: readonly Variable[] = []): void {
    for (const variable of always) this.variable(variable, this.types.variable(variable) as ValueType);
    for (const steps of lists) this.statements(steps);
    for (let values = this.decide(); values.length > 0; values = this.decide()) {
      for (const value of values) this.#again(value);
    }
    this.demand.fixScalars();
    this.emitting = true;
  }

  #again(value: Value): void {
    this.lower(value, this.natural(value, [value]));
    this.lower(value, "bool");
  }

  /** The statements of a list of steps. */
  statements(steps: readonly Step[]): Statement[] {
    return steps.flatMap((step) => this.#statement(step));
  }

  #statement(step: Step): readonly Statement[] {
    switch (step.kind) {
      case "declare":
        return [];
      case "set":
        return this.#set(step.variable, step.value);
      case "store":
        return [this.#store(step)];
      case "atomic":
        return [this.#atomic(step)];
      case "random":
        return [build.random(this.#idOf(step.target))];
      case "if":
        return this.#if(step);
      case "loop":
        return [
          build.loop(
            step.label,
            this.lower(step.condition, "bool"),
            this.statements(step.body),
            this.statements(step.update),
          ),
        ];
      case "block":
        return [build.block(step.label, this.statements(step.body))];
      case "leave":
        return [build.leave(step.label)];
      case "next":
        return [build.next(step.label)];
      case "return":
        return [build.end()];
      case "barrier":
        return [this.#barrier(step.place)];
    }
  }

  /** One assignment for each type in which the variable is needed. In the first round, reads look at the values. */
  #set(variable: Variable, value: Value): Statement[] {
    if (!this.emitting) return [];
    return [...this.demand.of(variable)].map(([type, id]) => build.set(id, this.lower(value, type)));
  }

  #store(step: Extract<Step, { kind: "store" }>): Statement {
    const index = indexExpression(this, step.index);
    const value = this.lower(step.value, valueTypeOf(step.array.element));
    this.use(step.array, "written");
    return build.store(this.ref(step.array), index, value, step.place.at);
  }

  #atomic(step: Extract<Step, { kind: "atomic" }>): Statement {
    const type = valueTypeOf(step.array.element);
    const index = indexExpression(this, step.index);
    const value = this.lower(step.value, type);
    const target = this.demand.find(step.target, type);
    const { operator, array } = step;
    this.use(array, "read");
    this.use(array, "written");
    // The IR has no subtraction of floats, and needs none: adding the negative is the same.
    const adds = operator === "subtract" && type === "float32";
    return build.atomic(adds ? "add" : operator, this.ref(array), index, adds ? build.negate(value) : value, {
      ...(step.expected ? { expected: this.lower(step.expected, type) } : {}),
      ...(target === undefined ? {} : { target }),
      at: step.place.at,
    });
  }

  #idOf(variable: Variable): number {
    const read = this.variable(variable, this.types.variable(variable) as ValueType);
    return (read as Extract<Expression, { op: "local" }>).id;
  }

  #if(step: Extract<Step, { kind: "if" }>): Statement[] {
    const condition = this.lower(step.condition, "bool");
    const then = this.statements(step.yes);
    const otherwise = this.statements(step.no);
    if (then.length > 0) return [build.when(condition, then, otherwise)];
    return otherwise.length > 0 ? [build.when(build.not(condition), otherwise)] : [];
  }

  #barrier(place: Place): Statement {
    const statement = build.barrier(place.at);
    if (this.emitting) this.barriers.set(statement, place);
    return statement;
  }

  /** What a parameter's access is, after the second round. */
  accessOf(array: CoreArray): "read" | "write" | "readwrite" {
    const use = this.uses.get(array);
    if (!use?.written) return "read";
    return use.read ? "readwrite" : "write";
  }
}
