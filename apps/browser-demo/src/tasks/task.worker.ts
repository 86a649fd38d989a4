// What runs in the workers of the scenarios.

import "@everycore/sync";
import { tasks } from "@everycore/scenarios/tasks";
import { fileTasks } from "./file-tasks.js";

void tasks;
void fileTasks;
