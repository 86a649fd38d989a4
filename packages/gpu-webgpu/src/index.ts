export { emitShader } from "./emit/shader.js";
