// Runs the threads of a grid, group by group, x fastest. Without barriers a group's threads run one after another in one frame.
// With barriers each thread has a frame; all advance to their next barrier, one after another, until all have ended.

import type { Size3 } from "../ir/ir.js";
import { type Code, ended, runThread, waiting } from "./code.js";
import { drawSlot, type Frame, linearSlot, threadSlot, writeSizes } from "./frame.js";

/** What the threads of a launch have in common. */
export interface ScheduledLaunch {
  readonly grid: Size3;
  readonly group: Size3;
  readonly scalars: readonly number[];
}

const globalX = threadSlot("global", 0);
const localX = threadSlot("local", 0);
const groupX = threadSlot("group", 0);

/** Runs all threads of a grid program. */
export function runGrid(code: Code, launch: ScheduledLaunch): void {
  const groups = launch.grid.map((size, axis) => Math.ceil(size / (launch.group[axis] as number)));
  const [countX = 0, countY = 0, countZ = 0] = groups;
  const runGroup = code.barriers.size === 0 ? sequentialGroup(code, launch) : steppedGroup(code, launch);
  for (let z = 0; z < countZ; z++) {
    for (let y = 0; y < countY; y++) {
      for (let x = 0; x < countX; x++) {
        for (const array of code.machine.shared) array.fill(0);
        code.machine.monitor?.beginGroup();
        runGroup([x, y, z]);
      }
    }
  }
}

/** A frame that holds all that does not differ between threads. */
export function newFrame(code: Code, launch: ScheduledLaunch): Frame {
  const frame = new Float64Array(code.frameSize);
  for (const [slot, value] of code.constants) frame[slot] = value;
  code.machine.arrays.forEach((array, i) => {
    frame[code.layout.lengths + i] = array.length;
  });
  frame.set(launch.scalars, code.layout.scalars);
  writeSizes(frame, launch.grid, launch.group);
  return frame;
}

type GroupRunner = (group: Size3) => void;

/** Calls `visit` with each thread of a group; at the edge of the grid a group has fewer. */
function forEachThread(
  { grid, group: size }: ScheduledLaunch,
  group: Size3,
  visit: (x: number, y: number, z: number) => void,
): void {
  const [startX, startY, startZ] = group.map((place, axis) => place * (size[axis] as number)) as [
    number,
    number,
    number,
  ];
  const endX = Math.min(startX + size[0], grid[0]);
  const endY = Math.min(startY + size[1], grid[1]);
  const endZ = Math.min(startZ + size[2], grid[2]);
  for (let z = startZ; z < endZ; z++) {
    for (let y = startY; y < endY; y++) {
      for (let x = startX; x < endX; x++) visit(x, y, z);
    }
  }
}

/** Makes a function that prepares a frame for a thread. */
function threadStarter({ layout }: Code, { grid, group: size }: ScheduledLaunch) {
  const [gridX, gridY] = grid;
  const [sizeX, sizeY, sizeZ] = size;
  const { locals, end } = layout;
  return (frame: Frame, x: number, y: number, z: number): void => {
    for (let i = locals; i < end; i++) frame[i] = 0;
    frame[globalX] = x;
    frame[globalX + 1] = y;
    frame[globalX + 2] = z;
    frame[localX] = x - (frame[groupX] as number) * sizeX;
    frame[localX + 1] = y - (frame[groupX + 1] as number) * sizeY;
    frame[localX + 2] = z - (frame[groupX + 2] as number) * sizeZ;
    frame[linearSlot] = x + gridX * (y + gridY * z);
    frame[drawSlot] = 0;
  };
}

function sequentialGroup(code: Code, launch: ScheduledLaunch): GroupRunner {
  const frame = newFrame(code, launch);
  const start = threadStarter(code, launch);
  const { blocks, entry } = code;
  const visit = (x: number, y: number, z: number) => {
    start(frame, x, y, z);
    runThread(blocks, frame, entry);
  };
  return (group) => {
    frame.set(group, groupX);
    forEachThread(launch, group, visit);
  };
}

function steppedGroup(code: Code, launch: ScheduledLaunch): GroupRunner {
  const start = threadStarter(code, launch);
  const frames: Frame[] = [];
  return (group) => {
    let count = 0;
    forEachThread(launch, group, (x, y, z) => {
      frames[count] ??= newFrame(code, launch);
      const frame = frames[count++] as Frame;
      frame.set(group, groupX);
      start(frame, x, y, z);
    });
    runStepped(code, frames.slice(0, count));
  };
}

/** Runs threads from barrier to barrier. */
function runStepped(code: Code, frames: readonly Frame[]): void {
  let waitingFrames = frames;
  const places = new Map(frames.map((frame) => [frame, code.entry]));
  while (waitingFrames.length > 0) {
    for (const frame of waitingFrames) places.set(frame, runFrom(code, frame, places.get(frame) as number));
    waitingFrames = waitingFrames.filter((frame) => places.get(frame) !== ended);
    checkDivergence(code, waitingFrames, places);
    code.machine.monitor?.passBarrier();
  }
}

/** Gives the block at which the thread goes on after the barrier, or {@link ended}. */
function runFrom(code: Code, frame: Frame, block: number): number {
  const place = runThread(code.blocks, frame, block);
  return place === ended ? ended : waiting(place);
}

function checkDivergence(code: Code, frames: readonly Frame[], places: ReadonlyMap<Frame, number>): void {
  const [first] = frames;
  const { monitor } = code.machine;
  if (first === undefined || monitor === undefined) return;
  const other = frames.find((frame) => places.get(frame) !== places.get(first));
  if (other === undefined) return;
  monitor.reportDivergence(other, code.barriers.get(places.get(other) as number), first);
}
