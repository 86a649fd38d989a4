// The front end: functions to typed IR.

export { lowerElementwise } from "./elementwise.js";
export { lowerGrid } from "./grid.js";
export { type Reason, reasons } from "./reasons.js";
export { lowerReduction } from "./reduction.js";
export { lowerStencil } from "./stencil.js";
