// jax-js: traced array operations, fused by `jit`, as WebAssembly. In Node it has one thread. Arrays are its own and stay there.

import type { Array as JaxArray } from "@jax-js/jax";
import { type Attempt, type Contender, Missing } from "../contender.js";
import { LocalAttempt } from "../measure.js";
import { messageOf } from "./reason.js";

export type Jax = typeof import("@jax-js/jax");

/** Makes arrays and a jitted function; what it gives computes once. */
export type JaxRecipe<I> = (jax: Jax, inputs: I) => () => JaxArray;

export function jax<I>(recipe: JaxRecipe<I> | Missing, inputs: I): Contender[] {
  return [{ name: "jax-js", open: async () => (recipe instanceof Missing ? recipe : open(recipe, inputs)) }];
}

async function open<I>(recipe: JaxRecipe<I>, inputs: I): Promise<Attempt | Missing> {
  const loaded = await load();
  if (loaded instanceof Missing) return loaded;
  const compute = recipe(loaded, inputs);
  let last: JaxArray | undefined;
  const call = async () => {
    last?.dispose();
    last = await compute().blockUntilReady();
  };
  // `data` gives up the reference that it is called on.
  const values = async () => (await last?.ref.data()) ?? [];
  return new LocalAttempt({ call, values, close: () => last?.dispose() });
}

async function load(): Promise<Jax | Missing> {
  try {
    const library = await import("@jax-js/jax");
    await library.init("wasm");
    library.defaultDevice("wasm");
    return library;
  } catch (error) {
    return new Missing(messageOf(error));
  }
}
