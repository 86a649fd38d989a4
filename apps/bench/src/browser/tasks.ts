import { defineTasks } from "@everycore/core";
import { addNumbers, echoBytes } from "../tasks/functions.js";

/** What Everycore's workers run. */
export const tasks: { readonly addNumbers: typeof addNumbers; readonly echoBytes: typeof echoBytes } = defineTasks(
  import.meta.url,
  { addNumbers, echoBytes },
);
