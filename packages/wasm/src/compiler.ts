// The compiler of kernel programs to WebAssembly. Pure: a program goes in, a module comes out.

export { compileProgram, toWat } from "./emit/compile.js";
