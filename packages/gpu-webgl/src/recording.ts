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
  return (name) => readerOf(name)({ plan, shape, map, count: 0 });
}

function passNumbers(plan: LaunchPlan, shape: LaunchShape, count: number): KernelRun["number"] {
  return (name) => readerOf(name)({ plan, shape, map: noMap, count });
}

/** What numbers are read from. */
interface NumberSource {
  readonly plan: LaunchPlan;
  readonly shape: LaunchShape;
  readonly map: ThreadMap;
  readonly count: number;
}

type NumberReader = (from: NumberSource) => number;

/** Reductions have no places of threads. */
const noMap: ThreadMap = { base: 0, levels: [], start: 0, steps: [0, 0, 0] };

const readers = new Map<UniformName, NumberReader>();

/** Names are few, and launches are many: each is taken apart once. */
function readerOf(name: UniformName): NumberReader {
  let reader = readers.get(name);
  if (!reader) {
    reader = ownReader(name) ?? levelReader(name) ?? commonReader(name);
    readers.set(name, reader);
  }
  return reader;
}

function ownReader(name: UniformName): NumberReader | undefined {
  const parts = /^own(\d+)(?:base|at(\d))$/.exec(name);
  if (!parts) return undefined;
  const [memory, axis] = [Number(parts[1]), Number(parts[2])];
  const mapOf = ({ shape }: NumberSource): ThreadMap => shape.maps.get(memory) as ThreadMap;
  return parts[2] === undefined ? (from) => mapOf(from).start : (from) => mapOf(from).steps[axis] as number;
}

function levelReader(name: UniformName): NumberReader | undefined {
  const parts = /^(stride|extent)(\d)$/.exec(name);
  if (!parts) return undefined;
  const [what, level] = [parts[1] as "stride" | "extent", Number(parts[2])];
  return ({ map }) => Number(map.levels[level]?.[what]);
}

function commonReader(name: UniformName): NumberReader {
  if (name === "zero") return () => 0;
  if (name === "base") return ({ map }) => map.base;
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
      return ({ shape }) => shape.numbers.lengths[index] as number;
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
