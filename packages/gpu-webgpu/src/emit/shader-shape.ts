// What a shader depends on besides its program: which arrays are the same memory, and the size of the groups.

import type { Program, Size3 } from "@everycore/kernel/ir";

/** Where an array of the program is. */
interface ArrayPlace {
  /** Arrays with the same number share one binding: WebGPU refuses two writable ones to one buffer. */
  readonly binding: number;
  /** Whether the array may begin elsewhere than its binding. */
  readonly shifted: boolean;
}

/** See above. */
export interface ShaderShape {
  readonly places: readonly ArrayPlace[];
  /** Threads of a group; it is part of the text only where threads share memory or meet at barriers. */
  readonly group: Size3;
}

/** Each array on its own. */
export function separateShape(program: Program, group: Size3 = [64, 1, 1]): ShaderShape {
  return { places: program.arrays.map((_, binding) => ({ binding, shifted: false })), group };
}

/** How many arrays a shader binds. */
export function bindingCount({ places }: ShaderShape): number {
  return places.reduce((count, { binding }) => Math.max(count, binding + 1), 0);
}
