// numpy-ts: NumPy's API on precompiled WebAssembly, one thread. Arrays are its own; a result is a new array each time, freed at once.

import { type Attempt, type Contender, Missing, type Values } from "../contender.js";
import { LocalAttempt } from "../measure.js";
import { messageOf } from "./reason.js";

export type NumpyTs = typeof import("numpy-ts");

/** Frees an array when the call is over; gives it back. */
export type Free = <T>(array: T) => T;

/** Makes arrays; the function that it gives computes once. Everything but what it returns goes through `free`. */
export type NumpyTsRecipe<I> = (np: NumpyTs, inputs: I, free: Free) => () => unknown;

export function numpyTs<I>(recipe: NumpyTsRecipe<I> | Missing, inputs: I): Contender[] {
  return [{ name: "numpy-ts", open: async () => (recipe instanceof Missing ? recipe : open(recipe, inputs)) }];
}

async function open<I>(recipe: NumpyTsRecipe<I>, inputs: I): Promise<Attempt | Missing> {
  const np = await load();
  if (np instanceof Missing) return np;
  const scraps: unknown[] = [];
  const compute = recipe(np, inputs, (array) => {
    scraps.push(array);
    return array;
  });
  let last: unknown;
  const call = () => {
    dispose(last);
    last = compute();
    for (const scrap of scraps) dispose(scrap);
    scraps.length = 0;
  };
  return new LocalAttempt({ call, values: () => valuesOf(last), close: () => dispose(last) });
}

let loading: Promise<NumpyTs | Missing> | undefined;

function load(): Promise<NumpyTs | Missing> {
  loading ??= import("numpy-ts").then(configured, (error: unknown) => new Missing(messageOf(error)));
  return loading;
}

/**
 * Its default memory is 256 MiB; once that is full, results stay slow for as long as the process lives. Above 2 GiB its addresses
 * become negative.
 */
function configured(np: NumpyTs): NumpyTs {
  np.configureWasm({ maxMemory: 2 ** 31, scratchSize: 2 ** 28 });
  return np;
}

function dispose(array: unknown): void {
  if (typeof array === "object" && array !== null && "dispose" in array) (array as { dispose(): void }).dispose();
}

function valuesOf(result: unknown): Values {
  if (typeof result === "number") return [result];
  return Array.from((result as { readonly data: ArrayLike<number> }).data);
}
