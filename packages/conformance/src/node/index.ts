export { type NodeEnvironmentOptions, nodeEnvironment } from "./environment.js";
export { saveReport } from "./report-file.js";
