// What a program is lowered to: basic blocks of closures. It needs no `eval`, so that it works under every content security policy.
//
//  - An operation reads and writes slots of the frame and returns nothing, so that no number is ever boxed.
//  - A block runs its operations, then goes to `next`, or to `alternative` if it has a condition whose slot is 0.
//  - Where to go is the number of a block, or negative: `ended`, or `waiting(b)`: at a barrier, to be resumed at block b. As a
//    thread's state is its frame and a block, it can be resumed at any time; the schedule needs no generators.

import type { HostArray } from "@everycore/core";
import type { Offset, Program } from "../ir/ir.js";
import type { Frame, FrameLayout } from "./frame.js";
import type { Monitor } from "./monitor.js";

/** One step of straight-line code. */
export type Operation = (frame: Frame) => void;

/** Operations, and where to go after them. */
export interface BasicBlock {
  readonly operations: Operation[];
  /** Slot of the condition, or −1. */
  condition: number;
  next: number;
  alternative: number;
}

/** What the closures of one program share; filled for each launch. */
export interface Machine {
  readonly arrays: HostArray[];
  readonly shared: HostArray[];
  seed: number;
  /** Of the launch under way, if it is checked; only checked code asks for it. */
  monitor: Monitor | undefined;
}

/** A program that can be run. */
export interface Code {
  readonly program: Program;
  readonly layout: FrameLayout;
  readonly frameSize: number;
  /** Slots and values that every frame begins with. */
  readonly constants: readonly (readonly [slot: number, value: number])[];
  readonly blocks: readonly BasicBlock[];
  /** Offsets of barriers, by the block behind them. */
  readonly barriers: ReadonlyMap<number, Offset | undefined>;
  /** Where a thread begins; for reductions: the map. */
  readonly entry: number;
  /** Where combining begins. */
  readonly combineEntry: number;
  readonly machine: Machine;
}

/** The thread has ended. */
export const ended = -1;

/** The thread waits at a barrier, behind which block `resume` is. Its own inverse. */
export function waiting(resume: number): number {
  return -2 - resume;
}

/** Runs a thread from a block until it ends or waits: gives {@link ended} or {@link waiting}. */
export function runThread(blocks: readonly BasicBlock[], frame: Frame, start: number): number {
  let place = start;
  while (place >= 0) {
    const block = blocks[place] as BasicBlock;
    const operations = block.operations;
    for (let i = 0; i < operations.length; i++) (operations[i] as Operation)(frame);
    place = block.condition < 0 || frame[block.condition] !== 0 ? block.next : block.alternative;
  }
  return place;
}
