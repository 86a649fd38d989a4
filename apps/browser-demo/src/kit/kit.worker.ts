// What runs in the workers of the kit.

import { tasks } from "@everycore/conformance/tasks";

void tasks;
