// The checks of one launch: bounds and races. Checked code asks the monitor before each access; the schedule tells it when a
// group begins and when its threads have passed a barrier.

import type { HostArray } from "@everycore/core";
import type { ArrayRef, Offset, Program, Size3 } from "../ir/ir.js";
import { type Frame, linearSlot, threadSlot } from "./frame.js";
import { placeText, type SimulationIssue, type ThreadPlace } from "./issue.js";
import { type Access, RaceDetector } from "./race-detector.js";

/** Is told of each issue; the launch goes on if it returns. */
type IssueHandler = (issue: SimulationIssue) => void;

/** What the monitor needs to know of a launch. */
export interface MonitoredLaunch {
  readonly program: Program;
  readonly grid: Size3;
  readonly arrays: readonly HostArray[];
  readonly onIssue: IssueHandler;
}

/** Checks the accesses of one launch. */
export class Monitor {
  readonly #launch: MonitoredLaunch;
  readonly #races: RaceDetector;

  constructor(launch: MonitoredLaunch, shared: readonly HostArray[]) {
    this.#launch = launch;
    this.#races = new RaceDetector(launch.program, launch.arrays, shared);
  }

  beginGroup(): void {
    this.#races.beginGroup();
  }

  passBarrier(): void {
    this.#races.passBarrier();
  }

  /** Checks one access; the frame says which thread makes it. */
  access(access: Access, ref: ArrayRef, array: HostArray, index: number, frame: Frame, at: Offset | undefined): void {
    if (index < 0 || index >= array.length) this.#reportOutOfBounds(access, ref, array, index, frame, at);
    else this.#checkRace(access, ref, index, frame, at);
  }

  /** Threads of one group wait at different barriers. */
  reportDivergence(frame: Frame, at: Offset | undefined, otherFrame: Frame): void {
    const thread = placeOf(frame);
    const other = placeOf(otherFrame);
    const message = `Threads ${this.#text(other)} and ${this.#text(thread)} of one group wait at different barriers.`;
    this.#launch.onIssue({ reason: "divergent-barrier", message, at, thread, other });
  }

  #reportOutOfBounds(
    access: Access,
    ref: ArrayRef,
    { length }: HostArray,
    index: number,
    frame: Frame,
    at: Offset | undefined,
  ): void {
    const array = this.#nameOf(ref);
    const thread = placeOf(frame);
    const message = `Thread ${this.#text(thread)} ${past[access]} ${array}[${index}], but ${array} has length ${length}.`;
    this.#launch.onIssue({ reason: "out-of-bounds", message, at, thread, access, array, index, length });
  }

  #checkRace(access: Access, ref: ArrayRef, index: number, frame: Frame, at: Offset | undefined): void {
    const linear = frame[linearSlot] as number;
    const conflict = this.#races.record(access, ref, index, linear);
    if (conflict === undefined) return;
    const array = this.#nameOf(ref);
    const thread = placeOf(frame);
    const other = this.#placeOfLinear(conflict.thread);
    const message =
      `Threads ${this.#text(other)} and ${this.#text(thread)} race on ${array}[${index}]: ` +
      `the one ${past[conflict.access]} it, the other ${past[access]} it, and nothing orders them.`;
    this.#launch.onIssue({
      reason: "race",
      message,
      at,
      thread,
      access,
      array,
      index,
      other,
      otherAccess: conflict.access,
    });
  }

  #nameOf({ space, index }: ArrayRef): string {
    const { arrays, shared } = this.#launch.program;
    return (space === "shared" ? shared : arrays)[index]?.name ?? "?";
  }

  #text(place: ThreadPlace): string {
    return placeText(place, this.#launch.program.dimensions);
  }

  #placeOfLinear(linear: number): ThreadPlace {
    const [x, y] = this.#launch.grid;
    return [linear % x, Math.floor(linear / x) % y, Math.floor(linear / (x * y))];
  }
}

const past: Record<Access, string> = { read: "read", write: "wrote", atomic: "changed" };

function placeOf(frame: Frame): ThreadPlace {
  const slot = threadSlot("global", 0);
  return [frame[slot] as number, frame[slot + 1] as number, frame[slot + 2] as number];
}
