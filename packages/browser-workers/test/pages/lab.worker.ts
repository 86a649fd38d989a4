import "@everycore/sync";
import { serve } from "@everycore/browser-workers/worker";
import { others, tasks } from "./lab-tasks.js";

serve(tasks, others);
