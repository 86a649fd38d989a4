// A case: what is computed, on which sizes, and how each contender says it. One file for each in cases/.

import type { Computation, Contender, Missing, Values } from "./contender.js";
import { type EverycoreRecipe, everycore } from "./peers/everycore.js";
import { type GpuJsRecipe, gpuJs } from "./peers/gpu-js.js";
import { javascript } from "./peers/javascript.js";
import { type JaxRecipe, jax } from "./peers/jax.js";
import { type NumpyTsRecipe, numpyTs } from "./peers/numpy-ts.js";
import { type PythonSession, python } from "./peers/python.js";
import { type TensorFlowRecipe, tensorFlow } from "./peers/tensorflow.js";
import type { Tolerance } from "./tolerance.js";

/** Typed arrays and numbers, by name; Python gets them under the same names. */
export type Inputs = Readonly<Record<string, InputArray | number>>;
export type InputArray = Float32Array | Int32Array | Uint8Array;

/** Everything about one case. `I` are its inputs. */
export interface CaseDefinition<I extends Inputs> {
  readonly name: string;
  /** The formula, for the heading. */
  readonly title: string;
  /** Its sizes where no others are asked for; `--sizes` is for the cases that have "any". */
  readonly sizes: readonly number[] | "any";
  /** How a size is shown. */
  sizeLabel?(size: number): string;
  /** Results, or partial results, that a size stands for. Default: the size itself. */
  elements?(size: number): number;
  readonly tolerance: Tolerance;
  inputs(size: number): I;
  /** The loop that a careful JavaScript programmer writes, and the reference. */
  readonly javascript: (inputs: I) => Computation;
  readonly everycore: EverycoreRecipe<I>;
  readonly gpuJs: GpuJsRecipe<I> | Missing;
  readonly numpyTs: NumpyTsRecipe<I> | Missing;
  readonly jax: JaxRecipe<I> | Missing;
  readonly tensorFlow: TensorFlowRecipe<I> | Missing;
}

/** A case whose kind of inputs is nobody else's business. */
export interface Case {
  readonly name: string;
  readonly title: string;
  readonly sizes: readonly number[] | "any";
  sizeLabel(size: number): string;
  elements(size: number): number;
  readonly tolerance: Tolerance;
  open(size: number, session: PythonSession): Problem;
}

/** A case on one size. */
export interface Problem {
  readonly contenders: readonly Contender[];
  /** What the plain loop gives. */
  expected(): Values | Promise<Values>;
}

export function defineCase<I extends Inputs>(definition: CaseDefinition<I>): Case {
  return {
    name: definition.name,
    title: definition.title,
    sizes: definition.sizes,
    sizeLabel: (size) => definition.sizeLabel?.(size) ?? size.toLocaleString("en"),
    elements: (size) => definition.elements?.(size) ?? size,
    tolerance: definition.tolerance,
    open: (size, session) => problem(definition, definition.inputs(size), session),
  };
}

function problem<I extends Inputs>(definition: CaseDefinition<I>, inputs: I, session: PythonSession): Problem {
  return {
    contenders: [
      ...javascript(definition.javascript, inputs),
      ...everycore(definition.everycore, inputs),
      ...gpuJs(definition.gpuJs, inputs),
      ...numpyTs(definition.numpyTs, inputs),
      ...jax(definition.jax, inputs),
      ...tensorFlow(definition.tensorFlow, inputs),
      ...python(session, definition.name, inputs),
    ],
    expected() {
      const reference = definition.javascript(inputs);
      reference.call();
      return reference.values();
    },
  };
}
