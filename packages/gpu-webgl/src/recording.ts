// Hands a launch to the device: which gpu.js kernels it takes, and what each is called with.

import type { LaunchPlan, ValueType } from "@everycore/kernel/ir";
import type { Download, Downloads } from "./downloads.js";
import type { KernelShape } from "./emit/kernel-shape.js";
import { partialElement, reductionBlock } from "./emit/reduction.js";
import { isSameMap, type ThreadMap } from "./emit/thread-map.js";
import type { UniformName } from "./emit/uniforms.js";
import type { KernelRun, Kernels } from "./kernels.js";
import type { LaunchShape, Placement } from "./placement.js";
import type { Memory, Textures } from "./textures.js";

/** What recording needs of an executor. */
export interface RecordingParts {
  readonly textures: Textures;
  readonly kernels: Kernels;
  readonly downloads: Downloads;
}

/** One kernel for all memories with the same own elements of threads; all kernels see what was there before the launch. */
export function recordGrid(
  plan: LaunchPlan,
  shape: LaunchShape,
  { memories }: Placement,
  { textures, kernels }: RecordingParts,
): void {
  const made = new Map<number, Memory>();
  try {
    for (const gives of groupsOf(shape, memories, kernels.mostResults)) {
      for (const memory of gives) {
        const { element, length } = memories[memory] as Memory;
        made.set(memory, textures.empty(element, length));
      }
      const run = { memories, number: gridNumbers(plan, shape, gives[0] as number) };
      kernels.run(
        plan,
        gridShape(plan, shape, gives),
        run,
        gives.map((memory) => made.get(memory) as Memory),
      );
    }
    for (const [memory, content] of made) textures.move(content, memories[memory] as Memory);
  } finally {
    for (const memory of made.values()) textures.release(memory);
  }
}

/** The memories that are written, in groups that one kernel can give. */
function groupsOf({ maps }: LaunchShape, memories: readonly Memory[], most: number): number[][] {
  const groups: number[][] = [];
  for (const [memory, map] of maps) {
    const { length } = memories[memory] as Memory;
    if (length === 0) continue;
    const fits = groups.find(([first]) => {
      const other = maps.get(first as number) as ThreadMap;
      return isSameMap(map, other) && memories[first as number]?.length === length;
    });
    if (fits && fits.length < most) fits.push(memory);
    else groups.unshift([memory]);
  }
  return groups;
}

/** Passes, until there is one value; gives its copy, unless there was nothing to reduce. */
export function recordReduction(
  plan: LaunchPlan,
  shape: LaunchShape,
  { memories }: Placement,
  { textures, kernels, downloads }: RecordingParts,
): Download | undefined {
  if (plan.program.kind !== "reduction") return undefined;
  const element = partialElement(plan.program.identity.type as ValueType);
  let [count] = plan.grid;
  if (count === 0) return undefined;
  let source: Memory | undefined;
  try {
    do {
      const target = textures.empty(element, Math.ceil(count / reductionBlock));
      const run = { memories: source ? [source] : memories, number: passNumbers(plan, shape, count) };
      kernels.run(plan, passShape(shape, source ? "later pass" : "first pass"), run, [target]);
      if (source) textures.release(source);
      source = target;
      count = target.length;
    } while (count > 1);
    return downloads.start(source);
  } finally {
    if (source) textures.release(source);
  }
}

/** Compiles what a launch takes. */
export function prepareKernels(
  plan: LaunchPlan,
  shape: LaunchShape,
  { memories }: Placement,
  { textures, kernels }: RecordingParts,
): void {
  if (plan.program.kind === "grid") {
    for (const gives of groupsOf(shape, memories, kernels.mostResults)) {
      const number = gridNumbers(plan, shape, gives[0] as number);
      kernels.prepare(plan, gridShape(plan, shape, gives), { memories, number });
    }
    return;
  }
  const source = textures.zeros(partialElement(plan.program.identity.type), 1);
  const number = passNumbers(plan, shape, 1);
  kernels.prepare(plan, passShape(shape, "first pass"), { memories, number });
  kernels.prepare(plan, passShape(shape, "later pass"), { memories: [source], number });
  textures.release(source);
}

function gridShape({ arrays }: LaunchPlan, { memories, maps }: LaunchShape, gives: readonly number[]): KernelShape {
  const { levels } = maps.get(gives[0] as number) as ThreadMap;
  return {
    memories,
    gives,
    fresh: gives.filter((memory) => arrays[memories.indexOf(memory)]?.kind === "new"),
    levels: levels.map(({ axis, stride, flip }) => ({ axis, unit: stride === 1, flip })),
  };
}

function passShape({ memories }: LaunchShape, gives: "first pass" | "later pass"): KernelShape {
  return { memories, gives, fresh: [], levels: [] };
}

function gridNumbers(plan: LaunchPlan, shape: LaunchShape, gives: number): KernelRun["number"] {
  const map = shape.maps.get(gives) as ThreadMap;
  return (name) => {
    const own = /^own(\d+)(?:base|at(\d))$/.exec(name);
    if (own) {
      const other = shape.maps.get(Number(own[1])) as ThreadMap;
      return own[2] === undefined ? other.start : (other.steps[Number(own[2])] as number);
    }
    if (name === "base") return map.base;
    const level = /^(stride|extent)(\d)$/.exec(name);
    if (level) return Number(map.levels[Number(level[2])]?.[level[1] as "stride"]);
    return commonNumber(plan, shape, name);
  };
}

function passNumbers(plan: LaunchPlan, shape: LaunchShape, count: number): KernelRun["number"] {
  return (name) => (name === "count" ? count : commonNumber(plan, shape, name));
}

function commonNumber(
  { grid, group, seed, scalars, program }: LaunchPlan,
  shape: LaunchShape,
  name: UniformName,
): number {
  if (name === "zero") return 0;
  if (name === "seed") return seed | 0;
  const [, kind, digits] = /^([a-z]+)(\d+)$/.exec(name) as unknown as [string, string, string];
  const index = Number(digits);
  switch (kind) {
    case "grid":
      return grid[index] as number;
    case "group":
      return group[index] as number;
    case "length":
      return shape.numbers.lengths[index] as number;
    default:
      return bitsOf(program.scalars[index]?.type as ValueType, scalars[index] as number);
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
