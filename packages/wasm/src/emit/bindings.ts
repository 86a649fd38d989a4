// Where compiled code finds what belongs to the launch: arrays, scalars and sizes in the frame, the thread's place in locals.

import {
  type ArrayRef,
  bytesOf,
  type ElementType,
  type ScalarRead,
  type ThreadIndex,
  type ValueType,
} from "@everycore/kernel/ir";
import { arrayOffset, frameLayout, scalarOffset, type WasmFeatures } from "../frame.js";
import type { WasmType } from "./encoder.js";
import type { FunctionBuilder } from "./function-builder.js";
import { type LoweredProgram, seedScalar } from "./lowered.js";
import type { ModuleBuilder } from "./module-builder.js";
import type { PrivateArray } from "./private-arrays.js";

/** The parameters of `run` that all code may read. */
const FRAME = 0;
export const SCRATCH = 1;

const sizeOffsets = { gridSize: frameLayout.grid, groupSize: frameLayout.group } as const;

/** The WebAssembly type of a value in a register. */
export function wasmType(type: ValueType): "i32" | "f32" | "f64" {
  if (type === "float32") return "f32";
  return type === "float64" ? "f64" : "i32";
}

/** log2 of an element's size. */
export function shiftOf(element: ElementType): number {
  return Math.log2(bytesOf(element));
}

export class Bindings {
  readonly fn: FunctionBuilder;
  readonly module: ModuleBuilder;
  readonly lowered: LoweredProgram;
  readonly features: WasmFeatures;
  /** Arrays that have private copies just now, by number. */
  readonly privateArrays: Map<number, PrivateArray> = new Map();
  /** Locals that hold the thread's place, by `${what}${axis}`. For a strip: the place of its first thread. */
  private readonly places = new Map<string, number>();

  constructor(fn: FunctionBuilder, module: ModuleBuilder, lowered: LoweredProgram, features: WasmFeatures) {
    this.fn = fn;
    this.module = module;
    this.lowered = lowered;
    this.features = features;
  }

  /** Says which local holds a part of the thread's place. */
  place(what: "global" | "local" | "group", axis: 0 | 1 | 2, local: number): void {
    this.places.set(`${what}${axis}`, local);
  }

  /** The local with a part of the thread's place, or with a size. */
  thread({ what, axis }: ThreadIndex): number {
    const place = this.places.get(`${what}${axis}`);
    if (place !== undefined) return place;
    if (what === "gridSize" || what === "groupSize") return this.fromFrame(sizeOffsets[what] + 4 * axis);
    return this.zero();
  }

  /** Axes that a program does not use are 0 in it. */
  private zero(): number {
    return this.fn.once("zero", "i32", () => this.fn.i32(0));
  }

  /** An int32 of the frame. */
  fromFrame(offset: number): number {
    return this.fn.once(`frame${offset}`, "i32", () => {
      this.fn.get(FRAME);
      this.fn.op("i32.load", 2, offset);
    });
  }

  scalar({ index, type }: Pick<ScalarRead, "index" | "type">): number {
    const { source } = this.lowered;
    if (index === seedScalar(source)) return this.fromFrame(frameLayout.seed);
    const offset = scalarOffset(source.arrays.length, index);
    const wasm: WasmType = wasmType(type);
    if (wasm === "i32") return this.fromFrame(offset);
    return this.fn.once(`${wasm}frame${offset}`, wasm, () => {
      this.fn.get(FRAME);
      this.fn.op(wasm === "f32" ? "f32.load" : "f64.load", wasm === "f32" ? 2 : 3, offset);
    });
  }

  element(array: ArrayRef): ElementType {
    const { source } = this.lowered;
    const list = array.space === "parameter" ? source.arrays : source.shared;
    return (list[array.index] as { element: ElementType }).element;
  }

  /** Address of an array's first element. */
  base(array: ArrayRef): number {
    if (array.space === "parameter") return this.fromFrame(arrayOffset(array.index));
    return this.fn.once(`shared${array.index}`, "i32", () => {
      this.fn.get(SCRATCH);
      this.fn.i32(sharedOffset(this.lowered, array.index));
      this.fn.op("i32.add");
    });
  }

  /** Number of elements. */
  length(array: ArrayRef): number {
    if (array.space === "parameter") return this.fromFrame(arrayOffset(array.index) + 4);
    const length = this.fixedLength(array) ?? 0;
    return this.fn.once(`length${array.index}`, "i32", () => this.fn.i32(length));
  }

  /** The number of elements of an array whose length is part of the program. */
  fixedLength({ space, index }: ArrayRef): number | undefined {
    return space === "parameter" ? undefined : this.lowered.source.shared[index]?.length;
  }

  /** How many places there are where `count` elements in a row begin; unsigned. */
  startsOf(array: ArrayRef, count: number): number {
    const length = this.length(array);
    return this.fn.once(`places${array.space}${array.index}:${count}`, "i32", () => {
      this.fn.get(length);
      this.fn.i32(count - 1);
      this.fn.op("i32.sub");
      this.fn.i32(0);
      this.fn.get(length);
      this.fn.i32(count);
      this.fn.op("i32.ge_u");
      this.fn.op("select");
    });
  }
}

/** Offset of a shared array in the scratch memory. */
function sharedOffset(lowered: LoweredProgram, index: number): number {
  let offset = 0;
  for (const { element, length } of lowered.source.shared.slice(0, index)) offset += align16(bytesOf(element) * length);
  return offset;
}

/** Bytes of all shared arrays. */
export function sharedBytes(lowered: LoweredProgram): number {
  return sharedOffset(lowered, lowered.source.shared.length);
}

function align16(bytes: number): number {
  return (bytes + 15) & ~15;
}
