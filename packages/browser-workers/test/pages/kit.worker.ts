import { serve } from "@everycore/browser-workers/worker";
import { tasks } from "@everycore/conformance/tasks";
import "@everycore/sync";
import { rawTasks } from "./raw-tasks.js";

serve(tasks, rawTasks);
