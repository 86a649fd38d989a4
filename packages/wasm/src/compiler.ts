// The compiler of kernel programs to WebAssembly. Pure: a program goes in, a module comes out. Loading it also adds the format
// "wat" to `kernel.inspect`, which is why package.json lists the built file under `sideEffects`.

import { registerInspector } from "@everycore/kernel/ir";
import { toWat } from "./emit/compile.js";
import { findFeatures } from "./engine.js";

export { compileProgram, toWat } from "./emit/compile.js";

registerInspector("wat", (program) => toWat(program, findFeatures()));
