// What runs in the workers of the scenarios: their tasks, and with sync what these are given, such as locks.

import "@everycore/sync";
import { serve } from "@everycore/browser-workers/worker";
import { tasks } from "@everycore/scenarios/tasks";
import { fileTasks } from "./file-tasks.js";

serve(tasks, fileTasks);
