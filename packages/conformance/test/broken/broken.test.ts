// The kit over deliberately wrong backends: proof that its tests can fail, and that they say what is wrong.

import { expect, test } from "vitest";
import { planConformance } from "../../dist/index.js";
import { nodeEnvironment } from "../../dist/node/index.js";
import { activityFaults } from "./activity-faults.js";
import { executorFaults } from "./executor-faults.js";
import type { Fault } from "./fault.js";
import { futureFaults } from "./future-faults.js";
import { kernelFaults } from "./kernel-faults.js";
import { queueFaults } from "./queue-faults.js";
import { syncFaults } from "./sync-faults.js";
import { workerFaults } from "./worker-faults.js";

const { runProgram: _, ...environment } = nodeEnvironment({ backendUrl: "", references: true });

/** What the tests of the law say about the fault, up to the one that says what is wrong: others may wait in vain for long. */
async function findComplaints({ law, backend, sentence, titles = /./, patience = 1 }: Fault): Promise<string[]> {
  const plan = planConformance(backend, { environment, only: [law], patience });
  const complaints: string[] = [];
  for (const planned of plan.tests.filter(({ title }) => titles.test(title))) {
    const { outcome, error = "" } = await planned.run();
    if (outcome === "fail") complaints.push(error);
    if (error.includes(sentence)) break;
  }
  return complaints;
}

for (const fault of [
  ...futureFaults,
  ...executorFaults,
  ...workerFaults,
  ...activityFaults,
  ...queueFaults,
  ...syncFaults,
  ...kernelFaults,
]) {
  test(`${fault.law} notices a backend that ${fault.what}`, async () => {
    const complaints = (await findComplaints(fault)).join("\n");
    expect(complaints).toContain(fault.sentence);
    expect(complaints).toContain("If this fails, look at ");
  });
}
