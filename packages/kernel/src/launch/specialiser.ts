// Turns the arguments of a call into a program: checks what they are, looks for a specialisation that fits, else makes one.
//
// Rules
//  1. A warm call compares numbers with the specialisation that was used last; nothing is parsed, nothing allocated.
//  2. The thunk is called at every launch: other constants are another program, other arrays of a type are not.
//  3. At most 32 specialisations are kept; the one that was not used for longest is dropped.
//  4. What is wrong with the arguments is a TypeError; what is wrong with the function is a KernelError at its line.
//  5. A number that is used as an integer and is none (`thread.x * 0.5`, passed as an argument) makes another program, in which it
//     counts as a float: as a literal with that value would.

import { KernelError } from "@everycore/core";
import { parameterCount } from "../1-parse/index.js";
import { simplify } from "../3-simplify/index.js";
import type { Captures } from "../api/kernel-types.js";
import { kernelErrorOf } from "../diagnostics/kernel-error.js";
import { type AnyFunction, type ArgumentType, DiagnosticError } from "../front-end.js";
import type { Program } from "../ir/ir.js";
import { argumentCountError, argumentError, kindError } from "./argument-errors.js";
import { snapshotOf } from "./capture-snapshot.js";
import { broadcastFlag, codeOf, fractionCode, numberCode, typeOfCode, unknownCode } from "./signature.js";
import { type Captured, Specialisation } from "./specialisation.js";
import { verifyInTests } from "./verification.js";

const maxSpecialisations = 32;

/** What a kind of kernel tells of itself. */
export interface KernelParts {
  /** For messages: `kernel "step"`. */
  readonly label: string;
  /** The function that has the parameters. */
  readonly fn: AnyFunction;
  /** How many of `fn`'s parameters come before the first argument: 1 for the thread. */
  readonly skip: 0 | 1;
  /** How many arguments a call has, without those that have a default. */
  readonly count: number;
  /** How `fn` uses an array: `a[i]`, or a stencil's `a(-1)`; `none` where it sees elements only. */
  readonly arrayUse: "array" | "call" | "none";
  readonly captures: Captures | undefined;
  /** Function text to program; throws DiagnosticError. */
  lower(types: readonly ArgumentType[], broadcast: readonly boolean[]): Program;
}

/** The specialisations of one kernel. */
export class Specialiser {
  readonly parts: KernelParts;
  /** The codes of the call's arguments; rewritten at each call. */
  readonly signature: number[] = [];
  /** The most recently used first. */
  readonly #kept: Specialisation[] = [];

  constructor(parts: KernelParts) {
    this.parts = parts;
  }

  /** Fills {@link signature}. @throws TypeError for too few, too many, or something that kernels do not take */
  read(args: readonly unknown[]): void {
    const { signature, parts } = this;
    if (args.length !== parts.count) this.#checkCount(args);
    signature.length = args.length;
    for (let i = 0; i < args.length; i++) {
      const code = codeOf(args[i]);
      if (code === unknownCode) throw argumentError(parts, i, args[i]);
      signature[i] = code;
    }
  }

  /** Rarely right: when parameters have defaults. */
  #checkCount(args: readonly unknown[]): void {
    const { fn, skip, count } = this.parts;
    const most = this.#diagnosed(args, () => parameterCount(fn)) - skip;
    if (args.length < count || args.length > most) throw argumentCountError(this.parts, most, args);
  }

  /** What the thunk gives now. */
  captured(): Captured {
    return this.parts.captures?.();
  }

  /** The specialisation for {@link signature}; `last` is the one that the caller used before, which is tried first. */
  find(args: readonly unknown[], captured: Captured, last: Specialisation | undefined): Specialisation {
    const found = last?.fits(this.signature, captured) ? last : this.#search(args, captured);
    return this.#markFractions(found, args) ? this.#findForFractions(found, args, captured) : found;
  }

  /** Marks the numbers that are used as integers and are none; says whether there are any. */
  #markFractions({ integerArguments }: Specialisation, args: readonly unknown[]): boolean {
    let any = false;
    for (let i = 0; i < integerArguments.length; i++) {
      const index = integerArguments[i] as number;
      const value = args[index];
      if (typeof value !== "number" || value === (value | 0) || this.signature[index] !== numberCode) continue;
      this.signature[index] = fractionCode;
      any = true;
    }
    return any;
  }

  /** Rule 5. Where a float will not do, the first program stands, and refuses the value by the name of its parameter. */
  #findForFractions(first: Specialisation, args: readonly unknown[], captured: Captured): Specialisation {
    try {
      return this.#search(args, captured);
    } catch (error) {
      if (error instanceof KernelError) return first;
      throw error;
    }
  }

  #search(args: readonly unknown[], captured: Captured): Specialisation {
    const kept = this.#kept;
    const index = kept.findIndex((specialisation) => specialisation.fits(this.signature, captured));
    const found = index < 0 ? this.#make(args, captured) : (kept.splice(index, 1)[0] as Specialisation);
    kept.unshift(found);
    if (kept.length > maxSpecialisations) kept.pop();
    return found;
  }

  #make(args: readonly unknown[], captured: Captured): Specialisation {
    const signature = [...this.signature];
    const written = this.#lower(args, signature);
    verifyInTests(written);
    const simplified = simplify(written);
    verifyInTests(simplified);
    return new Specialisation(written, signature, captured && snapshotOf(captured), simplified);
  }

  #lower(args: readonly unknown[], signature: readonly number[]): Program {
    const types = signature.map(typeOfCode);
    const broadcast = signature.map((code) => (code & broadcastFlag) !== 0);
    return this.#diagnosed(args, () => this.parts.lower(types, broadcast));
  }

  /** Turns what the front end finds into an error with file and line. */
  #diagnosed<T>(args: readonly unknown[], look: () => T): T {
    try {
      return look();
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      throw kindError(this.parts, args, error) ?? kernelErrorOf(error.diagnostic, this.parts.fn);
    }
  }
}
