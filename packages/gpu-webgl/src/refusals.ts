// What WebGL cannot do, said by name before anything is compiled.

import { UnsupportedError } from "@everycore/core";
import type { LaunchPlan, Program, Statement } from "@everycore/kernel/ir";
import { visitStatements } from "./emit/array-uses.js";
import type { LaunchNumbers } from "./emit/linear-form.js";
import { findStores } from "./emit/own-elements.js";
import { isSameMap, type ThreadMap, threadMap } from "./emit/thread-map.js";

const elsewhere =
  "WebGPUExecutor of @everycore/gpu-webgpu can, and so can executors on the processor, such as ThreadPoolExecutor of @everycore/node-threads.";

/** Where float64 can be had. */
export const float64Advice =
  "GLSL ES has no float64: use Float32Array, or an executor on the processor, such as ThreadPoolExecutor of @everycore/node-threads.";

/** @throws UnsupportedError for a program that WebGL cannot run, with no arguments whatever. */
export function checkProgram(program: Program, label: string): void {
  const name = `"${program.name}"`;
  const wide = findFloat64(program);
  if (wide) throw new UnsupportedError(`float64 in ${name} (${wide})`, label, float64Advice);
  if (program.kind === "reduction") return;
  const refuse = (feature: string): never => {
    throw new UnsupportedError(`${feature} in ${name}`, label, `WebGL has none. ${elsewhere}`);
  };
  visitStatements(program.body, ({ kind }: Statement) => {
    if (kind === "atomic") refuse("atomic operations (the capability atomics)");
    if (kind === "barrier") refuse("group barriers (the capability barriers)");
  });
  if (program.shared.length > 0) refuse("group-shared memory (the capability barriers)");
  const lost = findStores(program).find(({ form }) => form === undefined);
  if (lost)
    refuseScatter(
      program,
      label,
      `where it stores to ${nameOf(program, lost.array)} depends on more than the thread's place`,
    );
}

function refuseScatter({ name }: Program, label: string, why: string): never {
  throw new UnsupportedError(
    `a scatter in "${name}" (${why}; the capability scatter)`,
    label,
    `In WebGL a thread writes one element of an array, at an index that is a sum of multiples of its place, and of no other thread. ${elsewhere}`,
  );
}

function nameOf({ arrays }: Program, array: number): string {
  return `"${arrays[array]?.name}"`;
}

function findFloat64({ arrays, scalars, locals, shared }: Program): string | undefined {
  const array = [...arrays, ...shared].find(({ element }) => element === "float64");
  if (array) return `the array "${array.name}"`;
  const value = [...scalars, ...locals].find(({ type }) => type === "float64");
  return value && `the value "${value.name}"`;
}

/**
 * Where the threads' own elements are in each memory that a program writes, which {@link checkProgram} has let pass: `memories[i]` is that
 * of the array i.
 *
 * @throws UnsupportedError when two threads may have the same element, or a thread several
 */
export function ownElements(
  { program }: LaunchPlan,
  memories: readonly number[],
  launch: LaunchNumbers,
  label: string,
): Map<number, ThreadMap> {
  const maps = new Map<number, ThreadMap>();
  if (program.kind === "reduction") return maps;
  for (const { array, form } of findStores(program)) {
    const name = nameOf(program, array);
    const map = form && threadMap(form, launch);
    if (!map) return refuseScatter(program, label, `several threads may store to the same element of ${name}`);
    const memory = memories[array] as number;
    const other = maps.get(memory);
    if (other && !isSameMap(map, other))
      refuseScatter(program, label, `a thread stores to several elements of ${name}`);
    maps.set(memory, map);
  }
  return maps;
}

/** WebGL is sure to have 16 units for textures; one is for work on a texture (texture-pool.ts). */
const mostMemories = 15;

/** @throws UnsupportedError for more arrays than WebGL is sure to have textures for */
export function checkMemories(count: number, name: string, label: string): void {
  if (count <= mostMemories) return;
  throw new UnsupportedError(
    `${count} arrays in "${name}"`,
    label,
    `WebGL takes ${mostMemories} in a launch: put several into one array, or split the kernel.`,
  );
}
