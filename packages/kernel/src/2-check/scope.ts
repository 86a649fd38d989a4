// Names and what they stand for while a function is translated. Most things in a kernel are not values: arrays, functions, the
// thread, `Math`; a name stands for them directly, and only numbers and booleans become variables of the program.

import type { CaptureTable, FunctionNode } from "../1-parse/index.js";
import type { AnyFunction } from "../front-end.js";
import type { ElementType } from "../ir/ir.js";
import type { CoreArray, Value, Variable } from "./core.js";

/** What an expression stands for. */
export type Entity =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "array"; readonly array: CoreArray }
  /** An array of a stencil, called with offsets. */
  | { readonly kind: "input"; readonly array: CoreArray }
  | { readonly kind: "function"; readonly closure: Closure }
  /** `Math.sqrt`, `Number.isNaN`, `isFinite`. */
  | { readonly kind: "intrinsic"; readonly name: string }
  | { readonly kind: "namespace"; readonly name: "Math" | "Number" }
  /** A captured object. `name` leads to it; see captureAt. */
  | { readonly kind: "object"; readonly object: object; readonly name: string; readonly home: Home }
  | { readonly kind: "thread" }
  | { readonly kind: "axes"; readonly what: "local" | "group" | "gridSize" | "groupSize" }
  | { readonly kind: "method"; readonly name: string }
  | { readonly kind: "class"; readonly element: ElementType }
  /** `arguments`, as older targets use it for defaults. */
  | { readonly kind: "arguments"; readonly values: readonly Entity[] }
  | { readonly kind: "undefined" };

/** Where a function's free names are looked up. */
export interface Home {
  readonly fn: AnyFunction;
  readonly table: CaptureTable;
  /** A helper without captures of its own sees those of the kernel. */
  readonly fallback: Home | undefined;
}

/** A function that can be called: its text, and the names around it. */
export interface Closure {
  readonly node: FunctionNode;
  readonly name: string;
  readonly scope: Scope;
  /** Calls of it are at their own place in the kernel's text; those of captured functions at the place of the call. */
  readonly captured: boolean;
}

/** What a declared name stands for now. */
export interface NameBinding {
  /** Undefined until its declaration is reached. */
  entity: Entity | undefined;
  /** The variable that the name is, if it ever holds a value. */
  readonly variable: Variable;
  readonly constant: boolean;
}

/** The names of one block or function, and the scope around it. */
export class Scope {
  readonly home: Home;
  readonly parent: Scope | undefined;
  readonly #names: Map<string, NameBinding> = new Map();

  constructor(home: Home, parent?: Scope) {
    this.home = home;
    this.parent = parent;
  }

  /** Declares a name in this scope; a second declaration (`var x; var x;`) is the first. */
  declare(name: string, binding: NameBinding): NameBinding {
    const known = this.#names.get(name);
    if (known) return known;
    this.#names.set(name, binding);
    return binding;
  }

  /** Binds a parameter, which hides what has the same name outside. */
  bind(name: string, binding: NameBinding): void {
    this.#names.set(name, binding);
  }

  /** A name of this scope or of one around it. */
  find(name: string): NameBinding | undefined {
    return this.#names.get(name) ?? this.parent?.find(name);
  }

  /** A name of this very scope. */
  own(name: string): NameBinding | undefined {
    return this.#names.get(name);
  }
}
