import { base } from "../../vitest.base.js";

// Pages of one file of tests, two at a time: most of what they do is to wait.
export default { ...base, test: { ...base.test, maxConcurrency: 2 } };
