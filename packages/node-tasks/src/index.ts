export { NodeTaskResolver } from "./resolver.js";
