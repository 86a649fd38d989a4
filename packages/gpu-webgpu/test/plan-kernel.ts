// A kernel that is a program in IR, so that any program can be launched like the kernels of users.

import type { HostArray, Kernel } from "@everycore/core";
import { hashProgram, type LaunchPlan, type Program } from "@everycore/kernel/ir";

export type PlanParts = Partial<Omit<LaunchPlan, "program" | "hash">> & Pick<LaunchPlan, "grid">;

/** Launched without arguments. */
export function planKernel(program: Program, parts: PlanParts): Kernel<[], unknown> {
  const plan: LaunchPlan = {
    program,
    hash: hashProgram(program),
    group: [64, 1, 1],
    seed: 0,
    arrays: [],
    scalars: [],
    result: { kind: "none" },
    ...parts,
  };
  const definition = { version: 1, plan: () => plan };
  return { name: program.name, [Symbol.for("everycore.kernel")]: definition } as unknown as Kernel<[], unknown>;
}

export function hosts(arrays: readonly HostArray[]): LaunchPlan["arrays"] {
  return arrays.map((array) => ({ kind: "host", array }));
}
