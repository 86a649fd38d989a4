// Function text to syntax tree.

export { assignmentCounts, hoistedNames, namesOf, usesArguments } from "./bindings.js";
export { type Capture, type CaptureTable, captureAt, readCaptures } from "./captures.js";
export { mayComplete } from "./completion.js";
export { parameterCount, parseFunction } from "./parse.js";
export * from "./syntax.js";
export { isCoverageCall, isCoverageCounter, isNameKeeper, isPowerHelper } from "./tooling-shapes.js";
