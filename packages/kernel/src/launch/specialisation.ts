// A kernel compiled for the types of one call: the program, and where the values of a launch come from. What can be
// decided once is decided in the constructor; the rest runs at each launch and allocates only what the plan holds.

import type { DeviceArray, HostArray } from "@everycore/core";
import { captureAt } from "../1-parse/captures.js";
import { hashProgram } from "../ir/hash.js";
import type { Binding, Program } from "../ir/ir.js";
import type { PlannedArray } from "../launch-plan.js";
import { checkArray } from "./array-check.js";
import type { Snapshot } from "./capture-snapshot.js";
import { scalarValue } from "./scalar-value.js";

const none: readonly never[] = [];

/** What the thunk gave, at one launch. */
export type Captured = Readonly<Record<string, unknown>> | undefined;

/** A program, and the types that it was made for. */
export class Specialisation {
  readonly program: Program;
  readonly hash: string;
  /** Place of the result among the program's arrays; −1 if there is none. */
  readonly resultArray: number;
  /** Numbers of the arguments that the program uses as an int32 or uint32. */
  readonly integerArguments: readonly number[];
  readonly #signature: readonly number[];
  readonly #captured: Snapshot | undefined;
  readonly #written: Program;
  #asWritten: Specialisation | undefined;

  constructor(written: Program, signature: readonly number[], captured: Snapshot | undefined, simplified?: Program) {
    const program = simplified ?? written;
    this.program = program;
    this.hash = hashProgram(program);
    this.resultArray = program.arrays.findIndex((array) => array.binding.from === "result");
    this.integerArguments = integerArgumentsOf(program);
    this.#signature = signature;
    this.#captured = captured;
    this.#written = written;
  }

  /** The same, of the program before it was simplified. */
  get asWritten(): Specialisation {
    if (this.program === this.#written) return this;
    this.#asWritten ??= new Specialisation(this.#written, this.#signature, this.#captured);
    return this.#asWritten;
  }

  /** Whether it is for arguments of these codes and for what the thunk gives now. */
  fits(signature: readonly number[], captured: Captured): boolean {
    const mine = this.#signature;
    if (mine.length !== signature.length) return false;
    for (let i = 0; i < mine.length; i++) if (mine[i] !== signature[i]) return false;
    return this.#captured === undefined || this.#captured.matches(captured);
  }

  /** The arrays of a launch, in the order of the program. `result` stands for the array that the launch creates. */
  arrays(args: readonly unknown[], captured: Captured, result: PlannedArray | undefined): readonly PlannedArray[] {
    const { arrays } = this.program;
    if (arrays.length === 0) return none;
    // As long as it gets: what grows takes room for more than it holds.
    const planned = new Array<PlannedArray>(arrays.length);
    for (let i = 0; i < arrays.length; i++) {
      const { binding, name } = arrays[i] as Program["arrays"][number];
      planned[i] =
        binding.from === "result" ? (result as PlannedArray) : plannedArray(boundValue(binding, args, captured), name);
    }
    return planned;
  }

  /** The scalars of a launch, in the order of the program, each already of its type. */
  scalars(args: readonly unknown[], captured: Captured, label: string): readonly number[] {
    const { scalars } = this.program;
    if (scalars.length === 0) return none;
    const values = new Array<number>(scalars.length);
    for (let i = 0; i < scalars.length; i++) {
      const { binding, name, type } = scalars[i] as Program["scalars"][number];
      values[i] = scalarValue(boundValue(binding, args, captured) as number | boolean, type, name, label);
    }
    return values;
  }
}

function integerArgumentsOf({ scalars }: Program): number[] {
  return scalars.flatMap(({ type, binding }) =>
    (type === "int32" || type === "uint32") && binding.from === "argument" ? [binding.index] : [],
  );
}

function boundValue(binding: Binding, args: readonly unknown[], captured: Captured): unknown {
  if (binding.from === "argument") return args[binding.index];
  if (binding.from === "result") return undefined;
  // Names with a dot or a slash lead into an object, or to what a helper function captured.
  const { name } = binding;
  return name.includes(".") || name.includes("/") ? captureAt(captured, name) : captured?.[name];
}

function plannedArray(value: unknown, name: string): PlannedArray {
  if (ArrayBuffer.isView(value)) {
    const array = value as HostArray;
    if (array.length === 0) checkArray(array, name);
    return { kind: "host", array };
  }
  return { kind: "device", array: value as DeviceArray };
}
