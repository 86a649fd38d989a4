// All laws, in the order of the specification.

import type { LawTest } from "../law.js";
import { activityLaws } from "./activities.js";
import { backPressureLaws } from "./back-pressure.js";
import { bufferLaws } from "./buffers.js";
import { callbackLaws } from "./callbacks.js";
import { cancellationLaws } from "./cancellation.js";
import { collectionLaws } from "./collection.js";
import { contextLaws } from "./context.js";
import { errorLaws } from "./errors.js";
import { futureLaws } from "./future.js";
import { groupLaws } from "./group.js";
import { argumentLaws } from "./kernels/arguments.js";
import { atomicLaws } from "./kernels/atomics.js";
import { deviceLossLaws } from "./kernels/device-loss.js";
import { gridLaws } from "./kernels/grids.js";
import { groupLaws as kernelGroupLaws } from "./kernels/groups.js";
import { isolationLaws } from "./kernels/isolation.js";
import { languageLaws } from "./kernels/language.js";
import { launchFutureLaws } from "./kernels/launch-futures.js";
import { kernelLifecycleLaws } from "./kernels/lifecycle.js";
import { makerLaws } from "./kernels/makers.js";
import { mathLaws } from "./kernels/math.js";
import { randomProgramLaws } from "./kernels/random-programs.js";
import { reductionLaws } from "./kernels/reductions.js";
import { refusalLaws } from "./kernels/refusals.js";
import { resourceLaws } from "./kernels/resources.js";
import { specialValueLaws } from "./kernels/special-values.js";
import { synchronousLaws } from "./kernels/synchronous.js";
import { transformedLaws } from "./kernels/transformed.js";
import { writeLaws } from "./kernels/writes.js";
import { lifecycleLaws } from "./lifecycle.js";
import { lostWorkerLaws } from "./lost-workers.js";
import { mapLaws } from "./map.js";
import { operationLaws } from "./operations.js";
import { poolLaws } from "./pool.js";
import { poolEndLaws } from "./pool-end.js";
import { programLaws } from "./program.js";
import { queueLaws } from "./queue.js";
import { referenceLaws } from "./references.js";
import { sharedQueueLaws } from "./shared-queue.js";
import { streamLaws } from "./streams.js";
import { submitLaws } from "./submit.js";
import { syncLaws } from "./sync.js";
import { valueLaws } from "./values.js";
import { waitLaws } from "./wait.js";
import { wireLaws } from "./wire.js";

const order = "FWAELPDXSTYGK";

/** Every law test of the kit. */
export const lawTests: readonly LawTest[] = [
  ...callbackLaws,
  ...futureLaws,
  ...cancellationLaws,
  ...collectionLaws,
  ...waitLaws,
  ...submitLaws,
  ...mapLaws,
  ...queueLaws,
  ...backPressureLaws,
  ...lifecycleLaws,
  ...operationLaws,
  ...programLaws,
  ...poolLaws,
  ...lostWorkerLaws,
  ...poolEndLaws,
  ...valueLaws,
  ...bufferLaws,
  ...wireLaws,
  ...errorLaws,
  ...referenceLaws,
  ...contextLaws,
  ...streamLaws,
  ...activityLaws,
  ...syncLaws,
  ...sharedQueueLaws,
  ...groupLaws,
  ...languageLaws,
  ...makerLaws,
  ...mathLaws,
  ...specialValueLaws,
  ...argumentLaws,
  ...gridLaws,
  ...writeLaws,
  ...atomicLaws,
  ...kernelGroupLaws,
  ...reductionLaws,
  ...transformedLaws,
  ...refusalLaws,
  ...randomProgramLaws,
  ...resourceLaws,
  ...isolationLaws,
  ...deviceLossLaws,
  ...synchronousLaws,
  ...kernelLifecycleLaws,
  ...launchFutureLaws,
].sort((a, b) => rank(a) - rank(b));

function rank({ law }: LawTest): number {
  return order.indexOf(law.slice(0, 1)) * 100 + Number(law.slice(1));
}
