// Hands a launch to the device: its kernels, one after the other, and where what they give goes.

import type { LaunchPlan, ReductionProgram } from "@everycore/kernel/ir";
import type { Download, Downloads } from "./downloads.js";
import { partialElement, reductionBlock } from "./emit/reduction.js";
import type { KernelStep } from "./kernel-step.js";
import type { Kernels } from "./kernels.js";
import type { LaunchShape } from "./launch-shape.js";
import type { Placement } from "./placement.js";
import type { FloatTexture } from "./texture-pool.js";
import type { Memory, Textures } from "./textures.js";

/** What recording needs of an executor. */
export interface RecordingParts {
  readonly textures: Textures;
  readonly kernels: Kernels;
  readonly downloads: Downloads;
}

/** All kernels of a grid see what was there before the launch. */
export function recordGrid(
  plan: LaunchPlan,
  { steps }: LaunchShape,
  { memories }: Placement,
  parts: RecordingParts,
): void {
  const [first] = steps;
  if (first && steps.length === 1) return putAll(first, runStep(plan, first, memories, parts), memories, parts);
  const given: FloatTexture[][] = [];
  try {
    for (const step of steps) given.push(runStep(plan, step, memories, parts));
  } catch (error) {
    for (const texture of given.flat()) parts.textures.give(texture);
    throw error;
  }
  for (const [index, step] of steps.entries()) putAll(step, given[index] as FloatTexture[], memories, parts);
}

/** Puts what a step gives into the memories. */
function putAll(
  step: KernelStep,
  targets: readonly FloatTexture[],
  memories: readonly Memory[],
  { textures }: RecordingParts,
): void {
  const gives = givenBy(step);
  for (let i = 0; i < gives.length; i++) {
    textures.put(memories[gives[i] as number] as Memory, targets[i] as FloatTexture);
  }
}

/** What one of them gives. */
function runStep(
  plan: LaunchPlan,
  step: KernelStep,
  memories: readonly Memory[],
  { textures, kernels }: RecordingParts,
): FloatTexture[] {
  const targets: FloatTexture[] = [];
  try {
    for (const memory of givenBy(step)) targets.push(textures.take(memories[memory] as Memory, step.size));
    kernels.run({ plan, step, memories, targets, count: 0 });
    return targets;
  } catch (error) {
    for (const texture of targets) textures.give(texture);
    throw error;
  }
}

function givenBy({ shape }: KernelStep): readonly number[] {
  return shape.gives as readonly number[];
}

/** Passes, until there is one value; gives its copy, unless there was nothing to reduce. */
export function recordReduction(
  plan: LaunchPlan,
  { steps: [first, later] }: LaunchShape,
  { memories }: Placement,
  parts: RecordingParts,
): Download | undefined {
  let [count] = plan.grid;
  if (count === 0) return undefined;
  let source = runPass(plan, first as KernelStep, memories, count, parts);
  try {
    while (source.length > 1) {
      count = source.length;
      const next = runPass(plan, later as KernelStep, [source], count, parts);
      parts.textures.release(source);
      source = next;
    }
    return parts.downloads.start(source);
  } finally {
    parts.textures.release(source);
  }
}

/** What a pass over so many values leaves. */
function runPass(
  plan: LaunchPlan,
  step: KernelStep,
  memories: readonly Memory[],
  count: number,
  { textures, kernels }: RecordingParts,
): Memory {
  const { identity } = plan.program as ReductionProgram;
  const target = textures.empty(partialElement(identity.type), Math.ceil(count / reductionBlock));
  try {
    const texture = textures.take(target, textures.sizeOf(target.length));
    textures.put(target, texture);
    kernels.run({ plan, step, memories, targets: [texture], count });
    return target;
  } catch (error) {
    textures.release(target);
    throw error;
  }
}
