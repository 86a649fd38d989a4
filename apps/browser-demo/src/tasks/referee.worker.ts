// The referee's worker: see referee-tasks.ts.

import { serve } from "@everycore/browser-workers/worker";
import { refereeTasks } from "./referee-tasks.js";

serve(refereeTasks);
