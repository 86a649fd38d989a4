// From a program to a module: lowering, planning, emitting.

import type { Program } from "@everycore/kernel/ir";
import { type CompiledProgram, reductionBlock, type WasmFeatures } from "../frame.js";
import { sharedBytes } from "./bindings.js";
import { planGrid } from "./body-plan.js";
import { scalarCost } from "./cost.js";
import { emitGridProgram } from "./grid-program.js";
import { emitGroupProgram } from "./group-program.js";
import { scheduleGroup } from "./group-schedule.js";
import { keptBytesPerThread } from "./kept-locals.js";
import { lowerProgram } from "./lowered.js";
import { mathImportsOf } from "./math-import.js";
import { ModuleBuilder } from "./module-builder.js";
import { privateBytes } from "./private-arrays.js";
import { emitReduction } from "./reduction.js";

/** Threads that a group is taken to have when its cost is estimated: how many there are is not known yet. */
const NOMINAL_GROUP = 64;

/** A module that has been built, and what the run-time must know of it. */
interface Built extends Omit<CompiledProgram, "bytes" | "math"> {
  readonly module: ModuleBuilder;
}

/** Choices that change speed, never results. For tests, which make each of them in turn. */
export interface Tuning {
  /** `scalar`: one thread at a time; `vector`: strips wherever possible; by default whichever is estimated to be faster. */
  readonly form?: "scalar" | "vector";
  /** Whether a strip may assume what it can take back. */
  readonly speculation?: boolean;
}

/** Compiles a program for one engine. The module is independent of sizes, addresses and the number of workers. */
export function compileProgram(program: Program, features: WasmFeatures, tuning: Tuning = {}): CompiledProgram {
  const { module, ...rest } = build(program, features, tuning);
  return { bytes: module.encode(), math: module.mathNames, ...rest };
}

/** The module of a program as text in WebAssembly's own format, for people to read. */
export function toWat(program: Program, features: WasmFeatures): string {
  return build(program, features, {}).module.print();
}

function build(program: Program, features: WasmFeatures, tuning: Tuning): Built {
  const lowered = lowerProgram(program);
  const module = new ModuleBuilder(features.sharedMemory, mathImportsOf([...lowered.body, ...lowered.combine]));
  const thread = scalarCost(lowered.body);
  const none = { scratchBytes: 0, scratchBytesPerThread: 0 };
  if (program.kind === "reduction") {
    emitReduction(module, lowered, features);
    return { module, unit: "block", ...none, cost: reductionBlock * (thread + scalarCost(lowered.combine)) };
  }
  if (lowered.grouped) {
    const schedule = scheduleGroup(lowered);
    emitGroupProgram(module, lowered, schedule, features, tuning);
    const scratch = { scratchBytes: sharedBytes(lowered), scratchBytesPerThread: keptBytesPerThread(schedule) };
    return { module, unit: "group", ...scratch, cost: NOMINAL_GROUP * thread };
  }
  emitGridProgram(module, planGrid(lowered, tuning), features);
  const scratchBytes = features.sharedMemory ? privateBytes(lowered) : 0;
  return { module, unit: "thread", scratchBytes, scratchBytesPerThread: 0, cost: thread };
}
