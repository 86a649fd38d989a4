// The numbers that a kernel is called with, by their names: from what each is read.

import type { LaunchPlan, ValueType } from "@everycore/kernel/ir";
import type { ThreadMap } from "./emit/thread-map.js";
import type { UniformName } from "./emit/uniforms.js";
import type { KernelStep } from "./kernel-step.js";
import type { FloatTexture } from "./texture-pool.js";
import type { Memory } from "./textures.js";

/** One run of a kernel. */
export interface KernelRun {
  readonly plan: LaunchPlan;
  readonly step: KernelStep;
  /** What it reads, by number. */
  readonly memories: readonly Memory[];
  /** What it gives. */
  readonly targets: readonly FloatTexture[];
  /** Of a pass of a reduction: how many values there are. */
  readonly count: number;
}

/** Reads a number. */
export type NumberReader = (run: KernelRun) => number;

/** Whether a number may differ between runs of one step. */
export function isVarying(name: UniformName): boolean {
  return /^(scalar|bits|seed|count)/.test(name);
}

/** What reads a number. */
export function readerOf(name: UniformName): NumberReader {
  return ownReader(name) ?? levelReader(name) ?? bitsReader(name) ?? commonReader(name);
}

function ownReader(name: UniformName): NumberReader | undefined {
  const parts = /^own(\d+)(?:base|at(\d))$/.exec(name);
  if (!parts) return undefined;
  const [memory, axis] = [Number(parts[1]), Number(parts[2])];
  const mapOf = ({ step }: KernelRun): ThreadMap => step.maps.get(memory) as ThreadMap;
  return parts[2] === undefined ? (run) => mapOf(run).start : (run) => mapOf(run).steps[axis] as number;
}

function levelReader(name: UniformName): NumberReader | undefined {
  const parts = /^(stride|extent)(\d)$/.exec(name);
  if (!parts) return undefined;
  const [what, level] = [parts[1] as "stride" | "extent", Number(parts[2])];
  return ({ step }) => Number(step.map.levels[level]?.[what]);
}

/** An array without elements may have no texture. */
function bitsReader(name: UniformName): NumberReader | undefined {
  const parts = /^bits(\d*)$/.exec(name);
  if (!parts) return undefined;
  if (parts[1] === "") return ({ targets }) => (targets[0] as FloatTexture).bits;
  const memory = Number(parts[1]);
  return ({ memories }) => memories[memory]?.texture?.bits ?? 0;
}

function commonReader(name: UniformName): NumberReader {
  if (name === "zero") return () => 0;
  if (name === "base") return ({ step }) => step.map.base;
  if (name === "count") return ({ count }) => count;
  if (name === "seed") return ({ plan }) => plan.seed | 0;
  const [, kind, digits] = /^([a-z]+)(\d+)$/.exec(name) as unknown as [string, string, string];
  const index = Number(digits);
  switch (kind) {
    case "grid":
      return ({ plan }) => plan.grid[index] as number;
    case "group":
      return ({ plan }) => plan.group[index] as number;
    case "length":
      return ({ step }) => step.lengths[index] as number;
    default:
      return ({ plan: { program, scalars } }) =>
        bitsOf(program.scalars[index]?.type as ValueType, scalars[index] as number);
  }
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** A scalar as an int32 with the same bits. */
function bitsOf(type: ValueType, value: number): number {
  if (type !== "float32") return value | 0;
  float[0] = value;
  return bits[0] as number;
}
