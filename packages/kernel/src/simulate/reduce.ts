// Runs a reduction. The order in which values are combined is a fixed tree, which depends on the number of elements alone:
//
//  - Elements are taken in blocks of 4096 (reductionBlock), each block combined to one value, then the blocks' values.
//  - n values are combined like the carries of a binary counter: values 0 and 1, 2 and 3, …; then pairs of pairs; what is left
//    over at the end is combined from the right. So sums have the error bound of pairwise summation.
//
// `identity` is the result of no elements, and takes no part otherwise. Other backends may choose another fixed tree.

import type { ReductionProgram } from "../ir/ir.js";
import { type Code, runThread } from "./code.js";
import { type Frame, linearSlot, threadSlot } from "./frame.js";
import { newFrame, type ScheduledLaunch } from "./schedule.js";

/** Elements that are combined to one value first. */
const reductionBlock = 4096;

/** The value of a reduction over `launch.grid[0]` elements. */
export function runReduction(code: Code, program: ReductionProgram, launch: ScheduledLaunch): number {
  const count = launch.grid[0];
  if (count === 0) return program.identity.value;
  const reducer = new Reducer(code, program, launch);
  const total = reducer.counter();
  for (let start = 0; start < count; start += reductionBlock) {
    const block = reducer.counter();
    const end = Math.min(start + reductionBlock, count);
    for (let i = start; i < end; i++) block.add(reducer.map(i));
    total.add(block.finish());
  }
  return total.finish();
}

class Reducer {
  readonly #code: Code;
  readonly #frame: Frame;
  readonly #value: number;
  readonly #left: number;
  readonly #right: number;
  readonly #combined: number;

  constructor(code: Code, program: ReductionProgram, launch: ScheduledLaunch) {
    const first = code.layout.locals;
    this.#code = code;
    this.#frame = newFrame(code, launch);
    this.#value = first + program.value;
    this.#left = first + program.left;
    this.#right = first + program.right;
    this.#combined = first + program.combined;
  }

  /** The value of one element. */
  map(index: number): number {
    const frame = this.#frame;
    this.#clearLocals();
    frame[threadSlot("global", 0)] = index;
    frame[linearSlot] = index;
    runThread(this.#code.blocks, frame, this.#code.entry);
    return frame[this.#value] as number;
  }

  combine(left: number, right: number): number {
    const frame = this.#frame;
    this.#clearLocals();
    frame[this.#left] = left;
    frame[this.#right] = right;
    runThread(this.#code.blocks, frame, this.#code.combineEntry);
    return frame[this.#combined] as number;
  }

  counter(): PairwiseCounter {
    return new PairwiseCounter((left, right) => this.combine(left, right));
  }

  #clearLocals(): void {
    const { locals, end } = this.#code.layout;
    this.#frame.fill(0, locals, end);
  }
}

/** Combines values two by two, as they come. */
class PairwiseCounter {
  readonly #combine: (left: number, right: number) => number;
  readonly #partials: number[] = [];
  #count = 0;

  constructor(combine: (left: number, right: number) => number) {
    this.#combine = combine;
  }

  add(value: number): void {
    let carried = value;
    for (let bits = this.#count; (bits & 1) === 1; bits >>= 1) {
      carried = this.#combine(this.#partials.pop() as number, carried);
    }
    this.#partials.push(carried);
    this.#count++;
  }

  /** All of them combined; there was at least one. */
  finish(): number {
    return this.#partials.reduceRight((right, left) => this.#combine(left, right));
  }
}
