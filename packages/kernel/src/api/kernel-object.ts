// What all kernels have in common: a name, the brand by which executors know them, a plan, and `inspect`.

import { checkFunction, checkOptions, typeError } from "@everycore/core";
import type { AnyFunction } from "../front-end.js";
import type { Program } from "../ir/ir.js";
import type { Captured, Specialisation } from "../launch/specialisation.js";
import type { Specialiser } from "../launch/specialiser.js";
import type { KernelDefinition, LaunchPlan, WrittenDefinition } from "../launch-plan.js";
import { inspectProgram } from "./inspection.js";
import type { Captures, KernelOptions } from "./kernel-types.js";

const brand = Symbol.for("everycore.kernel");

/** A kernel as an object: its own definition, so that a launch allocates nothing more. */
export abstract class KernelObject implements WrittenDefinition {
  declare readonly version: 1;
  readonly name: string;
  readonly #specialiser: Specialiser;
  /** What the last call used: tried first at the next. */
  #last: Specialisation | undefined;

  constructor(name: string, specialiser: Specialiser) {
    this.name = name;
    this.#specialiser = specialiser;
  }

  plan(args: readonly unknown[]): LaunchPlan {
    return this.planWith(args, false);
  }

  planAsWritten(args: readonly unknown[]): LaunchPlan {
    return this.planWith(args, true);
  }

  get source(): AnyFunction {
    return this.#specialiser.parts.fn;
  }

  /** The plan of the simplified program, or of the one `asWritten`. */
  protected abstract planWith(args: readonly unknown[], asWritten: boolean): LaunchPlan;

  inspect(format: string, ...args: readonly unknown[]): string {
    return inspectProgram(format, () => this.programFor(args));
  }

  protected programFor(args: readonly unknown[]): Program {
    return this.plan(args).program;
  }

  /** The program for arguments whose signature was read. `captured`: what the thunk gave for this launch. */
  protected specialise(args: readonly unknown[], captured: Captured, asWritten = false): Specialisation {
    this.#last = this.#specialiser.find(args, captured, this.#last);
    return asWritten ? this.#last.asWritten : this.#last;
  }

  /** What is known of the function, and of its programs. A kernel made of this one shares it. */
  protected get specialiser(): Specialiser {
    return this.#specialiser;
  }
}

// On the prototype: every kernel has them, and none needs room for them.
Object.defineProperties(KernelObject.prototype, {
  version: { value: 1 },
  [brand]: {
    get(this: KernelObject): KernelDefinition {
      return this;
    },
  },
  [Symbol.toStringTag]: { value: "Kernel" },
});

/** The part of a kernel that is the same for all four kinds. Checks what the user passed. */
export interface CheckedKernel {
  readonly name: string;
  readonly label: string;
  readonly captures: Captures | undefined;
  readonly fastMath: boolean;
}

/** Checks the arguments that all kinds of kernels take. @throws TypeError */
export function checkKernel(
  what: string,
  fn: unknown,
  captures: unknown,
  options: KernelOptions,
  known: readonly string[],
): CheckedKernel {
  checkFunction(`The function of ${what}()`, fn);
  if (captures !== undefined) checkFunction(`The captures of ${what}()`, captures);
  checkOptions(`The options of ${what}()`, options, known);
  const { name, fastMath = false } = options;
  if (name !== undefined && typeof name !== "string") throw typeError("name", "a string", name);
  if (typeof fastMath !== "boolean") throw typeError("fastMath", "a boolean", fastMath);
  // `map` and `combine` are what the options are called, not what the user called the function.
  const given = name || (what === "reduction" && /^(map|combine)$/.test(fn.name) ? "" : fn.name);
  return {
    name: given || "kernel",
    label: given ? `kernel "${given}"` : "the kernel",
    captures: captures as Captures | undefined,
    fastMath,
  };
}
