// The third phase of the compiler: IR to IR that does the same with less work.

export { simplify } from "./simplify.js";
