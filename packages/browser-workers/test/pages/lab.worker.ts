import "@everycore/sync";
import { serve } from "@everycore/browser-workers/worker";
import { hear, others, tasks } from "./lab-tasks.js";

serve(tasks, others);
hear();
