export { mathFunction } from "./math-function.js";
export { ulpBounds } from "./ulp-bounds.js";
