export { NodeTaskLoader } from "./loader.js";
export { NodeTaskResolver } from "./resolver.js";
