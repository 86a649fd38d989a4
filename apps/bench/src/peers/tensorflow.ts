// TensorFlow.js on its WebAssembly backend (SIMD; in Node one thread), or its JavaScript one where WebAssembly does not start.
// Tensors are its own and stay there.

import type { Tensor } from "@tensorflow/tfjs";
import { type Attempt, type Contender, Missing } from "../contender.js";
import { LocalAttempt } from "../measure.js";
import { messageOf } from "./reason.js";

export type TensorFlow = typeof import("@tensorflow/tfjs");

/** Makes tensors; what it gives computes once. Intermediate tensors are freed. */
export type TensorFlowRecipe<I> = (tf: TensorFlow, inputs: I) => () => Tensor;

export function tensorFlow<I>(recipe: TensorFlowRecipe<I> | Missing, inputs: I): Contender[] {
  return [{ name: "TF.js wasm", open: async () => (recipe instanceof Missing ? recipe : open(recipe, inputs)) }];
}

async function open<I>(recipe: TensorFlowRecipe<I>, inputs: I): Promise<Attempt | Missing> {
  const tf = await load();
  if (tf instanceof Missing) return tf;
  // The scope owns the inputs: tensors are freed by nobody else.
  tf.engine().startScope("bench");
  const compute = recipe(tf, inputs);
  let last: Tensor | undefined;
  const call = () => {
    last?.dispose();
    last = tf.tidy(compute);
  };
  return new LocalAttempt({
    call,
    values: async () => (await last?.data()) ?? [],
    close: () => tf.engine().endScope(),
  });
}

async function load(): Promise<TensorFlow | Missing> {
  try {
    const tf = await import("@tensorflow/tfjs");
    await import("@tensorflow/tfjs-backend-wasm");
    if (tf.getBackend() === "wasm") return tf;
    // It says "Hi, looks like you are running TensorFlow.js in Node.js" otherwise.
    tf.env().set("PROD", true);
    if (await tf.setBackend("wasm")) return tf;
    return new Missing("its WebAssembly backend does not start here");
  } catch (error) {
    return new Missing(messageOf(error));
  }
}
