// What is known of a body before it is emitted, and whether it is worth a vector form.

import type { Statement } from "@everycore/kernel/ir";
import type { Tuning } from "./compile.js";
import { scalarCost, vectorCost } from "./cost.js";
import { analyseLiveness, type Liveness } from "./liveness.js";
import type { LoweredProgram } from "./lowered.js";
import { analyseShapes, type ShapeAnalysis } from "./shapes.js";
import { Speculation } from "./speculation.js";

/** The analyses of a vector form. */
export interface VectorPlan {
  readonly shapes: ShapeAnalysis;
  readonly speculation: Speculation;
}

/** Everything that is needed to emit a body. */
export interface BodyPlan {
  readonly lowered: LoweredProgram;
  readonly liveness: Liveness;
  readonly vector: VectorPlan | undefined;
}

/** Plans the body of a grid program without groups. */
export function planGrid(lowered: LoweredProgram, tuning: Tuning): BodyPlan {
  const liveness = analyseLiveness(lowered.body, 0n);
  return { lowered, liveness, vector: planFaster(lowered, liveness, [], tuning) };
}

/** The vector form, unless the scalar form is estimated to be faster. */
export function planFaster(
  lowered: LoweredProgram,
  liveness: Liveness,
  varying: readonly number[],
  { form, speculation = true }: Tuning,
): VectorPlan | undefined {
  if (form === "scalar") return undefined;
  const plan = planVector(lowered, liveness, speculation, varying);
  if (form === "vector") return plan;
  return vectorCost(lowered.body, plan.shapes) < scalarCost(lowered.body) ? plan : undefined;
}

/** The vector form of a body. Locals in `varying` are varying whatever is assigned to them. */
export function planVector(
  lowered: LoweredProgram,
  liveness: Liveness,
  mayGiveUp: boolean,
  varying: readonly number[],
): VectorPlan {
  const divided = new Set<Statement>();
  for (;;) {
    const speculation = new Speculation(lowered.body, mayGiveUp, divided);
    const shapes = analyseShapes(lowered.body, lowered.locals, liveness, speculation, varying);
    // What is less certain makes more statements divergent, never fewer.
    const conflicts = speculation.conflicts(shapes.divergent);
    if (conflicts.length === 0) return { speculation, shapes };
    for (const statement of conflicts) divided.add(statement);
  }
}
