// What can be said of a launch without its memories, and is said again of the next like it: which arrays are the same, where threads have
// their own elements, and what its kernels are called with. Of each program the shapes that were used last are kept.

import { lengthOf } from "@everycore/core";
import { GpuArray } from "@everycore/gpu";
import type { LaunchPlan, Program, Size3 } from "@everycore/kernel/ir";
import type { Owner } from "./device-array.js";
import type { KernelShape } from "./emit/kernel-shape.js";
import { placeScalars } from "./emit/own-elements.js";
import { isSameMap, type ThreadMap } from "./emit/thread-map.js";
import { checkOverlaps, hostArrays, isSame } from "./host-arrays.js";
import type { KernelStep } from "./kernel-step.js";
import { checkMemories, checkProgram, ownElements } from "./refusals.js";
import type { TextureSize } from "./texture-pool.js";

/** What shapes depend on besides launches. */
export interface ShapeParts {
  readonly owner: Owner;
  /** Results that a kernel can have. */
  readonly mostResults: number;
  sizeOf(length: number): TextureSize;
}

/** See above. */
export interface LaunchShape {
  /** `memories[i]` is the number of the memory of the array i: arrays that are the same have the same. */
  readonly memories: readonly number[];
  /** The kernels of a grid, which together give all that it writes; or the first pass of a reduction, and the later ones. */
  readonly steps: readonly KernelStep[];
  readonly hasHosts: boolean;
}

/** A shape, and what makes a launch have it. */
interface KnownShape extends LaunchShape {
  readonly kinds: ReadonlyArray<Planned["kind"]>;
  readonly lengths: readonly number[];
  readonly grid: Size3;
  readonly group: Size3;
  readonly scalars: readonly number[];
}

interface KnownProgram {
  /** The scalars that say where threads have their own elements. */
  readonly placing: readonly number[];
  /** The one that was used last is the first. */
  readonly shapes: KnownShape[];
}

type Planned = LaunchPlan["arrays"][number];

/** More shapes of a program than this are worked out again when they come back. */
const mostShapes = 16;

/** See above. */
export class LaunchShapes {
  readonly #parts: ShapeParts;
  readonly #programs = new WeakMap<Program, KnownProgram>();
  // Of the launch that is looked at: launches are many.
  readonly #memories: number[] = [];
  readonly #lengths: number[] = [];

  constructor(parts: ShapeParts) {
    this.#parts = parts;
  }

  /** The shape of a launch. @throws UnsupportedError for what WebGL cannot do; what `GpuArray.memoryOf` throws */
  of(plan: LaunchPlan): LaunchShape {
    const { shapes, placing } = this.#programOf(plan.program);
    const hasHosts = this.#look(plan);
    for (let at = 0; at < shapes.length; at++) {
      const shape = shapes[at] as KnownShape;
      if (!this.#fits(shape, plan, placing)) continue;
      if (at > 0) moveToFront(shapes, at);
      return shape;
    }
    const shape = this.#make(plan, hasHosts);
    shapes.unshift(shape);
    if (shapes.length > mostShapes) shapes.pop();
    return shape;
  }

  #programOf(program: Program): KnownProgram {
    let known = this.#programs.get(program);
    if (!known) {
      checkProgram(program, this.#parts.owner.label);
      known = { placing: placeScalars(program), shapes: [] };
      this.#programs.set(program, known);
    }
    return known;
  }

  /** Finds out which arrays are the same, and how long they are; says whether some are the host's. */
  #look(plan: LaunchPlan): boolean {
    const { owner } = this.#parts;
    const { arrays } = plan;
    const memories = this.#memories;
    const lengths = this.#lengths;
    memories.length = lengths.length = arrays.length;
    let hasHosts = false;
    let count = 0;
    for (let i = 0; i < arrays.length; i++) {
      const planned = arrays[i] as Planned;
      // Throws if it cannot be used.
      if (planned.kind === "device") GpuArray.memoryOf(planned.array, owner);
      else if (planned.kind === "host") hasHosts = true;
      lengths[i] = planned.kind === "new" ? lengthOf(planned.shape) : planned.array.length;
      let same = 0;
      while (same < i && !isSamePlanned(arrays[same] as Planned, planned, owner)) same++;
      memories[i] = same < i ? (memories[same] as number) : count++;
    }
    if (hasHosts) checkOverlaps(hostArrays(plan), owner.label);
    checkMemories(count, plan.program.name, owner.label);
    return hasHosts;
  }

  #fits(shape: KnownShape, { arrays, grid, group, scalars }: LaunchPlan, placing: readonly number[]): boolean {
    if (!isSameSize(shape.grid, grid) || !isSameSize(shape.group, group)) return false;
    for (let i = 0; i < arrays.length; i++) {
      if (shape.memories[i] !== this.#memories[i] || shape.lengths[i] !== this.#lengths[i]) return false;
      if (shape.kinds[i] !== (arrays[i] as Planned).kind) return false;
    }
    for (const index of placing) if (shape.scalars[index] !== scalars[index]) return false;
    return true;
  }

  #make(plan: LaunchPlan, hasHosts: boolean): KnownShape {
    const { arrays, grid, group, scalars } = plan;
    const [memories, lengths] = [[...this.#memories], [...this.#lengths]];
    const numbers = { grid, group, lengths, scalars };
    const maps = grid.includes(0)
      ? new Map<number, ThreadMap>()
      : ownElements(plan, memories, numbers, this.#parts.owner.label);
    const steps =
      plan.program.kind === "grid"
        ? this.#gridSteps(plan, memories, lengths, maps)
        : passes.map((gives) => this.#pass(memories, lengths, gives));
    return { memories, lengths, kinds: arrays.map(({ kind }) => kind), grid, group, scalars, steps, hasHosts };
  }

  /** One kernel for all memories with the same own elements of threads. */
  #gridSteps(
    { arrays }: LaunchPlan,
    memories: readonly number[],
    lengths: readonly number[],
    maps: ReadonlyMap<number, ThreadMap>,
  ): KernelStep[] {
    const lengthOf = (memory: number): number => lengths[memories.indexOf(memory)] as number;
    return groupsOf(maps, lengthOf, this.#parts.mostResults).map((gives) => {
      const map = maps.get(gives[0] as number) as ThreadMap;
      const shape: KernelShape = {
        memories,
        gives,
        fresh: gives.filter((memory) => arrays[memories.indexOf(memory)]?.kind === "new"),
        levels: map.levels.map(({ axis, stride, flip }) => ({ axis, unit: stride === 1, flip })),
      };
      const size = this.#parts.sizeOf(lengthOf(gives[0] as number));
      return { shape, map, maps, lengths, size, program: undefined };
    });
  }

  #pass(memories: readonly number[], lengths: readonly number[], gives: "first pass" | "later pass"): KernelStep {
    const shape: KernelShape = { memories, gives, fresh: [], levels: [] };
    return { shape, map: noMap, maps: new Map(), lengths, size: { width: 1, height: 1 }, program: undefined };
  }
}

const passes = ["first pass", "later pass"] as const;

/** Reductions have no places of threads. */
const noMap: ThreadMap = { base: 0, levels: [], start: 0, steps: [0, 0, 0] };

/** The memories that are written, in groups that one kernel can give. */
function groupsOf(
  maps: ReadonlyMap<number, ThreadMap>,
  lengthOf: (memory: number) => number,
  most: number,
): number[][] {
  const groups: number[][] = [];
  for (const [memory, map] of maps) {
    const length = lengthOf(memory);
    if (length === 0) continue;
    const fits = groups.find(([first]) => {
      const other = maps.get(first as number) as ThreadMap;
      return isSameMap(map, other) && lengthOf(first as number) === length;
    });
    if (fits && fits.length < most) fits.push(memory);
    else groups.unshift([memory]);
  }
  return groups;
}

function isSamePlanned(a: Planned, b: Planned, owner: Owner): boolean {
  if (a.kind === "host") return b.kind === "host" && isSame(a.array, b.array);
  return (
    a.kind === "device" &&
    b.kind === "device" &&
    GpuArray.memoryOf(a.array, owner) === GpuArray.memoryOf(b.array, owner)
  );
}

function isSameSize(a: Size3, b: Size3): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
}

/** The others keep their order. */
function moveToFront<T>(list: T[], at: number): void {
  const moved = list[at] as T;
  list.copyWithin(1, 0, at);
  list[0] = moved;
}
