import { serve } from "@everycore/browser-workers/worker";
import { tasks } from "./tasks.js";

serve(tasks);
