// Runs a compiled program on one thread, as the run-time does: arrays and frame in one memory, units in ranges.

import type { Program, Size3 } from "@everycore/kernel/ir";
import { compileProgram, type Tuning } from "../../src/emit/compile.js";
import {
  arrayOffset,
  type CompiledProgram,
  frameBytes,
  frameLayout,
  reductionBlock,
  scalarOffset,
} from "../../src/frame.js";
import { engine } from "./web-assembly.js";

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

export interface Launch {
  readonly program: Program;
  readonly grid: Size3;
  readonly group?: Size3;
  readonly seed?: number;
  readonly arrays: readonly TypedArray[];
  readonly scalars?: readonly number[];
  /** Units of a call; all in one by default. */
  readonly chunk?: number;
  readonly sharedMemory?: boolean;
  readonly tuning?: Tuning;
}

interface Exports {
  run(frame: number, scratch: number, from: number, to: number): void;
  combine(frame: number, count: number): void;
}

const CANARY = 0xa5;
const GAP = 64;

const align = (bytes: number, to: number): number => Math.ceil(bytes / to) * to;

export function mathImports(names: readonly string[]): Record<string, (a: number, b: number) => number> {
  const functions = Math as unknown as Record<string, (a: number, b: number) => number>;
  return Object.fromEntries(
    names.map((name) => [name, name === "remainder" ? (a, b) => a % b : (functions[name] as never)]),
  );
}

function unitsOf(compiled: CompiledProgram, grid: Size3, groups: Size3): number {
  if (compiled.unit === "thread") return grid[0] * grid[1] * grid[2];
  if (compiled.unit === "group") return groups[0] * groups[1] * groups[2];
  return Math.ceil(grid[0] / reductionBlock);
}

/** Runs the program; arrays are written in place. Gives the value of a reduction. */
export function launch({ program, grid, group = [1, 1, 1], seed = 0, ...rest }: Launch): number | undefined {
  const { arrays, scalars = [], chunk, sharedMemory = false, tuning = {} } = rest;
  const compiled = compileProgram(program, { sharedMemory, relaxedSimd: false }, tuning);
  const groups = grid.map((size, axis) => Math.ceil(size / (group[axis] ?? 1))) as unknown as Size3;
  const units = unitsOf(compiled, grid, groups);
  // Arrays begin at addresses that are aligned for their elements only, with a gap of canaries behind each.
  let end = 1024;
  const addresses = arrays.map((array) => {
    const address = align(end, 8) + array.BYTES_PER_ELEMENT;
    end = address + array.byteLength + GAP;
    return align(address, array.BYTES_PER_ELEMENT);
  });
  const partials = align(end + GAP, 16);
  const scratch = align(partials + 8 * units, 16);
  const scratchBytes = compiled.scratchBytes + compiled.scratchBytesPerThread * group[0] * group[1] * group[2];
  const pages = Math.ceil((scratch + scratchBytes + GAP) / 65536);
  const memory = new engine.Memory({ initial: pages, maximum: pages, shared: sharedMemory });
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(CANARY);
  const view = new DataView(memory.buffer);
  const frame = 64;
  const three = (offset: number, values: Size3): void =>
    values.forEach((value, i) => view.setUint32(frame + offset + 4 * i, value, true));
  three(frameLayout.grid, grid);
  three(frameLayout.group, group);
  three(frameLayout.groups, groups);
  view.setUint32(frame + frameLayout.seed, seed, true);
  view.setUint32(frame + frameLayout.partials, partials, true);
  if (frame + frameBytes(arrays.length, scalars.length) > 1024) throw new Error("The frame does not fit.");
  arrays.forEach((array, i) => {
    view.setUint32(frame + arrayOffset(i), addresses[i] as number, true);
    view.setUint32(frame + arrayOffset(i) + 4, array.length, true);
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), addresses[i]);
  });
  scalars.forEach((value, i) => {
    const at = frame + scalarOffset(arrays.length, i);
    const type = program.scalars[i]?.type;
    if (type === "float32") view.setFloat32(at, value, true);
    else if (type === "float64") view.setFloat64(at, value, true);
    else view.setInt32(at, value, true);
  });
  const module = new engine.Module(compiled.bytes);
  const instance = new engine.Instance(module, { env: { memory }, math: mathImports(compiled.math) });
  const exports = instance.exports as unknown as Exports;
  for (let from = 0; from < units; from += chunk ?? units) {
    exports.run(frame, scratch, from, Math.min(units, from + (chunk ?? units)));
  }
  arrays.forEach((array, i) => {
    const at = addresses[i] as number;
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(bytes.slice(at, at + array.byteLength));
    for (let k = 0; k < GAP - 8; k++) {
      if (bytes[at + array.byteLength + k] !== CANARY)
        throw new Error(`Array ${i} was written ${k} bytes behind its end.`);
    }
  });
  if (program.kind !== "reduction") return undefined;
  if (units === 0) return program.identity.value;
  exports.combine(frame, units);
  switch (program.identity.type) {
    case "float32":
      return view.getFloat32(partials, true);
    case "float64":
      return view.getFloat64(partials, true);
    case "uint32":
      return view.getUint32(partials, true);
    default:
      return view.getInt32(partials, true);
  }
}
