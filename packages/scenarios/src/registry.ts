import { cancel } from "./cancel.js";
import { primes } from "./primes.js";
import { printNumbers } from "./print-numbers.js";
import type { AnyScenario } from "./scenario.js";
import { stream } from "./stream.js";
import { wordCount } from "./word-count.js";

/** All scenarios, in the order in which demos show them. */
export const scenarios: readonly AnyScenario[] = [printNumbers(), primes(), wordCount(), cancel(), stream()];
