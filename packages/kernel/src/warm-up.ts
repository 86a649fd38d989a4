// What can be made ready before the first kernel comes. Most of the time of a first plan is the engine translating the compiler's
// own code, function by function, as each is called for the first time. An executor's `prepare()`, which is called to have the
// first launch fast, pays for that once, with a kernel that has what most kernels have. The front end is known here only where
// it is loaded, so it registers.

import type { LaunchPlan } from "./launch-plan.js";

const makers: (() => LaunchPlan)[] = [];
const samples: LaunchPlan[] = [];

/** Registers a sample. */
export function atWarmUp(plan: () => LaunchPlan): void {
  makers.push(plan);
}

/** The samples, each planned once. A backend that launches them has made itself ready as well. */
export function warmUp(): readonly LaunchPlan[] {
  for (const make of makers.splice(0)) samples.push(make());
  return samples;
}
