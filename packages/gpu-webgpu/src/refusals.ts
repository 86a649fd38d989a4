// What the device cannot do, said by name before anything is compiled.

import { UnsupportedError } from "@everycore/core";
import { bytesOf, type LaunchPlan, type Program, type Size3, valueTypeOf } from "@everycore/kernel/ir";
import { isGrouped, workgroupOf } from "./emit/thread-places.js";
import type { GpuLimits } from "./gpu-types.js";

/** Where float64 can be had. */
export const float64Advice =
  "WGSL has no float64: use Float32Array, or an executor on the processor, such as ThreadPoolExecutor of @everycore/node-threads.";

/** Programs that were looked at, so that only their first launch is. */
const accepted = new WeakSet<Program>();

/** @throws UnsupportedError for a program that no device with WebGPU can run. */
export function checkProgram(program: Program, label: string): void {
  if (accepted.has(program)) return;
  const wide = findFloat64(program);
  if (wide) throw new UnsupportedError(`float64 in "${program.name}" (${wide})`, label, float64Advice);
  accepted.add(program);
}

function findFloat64({ arrays, scalars, locals, shared }: Program): string | undefined {
  const array = [...arrays, ...shared].find(({ element }) => element === "float64");
  if (array) return `the array "${array.name}"`;
  const value = [...scalars, ...locals].find(({ type }) => type === "float64");
  return value && `the value "${value.name}"`;
}

/** @throws UnsupportedError for a launch that is beyond the limits of this device. */
export function checkLimits({ program, group }: LaunchPlan, bindings: number, limits: GpuLimits, label: string): void {
  const name = `"${program.name}"`;
  const own = program.kind === "reduction" ? 2 : 0;
  const most = limits.maxStorageBuffersPerShaderStage;
  if (bindings + own > most) {
    throw new UnsupportedError(
      `${bindings} arrays in ${name}`,
      label,
      `This device takes ${most - own} in a launch: put several into one array, or split the kernel.`,
    );
  }
  if (!isGrouped(program)) return;
  checkGroup(workgroupOf(program, group), limits, label, name);
  const bytes = program.shared.reduce((sum, { element, length }) => sum + sharedBytes(element) * length, 4);
  if (bytes > limits.maxComputeWorkgroupStorageSize) {
    throw new UnsupportedError(
      `${bytes} bytes of shared memory in ${name}`,
      label,
      `This device has ${limits.maxComputeWorkgroupStorageSize} for a group: use smaller arrays.`,
    );
  }
}

/** In shared memory every element has a word. */
function sharedBytes(element: Program["shared"][number]["element"]): number {
  return Math.max(4, bytesOf(valueTypeOf(element)));
}

function checkGroup(group: Size3, limits: GpuLimits, label: string, name: string): void {
  const extents = [limits.maxComputeWorkgroupSizeX, limits.maxComputeWorkgroupSizeY, limits.maxComputeWorkgroupSizeZ];
  const threads = group[0] * group[1] * group[2];
  const fits = group.every((extent, axis) => extent <= (extents[axis] as number));
  if (fits && threads <= limits.maxComputeInvocationsPerWorkgroup) return;
  throw new UnsupportedError(
    `groups of ${group.join(" × ")} threads in ${name}, which has barriers or shared memory,`,
    label,
    `This device takes ${limits.maxComputeInvocationsPerWorkgroup} threads in a group, at most ${extents.join(" × ")}: use a smaller group.`,
  );
}
