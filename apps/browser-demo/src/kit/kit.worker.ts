// What runs in the workers of the kit.

import "@everycore/sync";
import { serve } from "@everycore/browser-workers/worker";
import { tasks } from "@everycore/conformance/tasks";

serve(tasks);
