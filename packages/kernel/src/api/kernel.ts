// `kernel`: a function that runs once for each thread of a grid, and `over`, which gives it the grid.

import { lowerGrid } from "../2-check/index.js";
import { recordSite } from "../diagnostics/call-site.js";
import type { AnyFunction } from "../front-end.js";
import type { Program } from "../ir/ir.js";
import { plainTypeError, sentenceStart } from "../launch/argument-errors.js";
import { type LaunchSize, launchSize } from "../launch/launch-size.js";
import { Specialiser } from "../launch/specialiser.js";
import { definitionOf, type LaunchPlan } from "../launch-plan.js";
import { atWarmUp } from "../warm-up.js";
import { checkKernel, KernelObject } from "./kernel-object.js";
import type {
  Captures,
  GridArguments,
  GridFunction,
  GridKernel,
  GridSize,
  KernelOptions,
  LaunchOptions,
} from "./kernel-types.js";

const nothing = { kind: "none" } as const;

/**
 * A kernel of a function that runs once for each thread of a grid: Numba's `@cuda.jit`, CuPy's `RawKernel`. The function's own text
 * is parsed and compiled, once for each combination of argument types; what may be written in it is listed in docs/kernels.md.
 *
 * @param fn the function. Number, boolean and typed array parameters, after the thread.
 * @param captures names the constants, functions and arrays from outside that `fn` uses.
 * @throws TypeError when `fn` is no function. Mistakes in the function are found at the first launch.
 * @example
 * const step = kernel((thread, dt: number, position: Float32Array, velocity: Float32Array) => {
 *   const i = thread.x;
 *   velocity[i]! += -g * dt;
 *   position[i]! += velocity[i]! * dt;
 * }, () => ({ g }));
 * await executor.submit(step.over(position.length), 1e-3, position, velocity);
 */
export function kernel<F extends GridFunction>(
  fn: F,
  captures?: Captures,
  options: KernelOptions = {},
): GridKernel<GridArguments<F>> {
  const checked = checkKernel("kernel", fn, captures, options, ["name", "fastMath"]);
  recordSite(fn, kernel);
  return new GridKernelObject(checked.name, gridSpecialiser(fn, checked)) as unknown as GridKernel<GridArguments<F>>;
}

function gridSpecialiser(fn: AnyFunction, checked: ReturnType<typeof checkKernel>): Specialiser {
  const { label, captures, name, fastMath } = checked;
  return new Specialiser({
    label,
    fn,
    skip: 1,
    count: Math.max(0, fn.length - 1),
    arrayUse: "array",
    captures,
    lower: (types) => lowerGrid({ fn, captures }, types, { name, fastMath }),
  });
}

class GridKernelObject extends KernelObject {
  constructor(name: string, specialiser: Specialiser) {
    super(name, specialiser);
    Object.freeze(this);
  }

  over(size: GridSize, options?: LaunchOptions): LaunchObject {
    return new LaunchObject(this.name, this.specialiser, launchSize(size, options));
  }

  /** A grid kernel has no grid: refused, with the way out. */
  protected planWith(): LaunchPlan {
    throw plainTypeError(
      `${sentenceStart(this.specialiser.parts.label)} has no grid. Say how many threads run it: ` +
        `submit(${this.name}.over(n), …), or ${this.name}.over([width, height]).`,
    );
  }

  protected override programFor(args: readonly unknown[]): Program {
    this.specialiser.read(args);
    return this.specialise(args, this.specialiser.captured()).program;
  }
}

class LaunchObject extends KernelObject {
  readonly #size: LaunchSize;

  constructor(name: string, specialiser: Specialiser, size: LaunchSize) {
    super(name, specialiser);
    this.#size = size;
    Object.freeze(this);
  }

  protected planWith(args: readonly unknown[], asWritten: boolean): LaunchPlan {
    const { specialiser } = this;
    specialiser.read(args);
    const captured = specialiser.captured();
    const specialisation = this.specialise(args, captured, asWritten);
    const { grid, group, seed } = this.#size;
    return {
      program: specialisation.program,
      hash: specialisation.hash,
      grid,
      group,
      seed,
      arrays: specialisation.arrays(args, captured, undefined),
      scalars: specialisation.scalars(args, captured, specialiser.parts.label),
      result: nothing,
    };
  }
}

// A kernel with what most kernels have.
atWarmUp(() => {
  const scale = 2;
  const sample = kernel(
    (thread, limit: number, x: Float32Array, out: Float32Array) => {
      const i = thread.x;
      let sum = 0.5;
      for (let k = 0; k < limit && sum < 4; k++) {
        sum += Math.sqrt(x[(i + k) & 1] as number) * scale;
        if (sum > 2) sum -= Math.exp(-sum);
      }
      out[i] = (out[i] as number) + sum;
    },
    () => ({ scale }),
  );
  return definitionOf(sample.over(2)).plan([1, new Float32Array(2), new Float32Array(2)]);
});
