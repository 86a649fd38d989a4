// Where a program stores: the indices of all stores to each array, as linear forms of the thread's place. What is not linear, or not
// surely so, has no form: WebGL cannot store there.
//
// A local's form is known from where it is set until it may be set again. Cautious: what is set in a loop is unknown in and behind it,
// what is set in a block that a jump leaves is unknown behind it.

import { escapesOf, isJump } from "@everycore/gpu";
import type { GridProgram, Offset, Program, Statement } from "@everycore/kernel/ir";
import { visitStatements } from "./array-uses.js";
import { type LinearForm, linearForm, uniformForm } from "./linear-form.js";

/** A store to an array of the program. */
export interface FoundStore {
  readonly array: number;
  readonly form: LinearForm | undefined;
  readonly at: Offset | undefined;
}

type Known = Map<number, LinearForm>;

const found = new WeakMap<GridProgram, readonly FoundStore[]>();

/** All stores of a program, in the order of its text. */
export function findStores(program: GridProgram): readonly FoundStore[] {
  let stores = found.get(program);
  if (!stores) {
    stores = new StoreFinder(program).stores;
    found.set(program, stores);
  }
  return stores;
}

/** The scalars that decide where a program stores, by their numbers. */
export function placeScalars(program: Program): number[] {
  if (program.kind === "reduction") return [];
  return [...new Set(findStores(program).flatMap(({ form }) => form?.scalars ?? []))];
}

class StoreFinder {
  readonly stores: FoundStore[] = [];
  #known: Known;

  constructor({ locals, body }: GridProgram) {
    this.#known = new Map(locals.map((_, id) => [id, uniformForm(() => 0)]));
    this.#list(body);
  }

  #list(list: readonly Statement[]): void {
    for (const statement of list) this.#statement(statement);
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case "set":
        return this.#set(statement.local, linearForm(statement.value, this.#known));
      case "store":
        if (statement.array.space !== "parameter") return;
        this.stores.push({
          array: statement.array.index,
          form: linearForm(statement.index, this.#known),
          at: statement.at,
        });
        return;
      case "if":
        return this.#if(statement.then, statement.otherwise);
      case "loop":
        this.#forget([...statement.body, ...statement.update]);
        this.#list([...statement.body, ...statement.update]);
        return this.#forget([...statement.body, ...statement.update]);
      case "block":
        this.#list(statement.body);
        if (escapesOf(statement.body).has(`leave ${statement.label}`)) this.#forget(statement.body);
        return;
      default:
        return this.#forget([statement]);
    }
  }

  #set(local: number, form: LinearForm | undefined): void {
    if (form) this.#known.set(local, form);
    else this.#known.delete(local);
  }

  #if(then: readonly Statement[], otherwise: readonly Statement[]): void {
    const before = this.#known;
    const [first, second] = [then, otherwise].map((list) => {
      this.#known = new Map(before);
      this.#list(list);
      return this.#known;
    }) as [Known, Known];
    if (endsWithJump(then)) this.#known = second;
    else if (endsWithJump(otherwise)) this.#known = first;
    else this.#known = new Map([...first].filter(([local, form]) => second.get(local) === form));
  }

  /** Locals that these statements set, anywhere inside. */
  #forget(list: readonly Statement[]): void {
    visitStatements(list, (statement) => {
      if (statement.kind === "set") this.#known.delete(statement.local);
      else if (statement.kind === "random" || (statement.kind === "atomic" && statement.target !== undefined)) {
        this.#known.delete(statement.target as number);
      }
    });
  }
}

function endsWithJump(list: readonly Statement[]): boolean {
  const last = list.at(-1);
  return last !== undefined && isJump(last);
}
