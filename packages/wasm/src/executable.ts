// Programs made ready to run, and the judgement of how long they take. Compiled where there is WebAssembly, else simulated.

import type { LaunchPlan, Program } from "@everycore/kernel/ir";
import { arrayTypes } from "./element-types.js";
import { type FoundFeatures, instantiate, type ModuleExports } from "./engine.js";
import { type CompiledProgram, frameBytes, reductionBlock, type UnitKind, type WasmFeatures } from "./frame.js";
import type { Heap } from "./heap.js";
import type { Placement } from "./launch-frame.js";
import { mayRunLong } from "./launch-worth.js";

/** What is loaded when the first kernel comes. */
export type Compile = (program: Program, features: WasmFeatures) => CompiledProgram;
/** What is loaded instead where there is no WebAssembly. */
type Simulate = (plan: LaunchPlan) => unknown;

/** Either of them. */
export type Tool = { readonly compile: Compile } | { readonly simulate: Simulate };

/** A module that kernel threads can load. */
interface SharedModule {
  readonly address: number;
  readonly bytes: number;
}

/** A program that is ready. */
export interface Executable {
  readonly id: number;
  readonly unit: UnitKind;
  /** Whether a unit may take any time, whatever the estimate says. */
  readonly unbounded: boolean;
  /** A running estimate. */
  readonly nsPerUnit: number;
  /** How many units a launch has; see frame.ts. */
  unitsOf(plan: LaunchPlan): number;
  /** Scratch memory that each thread needs for a launch. */
  scratchOf(plan: LaunchPlan): number;
  /** Runs units on the calling thread. */
  run(launch: Placement, scratch: number, from: number, to: number): void;
  /** Reductions: makes `count` partial results one. */
  combine(launch: Placement, count: number): void;
  /** The module for kernel threads. */
  share(): SharedModule;
  /** So many units took so long on one thread. */
  observe(units: number, ms: number): void;
}

/** Operations that a thread does in a nanosecond, before anything was measured. */
const operationsPerNs = 2;

/** The programs of one executor, each made ready once. */
export class Executables {
  readonly #features: FoundFeatures;
  readonly #heap: Heap;
  readonly #make: (plan: LaunchPlan, id: number) => Executable;
  readonly #ready = new Map<string, Executable>();

  constructor(features: FoundFeatures, heap: Heap, tool: Tool) {
    this.#features = features;
    this.#heap = heap;
    this.#make =
      "compile" in tool
        ? (plan, id) => this.#compile(tool.compile, plan, id)
        : (_, id) => new SimulatedExecutable(id, heap, tool.simulate);
  }

  /** Compiles at most once for each hash. Throws what the compiler throws. */
  of(plan: LaunchPlan): Executable {
    let executable = this.#ready.get(plan.hash);
    if (!executable) {
      executable = this.#make(plan, this.#ready.size);
      this.#ready.set(plan.hash, executable);
    }
    return executable;
  }

  #compile(compile: Compile, { program }: LaunchPlan, id: number): Executable {
    const { sharedMemory, relaxedSimd } = this.#features;
    const compiled = compile(program, { sharedMemory, relaxedSimd });
    return new CompiledExecutable(id, this.#features, this.#heap, compiled, mayRunLong(program));
  }
}

class CompiledExecutable implements Executable {
  readonly id: number;
  readonly unit: UnitKind;
  readonly unbounded: boolean;
  nsPerUnit: number;
  readonly #features: FoundFeatures;
  readonly #heap: Heap;
  readonly #program: CompiledProgram;
  #exports: ModuleExports | undefined;
  #shared: SharedModule | undefined;

  constructor(id: number, features: FoundFeatures, heap: Heap, program: CompiledProgram, unbounded: boolean) {
    this.id = id;
    this.unbounded = unbounded;
    this.unit = program.unit;
    this.nsPerUnit = program.cost / operationsPerNs;
    this.#features = features;
    this.#heap = heap;
    this.#program = program;
  }

  unitsOf({ grid, group }: LaunchPlan): number {
    const { unit } = this.#program;
    if (unit === "block") return Math.ceil(grid[0] / reductionBlock);
    let units = 1;
    for (let axis = 0; axis < 3; axis++) {
      const threads = grid[axis] as number;
      units *= unit === "thread" ? threads : Math.ceil(threads / (group[axis] as number));
    }
    if (units > 0xffffffff)
      throw new RangeError(`A grid of ${grid.join(" × ")} threads is too large: the limit is 2^32 − 1.`);
    return units;
  }

  scratchOf({ group }: LaunchPlan): number {
    const { scratchBytes, scratchBytesPerThread } = this.#program;
    return Math.ceil((scratchBytes + scratchBytesPerThread * group[0] * group[1] * group[2]) / 64) * 64;
  }

  run({ frame }: Placement, scratch: number, from: number, to: number): void {
    this.#load().run(frame, scratch, from, to);
  }

  combine({ frame }: Placement, count: number): void {
    if (count > 1) this.#load().combine?.(frame, count);
  }

  share(): SharedModule {
    if (!this.#shared) {
      const { bytes } = this.#program;
      this.#shared = { address: this.#heap.allocate(bytes.length), bytes: bytes.length };
      this.#heap.bytes.set(bytes, this.#shared.address);
    }
    return this.#shared;
  }

  observe(units: number, ms: number): void {
    // Clocks of pages are coarse: what is too short to be measured says nothing.
    if (ms > 0.002) this.nsPerUnit += 0.5 * ((ms * 1e6) / units - this.nsPerUnit);
  }

  #load(): ModuleExports {
    if (!this.#exports) {
      const { engine } = this.#features;
      if (!engine) throw new Error("There is no WebAssembly.");
      this.#exports = instantiate(engine, this.#program.bytes, this.#heap.memory);
    }
    return this.#exports;
  }
}

/** One unit is the whole launch. */
class SimulatedExecutable implements Executable {
  readonly id: number;
  readonly unit: UnitKind = "group";
  readonly unbounded = true;
  readonly nsPerUnit = 0;
  readonly #heap: Heap;
  readonly #simulate: Simulate;

  constructor(id: number, heap: Heap, simulate: Simulate) {
    this.id = id;
    this.#heap = heap;
    this.#simulate = simulate;
  }

  unitsOf({ grid }: LaunchPlan): number {
    return grid[0] * grid[1] * grid[2] === 0 ? 0 : 1;
  }

  scratchOf(): number {
    return 0;
  }

  run({ plan, addresses, lengths, frame }: Placement): void {
    const { buffer } = this.#heap.memory;
    const { program } = plan;
    const arrays = program.arrays.map(({ element }, index) => {
      const array = new arrayTypes[element](buffer, addresses[index] as number, lengths[index] as number);
      return { kind: "host" as const, array };
    });
    if (program.kind !== "reduction") this.#simulate({ ...plan, arrays, result: { kind: "none" } });
    else {
      const value = this.#simulate({ ...plan, arrays, result: { kind: "reduced", finish: (combined) => combined } });
      const type = program.locals[program.value]?.type ?? "float64";
      const partials = frame + frameBytes(plan.arrays.length, plan.scalars.length);
      new arrayTypes[type === "bool" ? "int32" : type](buffer, partials, 1)[0] = Number(value);
    }
  }

  combine(): void {}

  share(): SharedModule {
    throw new Error("The simulator runs on the calling thread only.");
  }

  observe(): void {}
}
