// The laws that depend on how functions travel, once more with plain exported functions instead of named ones.

import { nodeEnvironment } from "@everycore/conformance/node";
import { testConformance } from "@everycore/conformance/vitest";
import { backend } from "@everycore/node-processes";

testConformance(backend, {
  environment: nodeEnvironment({ backendUrl: new URL("../dist/index.js", import.meta.url).href, references: true }),
  taskForm: "reference",
  only: ["E1", "E2", "P3", "P4", "P15", "D2", "X", "S"],
});
